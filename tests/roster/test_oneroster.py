"""OneRoster 1.1 and 1.2 CSV: whom it brings, however a district's system writes it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadcaster.roster.importing import ImportRefused
from broadcaster.roster.models import Contact, Student
from tests.roster.rosters import counts, everything, folder, on_an_empty_roster, people, points, run, ties, zipped

pytestmark = pytest.mark.django_db

USERS_11 = [
    "sourcedId", "status", "dateLastModified", "enabledUser", "orgSourcedIds", "role", "username", "userIds",
    "givenName", "familyName", "middleName", "identifier", "email", "sms", "phone", "agentSourcedIds", "grades",
    "password",
]  # fmt: skip
USERS_12 = [
    "sourcedId", "status", "dateLastModified", "enabledUser", "username", "userIds", "givenName", "familyName",
    "middleName", "identifier", "email", "sms", "phone", "agentSourcedIds", "grades", "password",
    "userMasterIdentifier", "preferredGivenName", "preferredMiddleName", "preferredFamilyName", "primaryOrgSourcedId",
    "pronouns",
]  # fmt: skip
ROLES = [
    "sourcedId", "status", "dateLastModified", "userSourcedId", "roleType", "role", "beginDate", "endDate",
    "orgSourcedId", "userProfileSourcedId",
]  # fmt: skip
ORGS = [
    ["sourcedId", "status", "dateLastModified", "name", "type", "identifier", "parentSourcedId"],
    ["D", "", "", "The District", "district", "", ""],
    ["E", "", "", "Elm School", "school", "101", "D"],
    ["O", "", "", "Oak School", "school", "102", "D"],
]

Table = list[list[str]]


def user(source: str, role: str = "", header: Sequence[str] = USERS_11, **cells: str) -> list[str]:
    """A row of users.csv."""
    row = {"sourcedId": source, "enabledUser": "true", "role": role, "givenName": "Given", "familyName": source}
    return [(row | cells).get(name, "") for name in header]


def role(source: str, name: str, org: str = "E", kind: str = "primary", status: str = "") -> list[str]:
    """A row of roles.csv."""
    given = {"sourcedId": f"R-{source}-{name}-{org}", "userSourcedId": source, "role": name, "orgSourcedId": org}
    return [(given | {"roleType": kind, "status": status}).get(name, "") for name in ROLES]


def manifest(**modes: str) -> Table:
    """manifest.csv."""
    return [["propertyName", "value"], ["oneroster.version", "1.1"], *([f"file.{k}", v] for k, v in modes.items())]


def roster(path: Path, users: Table, header: Sequence[str] = USERS_11, **more: Table) -> Path:
    """A OneRoster folder."""
    files: Mapping[str, Table] = {"orgs.csv": ORGS, "users.csv": [list(header), *users]}
    return folder(path, {**files, **{f"{name}.csv": rows for name, rows in more.items()}})


def schools() -> dict[str, str | None]:
    """Each student's school."""
    return dict(Student.objects.filter(left_at=None).values_list("source_id", "school__name"))


def test_1_1_brings_students_guardians_and_staff(tmp_path: Path) -> None:
    users = [
        user("S1", "student", orgSourcedIds="E", grades="09", agentSourcedIds="G1,G2", middleName="Mo"),
        user("G1", "guardian", orgSourcedIds="E", email="g1@example.org", sms="612-555-0101", phone="6125550102"),
        user("G2", "parent", orgSourcedIds="E", email="g2@example.org"),
        user("T1", "teacher", orgSourcedIds="E,O", email="t1@staff.example.org"),
        user("A1", "administrator", orgSourcedIds="D"),
    ]
    result = run(roster(tmp_path, users))
    assert result.rejected == ()
    assert counts(result) == (4, 0, 0, 0)
    assert list(Student.objects.values_list("source_id", "name", "grade", "school__name")) == [
        ("S1", "Given Mo S1", "9", "Elm School")
    ]
    assert people() == {"G1": "Given G1", "G2": "Given G2"}
    assert points("G1") == ["g1@example.org", "+16125550101", "+16125550102"]
    assert ties() == {("S1", "G1"): ("guardian", True, None), ("S1", "G2"): ("parent", True, None)}
    staff = Contact.objects.filter(kind="staff").order_by("source_id").values_list("source_id", "role", "school__name")
    assert list(staff) == [("A1", "administrator", None), ("T1", "teacher", "Elm School")]


