"""Microsoft School Data Sync v2.1 CSV, in the shape of Microsoft's own samples, and what districts make of it."""

from pathlib import Path

import pytest

from broadcaster.roster.importing import ImportRefused
from broadcaster.roster.models import Contact, Student
from tests.roster.rosters import counts, everything, folder, people, points, run, ties, zipped

pytestmark = pytest.mark.django_db

USERS = [
    "sourcedId", "username", "givenName", "familyName", "password", "activeDirectoryMatchId", "email", "phone", "sms",
]  # fmt: skip
ORGS = [
    ["sourcedId", "name", "type", "parentSourcedId"],
    ["D", "The District", "district", ""],
    ["E", "Elm School", "school", "D"],
    ["O", "Oak School", "school", "D"],
]
ROLES = [
    "userSourcedId", "orgSourcedId", "role", "sessionSourcedId", "grade", "isPrimary", "roleStartDate", "roleEndDate",
]  # fmt: skip
RELATIONSHIPS = ["userSourcedId", "relationshipUserSourcedId", "relationshipRole"]

Rows = list[list[str]]


def user(source: str, **cells: str) -> list[str]:
    """A row of users.csv."""
    given = {
        "sourcedId": source,
        "username": f"{source}@example.org",
        "givenName": "Given",
        "familyName": source,
        "password": "P@ssword123",
    }
    return [(given | cells).get(name, "") for name in USERS]


def role(source: str, name: str = "student", org: str = "E", grade: str = "", primary: str = "TRUE") -> list[str]:
    """A row of roles.csv, with dates as Microsoft's samples write them."""
    return [source, org, name, "SY2021K12", grade, primary, "8/24/2021", "6/11/2022"]


def roster(path: Path, users: Rows, roles: Rows, relationships: Rows) -> Path:
    """A School Data Sync folder."""
    files = {"users.csv": [USERS, *users], "orgs.csv": ORGS, "roles.csv": [ROLES, *roles]}
    return folder(path, files | {"relationships.csv": [RELATIONSHIPS, *relationships]})


def usual(path: Path) -> Path:
    """Two siblings with a mother who has no role, a teacher."""
    users = [
        user("S1"),
        user("S2"),
        user("G1", email="g1@example.org", phone="6125550101", sms="(612) 555-0102"),
        user("T1", email="t1@staff.example.org"),
    ]
    roles = [
        role("S1", org="O", grade="9", primary="FALSE"),
        role("S1", grade="10"),
        role("S2", grade="KG"),
        role("T1", "teacher", "O"),
        role("T1", "teacher", "E", primary="FALSE"),
    ]
    return roster(path, users, roles, [["S1", "G1", "guardian"], ["S2", "G1", "relative"]])


def test_students_guardians_and_staff_are_read(tmp_path: Path) -> None:
    result = run(usual(tmp_path))
    assert result.rejected == ()
    assert counts(result) == (2, 0, 0, 0)
    assert list(Student.objects.order_by("source_id").values_list("source_id", "grade", "school__name")) == [
        ("S1", "10", "Elm School"),
        ("S2", "K", "Elm School"),
    ]
    assert people() == {"G1": "Given G1"}
    assert points("G1") == ["g1@example.org", "+16125550102", "+16125550101"]
    assert ties() == {("S1", "G1"): ("guardian", True, None), ("S2", "G1"): ("relative", True, None)}
    assert list(Contact.objects.filter(kind="staff").values_list("role", "school__name")) == [("teacher", "Oak School")]


def test_twice_and_zipped_and_in_another_order_changes_nothing(tmp_path: Path) -> None:
    inside = usual(tmp_path / "in")
    run(inside)
    once = everything()
    assert counts(run(zipped(tmp_path / "sds.zip", inside))) == (0, 0, 0, 2)
    for file in inside.iterdir():
        header, *rows = file.read_text().splitlines()
        file.write_text("\n".join([header, *reversed(rows)]) + "\n")
    assert counts(run(inside)) == (0, 0, 0, 2)
    assert everything() == once


def test_a_relationship_the_other_way_round_is_read_too(tmp_path: Path) -> None:
    run(roster(tmp_path, [user("S1"), user("G1")], [role("S1")], [["G1", "S1", "parent"]]))
    assert ties() == {("S1", "G1"): ("parent", True, None)}


@pytest.mark.parametrize(("word", "allowed"), [("parent", True), ("other", True), ("doctor", False), ("Aide", False)])
def test_a_doctor_or_an_aide_is_on_file_and_not_written_to(tmp_path: Path, word: str, allowed: bool) -> None:
    run(roster(tmp_path, [user("S1"), user("G1")], [role("S1")], [["S1", "G1", word]]))
    assert ties() == {("S1", "G1"): (word, allowed, None)}


def test_what_does_not_fit_together_is_named(tmp_path: Path) -> None:
    users = [user("S1", phone="1234567890"), user("G1", phone="1234567890"), user("X1")]
    relationships = [["S1", "G1", ""], ["S1", "nobody", "parent"], ["G1", "X1", ""], ["", "G1", ""]]
    result = run(roster(tmp_path, users, [role("S1", org="Z"), role("X1", "alumni")], relationships))
    assert {(r.file, r.line, r.column, r.reason) for r in result.rejected} == {
        ("users.csv", 2, "", "'Z' is no org in the files, so 'S1' has no school"),
        ("users.csv", 2, "phone", "'1234567890' is no phone number: no area code or exchange begins with 0 or 1"),
        ("users.csv", 3, "phone", "'1234567890' is no phone number: no area code or exchange begins with 0 or 1"),
        ("users.csv", 4, "", "'X1' has no role in the files"),
        ("relationships.csv", 3, "relationshipUserSourcedId", "'nobody' is in no row that can be taken in"),
        ("relationships.csv", 4, "relationshipUserSourcedId", "'X1' is no student in the files"),
        ("relationships.csv", 5, "userSourcedId", "is empty"),
    }
    assert set(ties()) == {("S1", "G1")}


def test_a_folder_without_relationships_has_students_and_staff_alone(tmp_path: Path) -> None:
    usual(tmp_path)
    (tmp_path / "relationships.csv").unlink()
    result = run(tmp_path)
    assert (result.roster.students, result.roster.guardians, result.roster.staff) == (2, 0, 1)
    assert [r.reason for r in result.rejected] == ["'G1' has no role in the files"]


def test_a_missing_needed_column_is_named(tmp_path: Path) -> None:
    folder(usual(tmp_path), {"roles.csv": [["userSourcedId", "orgSourcedId"]]})
    with pytest.raises(ImportRefused, match=r"roles\.csv: no column role; the header has: userSourcedId, orgSourcedId"):
        run(tmp_path)
