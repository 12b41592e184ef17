"""Small rosters for tests: files written from rows, and imports of them."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.db import transaction

from broadcaster.roster import importing
from broadcaster.roster.importing import ImportResult
from broadcaster.roster.models import Contact, ContactPoint, Guardianship, Student

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


def folder(path: Path, files: Mapping[str, Iterable[Sequence[str]]]) -> Path:
    """A folder of CSV files; the first row of each is its header."""
    path.mkdir(parents=True, exist_ok=True)
    for name, (header, *rows) in files.items():
        write(path / name, rows, header)
    return path


def zipped(path: Path, inside: Path, under: str = "") -> Path:
    """A zip of a folder's files, below a folder of its own if `under` names one."""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for file in sorted(inside.iterdir()):
            archive.write(file, f"{under}{file.name}")
    return path


@contextmanager
def on_an_empty_roster(name: str) -> Iterator[Path]:
    """A path to write a roster to, in a transaction that is undone, so that the next example starts anew."""
    with TemporaryDirectory() as directory, transaction.atomic():
        yield Path(directory) / name
        transaction.set_rollback(True)


def everything() -> list[object]:
    """The roster by the district's own ids, without our ids."""
    people = list(Contact.objects.order_by("source_id").values_list("source_id", "name", "language", "left_at"))
    children = list(Student.objects.order_by("source_id").values_list("source_id", "name", "grade", "school__name"))
    points = ContactPoint.objects.order_by("contact__source_id", "channel", "rank")
    ties = Guardianship.objects.order_by("student__source_id", "contact__source_id")
    families: dict[int | None, set[str]] = {}
    for source, family in Contact.objects.values_list("source_id", "family_id"):
        families.setdefault(family, set()).add(source)
    return [
        people,
        children,
        list(points.values_list("contact__source_id", "channel", "address", "rank")),
        list(ties.values_list("student__source_id", "contact__source_id", "may_contact")),
        sorted(sorted(members) for members in families.values()),
    ]


def people(staff: bool = False) -> dict[str, str]:
    """Names of the guardians (or staff) who have not left, by their ids."""
    kind = "staff" if staff else "guardian"
    return dict(Contact.objects.filter(kind=kind, left_at=None).values_list("source_id", "name"))


def ties() -> dict[tuple[str, str], tuple[str, bool, bool | None]]:
    """Relationship, may contact, lives with; by student and guardian."""
    columns = ("student__source_id", "contact__source_id", "relationship", "may_contact", "lives_with")
    return {(student, contact): tuple(rest) for student, contact, *rest in Guardianship.objects.values_list(*columns)}  # type: ignore[misc]


def points(contact: str) -> list[str]:
    """A contact's addresses, emails first, best first."""
    found = ContactPoint.objects.filter(contact__source_id=contact).order_by("contact__kind", "channel", "rank")
    return list(found.values_list("address", flat=True))