def test_ties_are_read_the_other_way_round_too(tmp_path: Path) -> None:
    users = [
        user("G1", "guardian", agentSourcedIds="S1,S2"),
        user("S1", "student", orgSourcedIds="E"),
        user("S2", "student", orgSourcedIds="E", agentSourcedIds="G1"),
    ]
    assert run(roster(tmp_path, users)).rejected == ()
    assert set(ties()) == {("S1", "G1"), ("S2", "G1")}


def test_a_teacher_who_is_a_guardian_is_both_contacts(tmp_path: Path) -> None:
    users = [
        user("S1", "student", orgSourcedIds="E", agentSourcedIds="T1"),
        user("T1", "teacher", orgSourcedIds="E", email="t1@example.org"),
        user("T2", "aide", orgSourcedIds="E", agentSourcedIds="S1"),
    ]
    run(roster(tmp_path, users))
    assert set(people()) == set(people(staff=True)) == {"T1", "T2"}
    assert set(ties()) == {("S1", "T1"), ("S1", "T2")}


def test_1_2_has_roles_apart_and_preferred_names(tmp_path: Path) -> None:
    users = [
        user("S1", header=USERS_12, agentSourcedIds="G1", preferredGivenName="Bo", middleName="Mo", grades="KG"),
        user("S2", header=USERS_12, primaryOrgSourcedId="O", agentSourcedIds="G1", preferredFamilyName="Lee"),
        user("G1", header=USERS_12, email="g1@example.org"),
        user("T1", header=USERS_12),
    ]
    roles = [
        ROLES,
        role("S1", "student", "O", kind="secondary"),
        role("S1", "student", "E"),
        role("S2", "student", "E"),
        role("G1", "guardian"),
        role("T1", "siteAdministrator", "E"),
        role("T1", "guardian", "E"),
    ]
    assert run(roster(tmp_path, users, USERS_12, roles=roles)).rejected == ()
    assert list(Student.objects.order_by("source_id").values_list("name", "grade", "school__name")) == [
        ("Bo S1", "K", "Elm School"),
        ("Given Lee", "", "Oak School"),
    ]
    assert set(people()) == {"G1", "T1"}
    assert list(Contact.objects.filter(kind="staff").values_list("source_id", "role")) == [("T1", "siteadministrator")]


def test_a_student_without_an_org_is_at_the_school_where_they_are_enrolled(tmp_path: Path) -> None:
    enrollments = [
        ["sourcedId", "status", "classSourcedId", "schoolSourcedId", "userSourcedId", "role"],
        ["1", "tobedeleted", "C", "E", "S1", "student"],
        ["2", "", "C", "O", "S1", "student"],
    ]
    users = [user("S1", "student", orgSourcedIds="D"), user("S2", "student"), user("S3", "student", orgSourcedIds="X")]
    result = run(roster(tmp_path, users, enrollments=enrollments))
    assert schools() == {"S1": "Oak School", "S2": None, "S3": None}
    assert [(r.line, r.reason) for r in result.rejected] == [(4, "'X' is no org in the files, so 'S3' has no school")]


def test_who_is_to_be_deleted_or_not_enabled_is_not_imported(tmp_path: Path) -> None:
    users = [
        user("S1", "student", orgSourcedIds="E", agentSourcedIds="G1,G2,G3"),
        user("G1", "guardian", status="active"),
        user("G2", "guardian", status="ToBeDeleted"),
        user("G3", "guardian", enabledUser="FALSE"),
    ]
    result = run(roster(tmp_path, users))
    assert set(people()) == {"G1"}
    assert [(r.line, r.column, r.reason) for r in result.rejected] == [
        (2, "agentSourcedIds", "'G2' is in no row that can be taken in"),
        (2, "agentSourcedIds", "'G3' is in no row that can be taken in"),
    ]
    assert [(w.column, w.reason) for w in result.warnings] == [
        ("enabledUser", "users that are not enabled are not imported: 1")
    ]


def test_ties_to_nobody_and_between_students_are_named(tmp_path: Path) -> None:
    users = [
        user("S1", "student", orgSourcedIds="E", agentSourcedIds="S2,nobody"),
        user("S2", "student", orgSourcedIds="E"),
        user("G1", "guardian", agentSourcedIds="nobody"),
        user("X1", "wizard"),
    ]
    result = run(roster(tmp_path, users))
    assert {(r.line, r.column, r.reason) for r in result.rejected} == {
        (2, "agentSourcedIds", "'S2' is a student, not a guardian"),
        (2, "agentSourcedIds", "'nobody' is in no row that can be taken in"),
        (4, "agentSourcedIds", "'nobody' is no student in the files"),
        (5, "role", "'wizard' is no role that OneRoster knows"),
        (5, "", "'X1' has no role in the files"),
    }


