"""Exports of PowerSchool and Infinite Campus through the plain CSV, with the district's own names for their columns."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from broadcaster.district import Roster
from broadcaster.roster.importing import ImportRefused
from broadcaster.roster.models import Contact, ContactPoint, Student
from tests.roster.rosters import (
    STAFF,
    counts,
    everything,
    on_an_empty_roster,
    people,
    points,
    run,
    staff_row,
    ties,
    write,
)

pytestmark = pytest.mark.django_db

# PowerSchool's quick export: a row per student, with both parents in it and no ids of theirs
POWERSCHOOL = [
    "Student_Number", "LastFirst", "SchoolID", "School_Name", "Grade_Level", "Home_Phone", "Mother", "Mother_Email",
    "Mother_Cell", "Father", "Father_Email", "Father_Cell", "PrimaryLanguage",
]  # fmt: skip
PARENTS = Roster.model_validate(
    {
        "columns": {"student_name": "LastFirst", "school": "School_Name", "language": "PrimaryLanguage"},
        "guardians": [
            {"name": "Mother", "email": "Mother_Email", "phone": ["Mother_Cell", "Home_Phone"], "as": "mother"},
            {"name": "Father", "email": "Father_Email", "phone": "Father_Cell", "as": "father"},
        ],
    }
)

# Infinite Campus' ad hoc export: a row per student and contact, in its own field names
CAMPUS = [
    "student.studentNumber", "student.lastName", "student.firstName", "cal.calendarName", "student.grade",
    "contacts.personID", "contacts.lastName", "contacts.firstName", "contacts.relationship", "contacts.cellPhone",
    "contacts.homePhone", "contacts.email", "contacts.guardian", "contacts.messenger",
]  # fmt: skip
CONTACTS = Roster.model_validate(
    {
        "columns": {
            "school": "cal.calendarName",
            "contact_id": "contacts.personID",
            "contact_first": "contacts.firstName",
            "contact_last": "contacts.lastName",
            "relationship": "contacts.relationship",
            "phone": ["contacts.cellPhone", "contacts.homePhone"],
            "email": "contacts.email",
            "may_contact": "contacts.messenger",
        }
    }
)

Rows = list[list[str]]


def child(number: str, **cells: str) -> list[str]:
    """A row of a PowerSchool export."""
    given = {
        "Student_Number": number,
        "LastFirst": f"Lee, {number}",
        "SchoolID": "101",
        "School_Name": "Elm School",
        "Grade_Level": "0",
        "Mother": "Lee, Ana",
        "Mother_Email": "ana@example.org",
    }
    return [(given | cells).get(name, "") for name in POWERSCHOOL]


def test_power_school_has_several_guardians_in_a_row(tmp_path: Path) -> None:
    rows = [
        child("1", Mother_Cell="612-555-0101", Home_Phone="612-555-0102", PrimaryLanguage="Spanish"),
        child("2", Father="Lee, Bo", Father_Email="bo@example.org", Grade_Level="-1"),
        child("3", Mother="", Mother_Email=""),
    ]
    result = run(write(tmp_path / "export.csv", rows, POWERSCHOOL), columns=PARENTS)
    assert result.rejected == ()
    assert list(Student.objects.order_by("source_id").values_list("source_id", "name", "grade", "school__name")) == [
        ("1", "Lee, 1", "K", "Elm School"),
        ("2", "Lee, 2", "-1", "Elm School"),
        ("3", "Lee, 3", "K", "Elm School"),
    ]
    ids = {name: source for source, name in people().items()}
    assert set(ids) == {"Lee, Ana", "Lee, Bo"}
    assert ties() == {
        ("1", ids["Lee, Ana"]): ("mother", True, None),
        ("2", ids["Lee, Ana"]): ("mother", True, None),
        ("2", ids["Lee, Bo"]): ("father", True, None),
    }
    assert dict(Contact.objects.values_list("name", "language")) == {"Lee, Ana": "es", "Lee, Bo": ""}
    assert points(ids["Lee, Ana"]) == ["ana@example.org", "+16125550101", "+16125550102"]


def test_infinite_campus_names_its_columns_in_its_own_way(tmp_path: Path) -> None:
    row = ["S1", "Lee", "Cy", "25-26 Elm", "04", "C1", "Lee", "Ana", "Mother", "6125550101", "x", "a@example.org", "1"]
    rows = [[*row, "1"], [*row[:5], "C2", "Ray", "Bo", "Father", "", "(612) 555-0102", "", "1", "0"]]
    result = run(write(tmp_path / "export.csv", rows, CAMPUS), columns=CONTACTS)
    assert [(r.line, r.column) for r in result.rejected] == [(2, "contacts.homePhone")]
    assert Student.objects.values_list("name", "grade", "school__name").get() == ("Cy Lee", "4", "25-26 Elm")
    assert people() == {"C1": "Ana Lee", "C2": "Bo Ray"}
    assert points("C1") == ["a@example.org", "+16125550101"]
    assert ties() == {("S1", "C1"): ("Mother", True, None), ("S1", "C2"): ("Father", False, None)}


def test_the_districts_names_are_those_of_its_families_file_alone(tmp_path: Path) -> None:
    write(tmp_path / "export.csv", [child("1")], POWERSCHOOL)
    write(tmp_path / "staff.csv", [staff_row()], STAFF)
    assert counts(run(tmp_path, columns=PARENTS)) == (2, 0, 0, 0)
    assert Contact.objects.filter(kind="staff").count() == 1


def test_a_header_that_seems_to_mean_something_can_be_ignored(tmp_path: Path) -> None:
    header = ["student_id", "contact_id", "email", "May contact"]  # the nurse may
    path = write(tmp_path / "export.csv", [["S1", "C1", "a@example.org", "no"]], header)
    run(path)
    assert ties() == {("S1", "C1"): ("", False, None)}
    run(path, columns=Roster(ignore=("may contact",)))
    assert ties() == {("S1", "C1"): ("", True, None)}


def test_a_name_that_the_file_lacks_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "export.csv", [child("1")[:-1]], POWERSCHOOL[:-1])
    with pytest.raises(ImportRefused) as refused:
        run(path, columns=PARENTS)
    assert str(refused.value).startswith(
        f"{path}: no column 'PrimaryLanguage', which [roster] of district.toml names; the header has: Student_Number, "
    )


def test_a_formula_in_a_guardians_column_is_rejected_there(tmp_path: Path) -> None:
    path = write(tmp_path / "export.csv", [child("1", Mother='=HYPERLINK("http://example.org")')], POWERSCHOOL)
    result = run(path, columns=PARENTS)
    assert [(r.line, r.column) for r in result.rejected] == [(2, "Mother")]
    assert points(next(iter(people()))) == ["ana@example.org"]


@pytest.mark.parametrize(
    "wrong", [{"columns": {"shoe_size": "Shoe"}}, {"columns": {"phone": ""}}, {"guardians": [{}]}, {"colums": {}}]
)
def test_a_mapping_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Roster.model_validate(wrong)


@st.composite
def children(draw: st.DrawFn) -> Rows:
    """Children of few parents, who meet by name, address or child, and some of whom cannot be written to."""
    found = list[list[str]]()
    for number in range(draw(st.integers(1, 5))):
        parents = {
            cell: draw(st.sampled_from(["", *values]))
            for cell, values in {
                "Mother": ["Ana Lee", "Bo Lee"],
                "Mother_Email": ["a@example.org", "b@example.org"],
                "Mother_Cell": ["612-555-0101", "n/a"],
                "Father": ["Ana Lee", "Cy Lee"],
                "Father_Cell": ["612-555-0101", "612-555-0102"],
            }.items()
        }
        found.append(child(str(number), **parents))
    return found


@settings(max_examples=40, deadline=None)
@given(rows=children(), data=st.data())
def test_twice_changes_nothing_order_does_not_count_and_nobody_is_lost(rows: Rows, data: st.DataObject) -> None:
    with on_an_empty_roster("export.csv") as path:
        first = run(write(path, rows, POWERSCHOOL), columns=PARENTS)
        once = everything()
        cell = {name: place for place, name in enumerate(POWERSCHOOL)}
        assert Student.objects.count() == len(rows)
        named = {row[cell[who]] for row in rows for who in ("Mother", "Father")} - {""}
        assert named <= set(people().values())
        mails = {row[cell["Mother_Email"]] for row in rows} - {""}
        assert mails == set(ContactPoint.objects.filter(channel="email").values_list("address", flat=True))
        assert len(first.rejected) == sum(row[cell["Mother_Cell"]] == "n/a" for row in rows)
        assert counts(run(path, columns=PARENTS)) == (0, 0, 0, first.created)
        again = run(write(path, data.draw(st.permutations(rows)), POWERSCHOOL), columns=PARENTS)
        assert counts(again) == (0, 0, 0, first.created)
        assert everything() == once
