"""Clever's SFTP CSV: contacts as repeated student rows, with ids and without."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadcaster.roster.models import Contact, ContactPoint, Student
from tests.roster.rosters import (
    counts,
    everything,
    folder,
    on_an_empty_roster,
    people,
    points,
    run,
    ties,
    write,
    zipped,
)

pytestmark = pytest.mark.django_db

STUDENTS = [
    "School_id", "Student_id", "Student_number", "State_id", "Last_name", "Middle_name", "First_name", "Grade",
    "Gender", "DOB", "Race", "Hispanic_Latino", "Home_language", "Ell_status", "Frl_status", "IEP_status",
    "Student_street", "Student_city", "Student_state", "Student_zip", "Student_email", "Contact_relationship",
    "Contact_type", "Contact_name", "Contact_phone", "Contact_phone_type", "Contact_email", "Contact_sis_id",
    "Username", "Password",
]  # fmt: skip
SCHOOLS = [["School_id", "School_name", "School_number"], ["10", "Elm School", "101"], ["20", "Oak School", "102"]]
TEACHERS = ["School_id", "Teacher_id", "Teacher_number", "Teacher_email", "First_name", "Last_name", "Title"]
STAFF = ["School_id", "Staff_id", "Staff_email", "First_name", "Last_name", "Department", "Title"]

Rows = list[list[str]]


def row(student: str = "S1", name: str = "Ana Lee", header: list[str] = STUDENTS, **cells: str) -> list[str]:
    """A row of students.csv."""
    given = {
        "School_id": "10",
        "Student_id": student,
        "First_name": "Given",
        "Last_name": student,
        "Grade": "4",
        "Student_email": f"{student}@students.example.org",
        "Contact_name": name,
        "Contact_type": "Parent/Guardian" if name else "",
        "Contact_relationship": "Mother" if name else "",
    }
    return [(given | cells).get(column, "") for column in header]


def roster(path: Path, rows: Rows, header: list[str] = STUDENTS, **more: Rows) -> Path:
    """A Clever folder."""
    files = {"schools.csv": SCHOOLS, "students.csv": [header, *rows]}
    return folder(path, files | {f"{name}.csv": table for name, table in more.items()})


def names() -> list[str]:
    """Names of the guardians."""
    return sorted(Contact.objects.filter(kind="guardian", left_at=None).values_list("name", flat=True))


def test_a_contact_with_an_id_is_one_person_in_many_rows(tmp_path: Path) -> None:
    rows = [
        row("S1", Contact_sis_id="C1", Contact_phone="612-555-0102", Contact_phone_type="Home", Home_language="spa"),
        row("S1", Contact_sis_id="C1", Contact_phone="612-555-0101", Contact_phone_type="Cell"),
        row("S2", Contact_sis_id="C1", Contact_email="ana@example.org", School_id="20"),
        row("S3", "", Grade="Kindergarten"),
    ]
    result = run(roster(tmp_path, rows))
    assert result.rejected == ()
    assert counts(result) == (1, 0, 0, 0)
    assert people() == {"C1": "Ana Lee"}
    assert points("C1") == ["ana@example.org", "+16125550101", "+16125550102"]
    assert Contact.objects.get().language == "es"
    assert set(ties()) == {("S1", "C1"), ("S2", "C1")}
    assert list(Student.objects.order_by("source_id").values_list("source_id", "grade", "school__name")) == [
        ("S1", "4", "Elm School"),
        ("S2", "4", "Oak School"),
        ("S3", "K", "Elm School"),
    ]


def test_siblings_share_their_mother_though_she_has_no_id(tmp_path: Path) -> None:
    rows = [
        row("S1", Contact_email="Ana@example.org", Contact_phone="612-555-0101"),
        row("S2", "ana lee", Contact_email="ana@example.org"),
        row("S3", "Ana  Lee", Contact_phone="(612) 555-0101"),
        row("S4", "Bo Lee", Contact_phone="612-555-0101"),
        row("S5", "Ana Lee", Contact_phone="612-555-0109"),
    ]
    run(roster(tmp_path, rows))
    assert [student for student, _ in sorted(ties())] == ["S1", "S2", "S3", "S4", "S5"]
    assert len({contact for student, contact in ties() if student in ("S1", "S2", "S3")}) == 1
    assert names() == ["Ana Lee", "Ana Lee", "Bo Lee"]


def test_two_rows_of_one_student_with_one_name_are_one_contact(tmp_path: Path) -> None:
    rows = [
        row(Contact_email="ana@example.org"),
        row(Contact_phone="612-555-0101", Contact_phone_type="Cell"),
        row("S2", Contact_phone="612-555-0101", Contact_sis_id="C7"),
    ]
    run(roster(tmp_path, rows))
    assert people() == {"C7": "Ana Lee"}
    assert points("C7") == ["ana@example.org", "+16125550101"]


def test_a_made_up_id_stays_when_a_better_phone_is_added(tmp_path: Path) -> None:
    run(roster(tmp_path, [row(Contact_email="ana@example.org")]))
    result = run(roster(tmp_path, [row(Contact_email="ana@example.org", Contact_phone="612-555-0101")]))
    assert counts(result) == (0, 1, 0, 0)


def test_a_contact_with_a_name_alone_is_kept(tmp_path: Path) -> None:
    result = run(roster(tmp_path, [row(), row("S2")]))
    assert result.rejected == ()
    assert names() == ["Ana Lee", "Ana Lee"]


def test_typed_phones_are_texted_or_not(tmp_path: Path) -> None:
    types = {
        "Cell": "0101",
        "Home": "0102",
        "Work": "0103",
        "Fax": "0104",
        "Unlisted": "0105",
        "Home (landline)": "0106",
    }
    rows = [
        row(Contact_sis_id="C1", Contact_phone=f"612-555-{digits}", Contact_phone_type=kind)
        for kind, digits in types.items()
    ]
    result = run(roster(tmp_path, rows))
    assert points("C1") == ["+16125550101", "+16125550102", "+16125550103"]
    assert [(r.line, r.column, r.reason) for r in result.rejected] == [
        (5, "Contact_phone", "'612-555-0104' is a fax number, which is never texted"),
        (6, "Contact_phone", "'612-555-0105' is unlisted, which is never texted"),
        (7, "Contact_phone", "'612-555-0106' is a landline, which is never texted"),
    ]


def test_an_emergency_contact_who_is_no_parent_is_on_file_and_not_written_to(tmp_path: Path) -> None:
    rows = [
        row(name="Bo Neighbour", Contact_type="Emergency", Contact_relationship="Other", Contact_sis_id="C1"),
        row(name="Cy Lee", Contact_type="Emergency", Contact_relationship="Father", Contact_sis_id="C2"),
    ]
    run(roster(tmp_path, rows))
    assert ties() == {("S1", "C1"): ("Other", False, None), ("S1", "C2"): ("Father", True, None)}


def test_a_districts_own_columns_are_read(tmp_path: Path) -> None:
    header = [*STUDENTS, "ext.lives_with", "ext.may_contact"]
    rows = [row(header=header, Contact_sis_id="C1", **{"ext.lives_with": "no", "ext.may_contact": "N"})]
    run(roster(tmp_path, rows, header))
    assert ties() == {("S1", "C1"): ("Mother", False, False)}


def test_teachers_and_staff_are_staff(tmp_path: Path) -> None:
    teachers = [TEACHERS, ["10", "T1", "1", "t1@staff.example.org", "Tea", "Cher", ""]]
    staff = [
        STAFF,
        ["", "T9", "t9@staff.example.org", "Of", "Fice", "Office", "Secretary"],
        ["30", "", "", "No", "Id", "", ""],
    ]
    result = run(roster(tmp_path, [row(Contact_sis_id="C1")], teachers=teachers, staff=staff))
    found = Contact.objects.filter(kind="staff").order_by("source_id")
    assert list(found.values_list("source_id", "name", "role", "school__name")) == [
        ("T1", "Tea Cher", "teacher", "Elm School"),
        ("T9", "Of Fice", "Secretary", None),
    ]
    assert [(r.file, r.line, r.column) for r in result.rejected] == [("staff.csv", 3, "Staff_id")]


def test_students_alone_leave_staff_on_file(tmp_path: Path) -> None:
    teachers = [TEACHERS, ["10", "T1", "1", "t1@staff.example.org", "Tea", "Cher", ""]]
    run(roster(tmp_path / "all", [row(Contact_sis_id="C1")], teachers=teachers))
    assert counts(run(roster(tmp_path / "students", [row(Contact_sis_id="C1")]))) == (0, 0, 0, 1)
    assert people(staff=True) == {"T1": "Tea Cher"}


def test_a_single_file_and_a_zip_are_read(tmp_path: Path) -> None:
    inside = roster(tmp_path / "in", [row(Contact_sis_id="C1")])
    assert counts(run(zipped(tmp_path / "clever.zip", inside))) == (1, 0, 0, 0)
    alone = write(tmp_path / "export.csv", [row(Contact_sis_id="C1")], STUDENTS)
    assert counts(run(alone)) == (0, 0, 0, 1)
    assert Student.objects.values_list("school__name", flat=True).get() == "10"


def test_an_unknown_school_is_named(tmp_path: Path) -> None:
    result = run(roster(tmp_path, [row(Contact_sis_id="C1", School_id="99")]))
    assert [(r.column, r.reason) for r in result.rejected] == [("School_id", "'99' is no school in schools.csv")]
    assert Student.objects.get().school is None


NAMES = st.sampled_from(["Ana Lee", "Bo Lee"])
PHONES = st.sampled_from(["", "612-555-0101", "612-555-0102"])
EMAILS = st.sampled_from(["", "a@example.org", "b@example.org"])


@st.composite
def mentions(draw: st.DrawFn) -> Rows:
    """Rows of few names and addresses, so that contacts meet in every way."""
    students = st.sampled_from(["S1", "S2", "S3"])
    found = draw(st.lists(st.tuples(students, NAMES, PHONES, EMAILS), min_size=1, max_size=8))
    return [row(who, name, Contact_phone=phone, Contact_email=email) for who, name, phone, email in found]


@settings(max_examples=30, deadline=None)
@given(rows=mentions(), data=st.data())
def test_twice_changes_nothing_order_does_not_count_and_nobody_is_lost(rows: Rows, data: st.DataObject) -> None:
    with on_an_empty_roster("clever") as path:
        first = run(roster(path, rows))
        once = everything()
        assert first.rejected == ()
        place = {name: at for at, name in enumerate(STUDENTS)}
        assert {student for student, _ in ties()} == {one[place["Student_id"]] for one in rows}
        assert set(names()) == {one[place["Contact_name"]] for one in rows}
        given_addresses = {one[place["Contact_email"]] for one in rows} - {""}
        assert given_addresses <= set(ContactPoint.objects.values_list("address", flat=True))
        assert counts(run(path)) == (0, 0, 0, first.created)
        assert counts(run(roster(path, data.draw(st.permutations(rows))))) == (0, 0, 0, first.created)
        assert everything() == once