def test_a_districts_own_columns_say_language_custody_and_consent(tmp_path: Path) -> None:
    own = ["metadata.homeLanguage", "metadata.livesWith", "metadata.mayContact", "metadata.relationship"]
    header = [*USERS_11, *own, "metadata.busRoute"]
    values = {
        "S1": {own[0]: "Somali"},
        "G1": {own[0]: "", own[1]: "yes", own[3]: "mother"},
        "G2": {own[0]: "Spanish", own[1]: "No", own[2]: "N", own[3]: "father"},
        "G3": {own[2]: "ask first"},
    }
    users = [user("S1", "student", header, orgSourcedIds="E", agentSourcedIds="G1,G2,G3", **values["S1"])]
    users += [user(guardian, "guardian", header, **values[guardian]) for guardian in ("G1", "G2", "G3")]
    result = run(roster(tmp_path, users, header))
    assert ties() == {
        ("S1", "G1"): ("mother", True, True),
        ("S1", "G2"): ("father", False, False),
        ("S1", "G3"): ("guardian", False, None),
    }
    assert dict(Contact.objects.values_list("source_id", "language")) == {"G1": "so", "G2": "es", "G3": "so"}
    assert [r.reason for r in result.rejected] == ["'ask first' is neither yes nor no; taken as no"]


def test_a_misspelt_optional_header_is_read_and_named(tmp_path: Path) -> None:
    header = [{"agentSourcedIds": "agentSourceIds", "grades": "Grade"}.get(name, name) for name in USERS_11]
    users = [
        [*user("S1", "student", orgSourcedIds="E", agentSourcedIds="G1", grades="3")],
        user("G1", "guardian", dateLastModified="31/12/2025"),
    ]
    result = run(roster(tmp_path, users, header))
    assert set(ties()) == {("S1", "G1")}
    assert Student.objects.get().grade == "3"
    assert [(w.file, w.line, w.column, w.reason) for w in result.warnings] == [
        ("users.csv", 1, "agentSourceIds", "taken for agentSourcedIds")
    ]


@pytest.mark.parametrize("under", ["", "export/"])
def test_a_zip_is_read_as_the_folder_is(tmp_path: Path, under: str) -> None:
    inside = roster(
        tmp_path / "in", [user("S1", "student", orgSourcedIds="E", agentSourcedIds="G1"), user("G1", "guardian")]
    )
    assert counts(run(zipped(tmp_path / "roster.zip", inside, under))) == (1, 0, 0, 0)
    assert counts(run(inside)) == (0, 0, 0, 1)


WHOLE = [
    user("S1", "student", orgSourcedIds="E", grades="4", agentSourcedIds="G1"),
    user("S2", "student", orgSourcedIds="O", grades="5", agentSourcedIds="G1,G2"),
    user("G1", "guardian", email="g1@example.org"),
    user("G2", "guardian", email="g2@example.org"),
    user("T1", "teacher", orgSourcedIds="E"),
]


def test_in_a_delta_who_is_absent_stays_and_who_is_to_be_deleted_leaves(tmp_path: Path) -> None:
    run(roster(tmp_path / "bulk", WHOLE, manifest=manifest(users="bulk", orgs="bulk", roles="absent")))
    changes = [
        user("G1", "guardian", email="new@example.org"),
        user("G2", "guardian", status="tobedeleted"),
        user("S3", "student", orgSourcedIds="E", agentSourcedIds="G1"),
    ]
    delta = folder(
        tmp_path / "delta",
        {"users.csv": [USERS_11, *changes], "manifest.csv": manifest(users="delta", orgs="absent")},
    )
    result = run(delta, force=True)
    assert counts(result) == (0, 1, 1, 0)
    assert schools() == {"S1": "Elm School", "S2": "Oak School", "S3": None}
    assert set(people()) == {"G1"}
    assert points("G1") == ["new@example.org"]
    assert set(people(staff=True)) == {"T1"}
    assert ("S3", "G1") in ties()
    assert ("S1", "G1") in ties()
    assert counts(run(delta, force=True)) == (0, 0, 0, 1)


def test_what_a_delta_leaves_empty_stays(tmp_path: Path) -> None:
    run(roster(tmp_path / "bulk", WHOLE))
    run(
        folder(
            tmp_path / "delta",
            {
                "users.csv": [USERS_11, user("S1", "student", orgSourcedIds="E", givenName="Anna")],
                "manifest.csv": manifest(users="delta", orgs="absent"),
            },
        )
    )
    assert Student.objects.values_list("name", "grade", "school__name").get(source_id="S1") == (
        "Anna S1",
        "4",
        "Elm School",
    )


