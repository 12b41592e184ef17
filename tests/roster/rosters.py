"""Small rosters for tests: files written from rows, and imports of them."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from broadcaster.roster import importing
from broadcaster.roster.importing import ImportResult

FAMILIES = [
    "student_id",
    "student_name",
    "school",
    "grade",
    "contact_id",
    "contact_name",
    "relationship",
    "language",
    "email",
    "phone",
    "may_contact",
]
STAFF = ["staff_id", "staff_name", "role", "school", "language", "email", "phone"]


def pair(student: str = "S1", contact: str = "C1", **cells: str) -> list[str]:
    """A row of a families file, with an address of its own for each contact."""
    row = {
        "student_id": student,
        "student_name": f"Child {student}",
        "school": "Elm School",
        "grade": "4",
        "contact_id": contact,
        "contact_name": f"Adult {contact}" if contact else "",
        "relationship": "mother" if contact else "",
        "language": "en" if contact else "",
        "email": f"{contact.lower()}@example.org" if contact else "",
        "phone": "",
        "may_contact": "",
    }
    return [(row | cells)[name] for name in FAMILIES]


def staff_row(staff: str = "T1", **cells: str) -> list[str]:
    """A row of a staff file."""
    row = {
        "staff_id": staff,
        "staff_name": f"Teacher {staff}",
        "role": "teacher",
        "school": "Elm School",
        "language": "en",
        "email": f"{staff.lower()}@staff.example.org",
        "phone": "",
    }
    return [(row | cells)[name] for name in STAFF]


def write(path: Path, rows: Iterable[Sequence[str]], header: Sequence[str] = FAMILIES) -> Path:
    """A CSV file of the rows under the header."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def run(path: Path, **options: Any) -> ImportResult:
    """Import a path as the shipped district would."""
    given = {"region": "US", "removal_share": 0.2, "actor": "tester"} | options
    return importing.run(path, **given)


def counts(result: ImportResult) -> tuple[int, int, int, int]:
    """Created, updated, removed, unchanged."""
    return result.created, result.updated, result.removed, result.unchanged
