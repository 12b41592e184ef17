"""A CSV file of people as a list: who is on it, with which values, and what of it could not be used. Nothing is kept.

A row names a student (`student_id`), or one person (`contact_id`, `staff_id`). Columns called as a field of OF_A_LIST
are values of the row; all other columns are left alone.
"""

import re
from dataclasses import dataclass, field

from broadcaster.kinds import BadInput
from broadcaster.roster.importing import headers, sheets
from broadcaster.roster.importing.errors import Rejected
from broadcaster.roster.importing.files import File
from broadcaster.roster.importing.headers import Columns
from broadcaster.roster.importing.reading import Reading
from broadcaster.roster.importing.sheets import Record, Sheet
from broadcaster.roster.models import Contact, ContactKind, Guardianship, School, Student
from broadcaster.templating.fields import clean
from broadcaster.templating.template import OF_A_LIST

_LONGEST = 500  # characters of a value
_LARGEST = 50_000_000  # bytes of a list
_MOST = 200_000  # rows
WHO = ("student_id", "contact_id", "staff_id")

Values = dict[int, dict[str, str]]


@dataclass(frozen=True, slots=True)
class ListFile:
    """What a file says: the values of each student and of each contact by id, its rows in number (the header is none),
    and what could not be used.
    """

    name: str
    fields: tuple[str, ...]
    students: Values
    contacts: Values
    rows: int = 0
    rejected: tuple[Rejected, ...] = ()

    @property
    def people(self) -> int:
        """How many are on it."""
        return len(self.students) + len(self.contacts)


@dataclass
class _Rows:
    """The rows so far, and where each first stood."""

    students: Values = field(default_factory=dict)
    contacts: Values = field(default_factory=dict)
    lines: dict[tuple[str, int], int] = field(default_factory=dict)


def read(file: File, *, name: str = "", school: School | None = None) -> ListFile:
    """Read a file, under a name of its own where it is to have another than the file's. Rows that name nobody who is
    here are rejected; with a school, those that name somebody of another too, and the list is called by the school, so
    that it never stands in the place of another's.

    Raises ImportRefused and BadInput for a file that is no list.
    """
    if file.size > _LARGEST:
        raise BadInput(f"{file.where}: has {file.size:,} bytes; a list may have {_LARGEST:,}")
    reading = Reading("")
    header = sheets.header_of(file)
    columns, own = _columns(header)
    if not any(columns.has(who) for who in WHO):
        raise BadInput(
            f"{file.where}: the header has no student_id, contact_id or staff_id, found {sheets.shown(header)}"
        )
    rows = _read(Sheet(file, columns), own, _Known(school), reading)
    called = f"{school.name}: {name or file.name}" if school else name or file.name
    return ListFile(
        name=" ".join(re.sub(r'["“”#]', " ", called).split())[:200],
        fields=tuple(sorted(own)),
        students=rows.students,
        contacts=rows.contacts,
        rows=reading.rows,
        rejected=tuple(reading.rejected),
    )


def _columns(header: list[str]) -> tuple[Columns, dict[str, int]]:
    """What the columns mean: who a row is about, and the place of each value of its own."""
    of_families, of_staff = headers.families_columns(header), headers.staff_columns(header)
    at = {who: of_families.at[who] for who in WHO if of_families.has(who)}
    if of_staff.has("staff_id"):
        at["staff_id"] = of_staff.at["staff_id"]
    folded = {re.sub(r"[\W_]+", "_", name.strip().casefold()): place for place, name in enumerate(header)}
    return Columns(of_families.header, at), {name: folded[name] for name in OF_A_LIST if name in folded}


class _Known:
    """Whom a row may name, by the roster's own ids."""

    def __init__(self, school: School | None) -> None:
        self._here = {
            "student_id": dict(Student.objects.filter(left_at=None).values_list("source_id", "pk")),
            "contact_id": _contacts(ContactKind.GUARDIAN),
            "staff_id": _contacts(ContactKind.STAFF),
        }
        self._school, self._own = school, _of(school) if school else {}

    def find(self, who: str, source: str) -> int:
        """The id in the ledger. Raises LookupError with what is wrong."""
        pk = self._here[who].get(source)
        if pk is None:
            raise LookupError(f"{source!r} is on file as nobody who is here")
        if self._school is not None and pk not in self._own[who]:
            raise LookupError(f"{source!r} is not of {self._school.name}")
        return pk


def _contacts(kind: ContactKind) -> dict[str, int]:
    return dict(Contact.objects.filter(left_at=None, kind=kind).values_list("source_id", "pk"))


def _of(school: School) -> dict[str, set[int]]:
    """The people of a school: its students, who is tied to them, and its staff."""
    ties = Guardianship.objects.filter(student__school=school, student__left_at=None)
    return {
        "student_id": set(Student.objects.filter(school=school, left_at=None).values_list("pk", flat=True)),
        "contact_id": set(ties.values_list("contact_id", flat=True)),
        "staff_id": set(Contact.objects.filter(school=school, left_at=None).values_list("pk", flat=True)),
    }


def _read(sheet: Sheet, own: dict[str, int], known: _Known, reading: Reading) -> _Rows:
    rows = _Rows()
    for number, record in enumerate(sheet.records(reading)):
        if number >= _MOST:
            raise BadInput(f"{sheet.file.where}: has more than {_MOST:,} rows")
        who = next((who for who in WHO if record.text(who, 200)), None)
        if who is None:
            record.place.reject("", "names nobody")
            continue
        try:
            pk = known.find(who, record.text(who, 200))
        except LookupError as error:
            record.reject(who, str(error))
            continue
        if (values := _values(record, own)) is not None:
            _add(rows, who, pk, values, record)
    return rows


def _values(record: Record, own: dict[str, int]) -> dict[str, str] | None:
    """The row's own values; None where it lacks one, which is said."""
    found = {name: clean(record.cell(place)) for name, place in own.items()}
    for name, value in found.items():
        if not value or len(value) > _LONGEST:
            wrong = "is empty" if not value else f"is longer than {_LONGEST} characters"
            record.place.reject(record.columns.header[own[name]], wrong)
            return None
    return found


def _add(rows: _Rows, who: str, pk: int, values: dict[str, str], record: Record) -> None:
    kind, people = ("student", rows.students) if who == "student_id" else ("contact", rows.contacts)
    if pk not in people:
        people[pk] = values
        rows.lines[kind, pk] = record.place.line
    elif people[pk] != values:
        line = rows.lines[kind, pk]
        record.reject(who, f"says something else than line {line} of the same person, which counts")