def test_in_a_1_2_delta_users_keep_the_roles_that_they_have_on_file(tmp_path: Path) -> None:
    run(roster(tmp_path / "bulk", WHOLE))
    changes = [
        user("G1", header=USERS_12, email="new@example.org"),
        user("S1", header=USERS_12, agentSourcedIds="G1,G9"),
        user("N1", header=USERS_12),
    ]
    files = {
        "users.csv": [USERS_12, *changes],
        "roles.csv": [ROLES, role("T1", "teacher", status="tobedeleted")],
        "manifest.csv": manifest(users="delta", roles="delta"),
    }
    result = run(folder(tmp_path / "delta", files), force=True)
    assert points("G1") == ["new@example.org"]
    assert set(people()) == {"G1", "G2"}
    assert people(staff=True) == {}
    assert set(schools()) == {"S1", "S2"}
    assert [r.reason for r in result.rejected] == [
        "'N1' has no role in the files and is not on file",
        "student 'S1' is tied to 'G9', who is no guardian in the files or on file",
    ]


def test_a_manifest_that_does_not_fit_the_files_is_refused(tmp_path: Path) -> None:
    where = tmp_path / "manifest.csv"
    roster(tmp_path, WHOLE, manifest=manifest(users="bulk", roles="bulk"))
    with pytest.raises(ImportRefused, match=r"says bulk for roles\.csv, and there is no such file"):
        run(tmp_path)
    roster(tmp_path, WHOLE, manifest=manifest(users="absent"))
    with pytest.raises(ImportRefused, match=r"holds no users\.csv, or its manifest says that it is absent"):
        run(tmp_path)
    roster(tmp_path, WHOLE, manifest=manifest(users="all"))
    with pytest.raises(ImportRefused) as refused:
        run(tmp_path)
    assert str(refused.value) == f"{where}: says 'all' for file.users; right are bulk, delta and absent"


def test_families_alone_leave_staff_on_file(tmp_path: Path) -> None:
    run(roster(tmp_path, WHOLE))
    assert counts(run(roster(tmp_path, WHOLE[:4]))) == (0, 0, 0, 2)
    assert set(people(staff=True)) == {"T1"}


def test_a_missing_needed_column_is_named(tmp_path: Path) -> None:
    folder(tmp_path, {"users.csv": [["sourcedId", "status", "role", "givenName"]], "orgs.csv": ORGS})
    with pytest.raises(ImportRefused, match=r"users\.csv: no column familyName; the header has: sourcedId, status"):
        run(tmp_path)


@st.composite
def directories(draw: st.DrawFn) -> Table:
    """Users who are consistent with each other: each once, ties on either row or both."""
    students, guardians = ["S1", "S2", "S3"], ["G1", "G2", "G3"]
    tied = draw(st.lists(st.tuples(st.sampled_from(students), st.sampled_from(guardians)), unique=True))
    sides = {pair: draw(st.sampled_from(["student", "guardian", "both"])) for pair in tied}
    return [
        *(
            user(
                student,
                "student",
                orgSourcedIds=draw(st.sampled_from(["E", "O", "D,O", ""])),
                agentSourcedIds=",".join(g for s, g in tied if s == student and sides[s, g] != "guardian"),
            )
            for student in students
        ),
        *(
            user(
                guardian,
                draw(st.sampled_from(["guardian", "parent", "relative"])),
                sms=draw(st.sampled_from(["", "612-555-0101", "n/a"])),
                agentSourcedIds=",".join(s for s, g in tied if g == guardian and sides[s, g] != "student"),
            )
            for guardian in guardians
        ),
    ]


@settings(max_examples=20, deadline=None)
@given(users=directories(), data=st.data())
def test_twice_changes_nothing_order_does_not_count_and_nobody_is_lost(users: Table, data: st.DataObject) -> None:
    with on_an_empty_roster("roster") as path:
        assert run(roster(path, users)).created == 3
        once = everything()
        assert set(people()) == {"G1", "G2", "G3"}
        assert set(schools()) == {"S1", "S2", "S3"}
        assert counts(run(path)) == (0, 0, 0, 3)
        assert everything() == once
        assert counts(run(roster(path, data.draw(st.permutations(users))))) == (0, 0, 0, 3)
        assert everything() == once
