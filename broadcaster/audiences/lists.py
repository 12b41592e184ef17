"""Lists of people, each row with values of its own: taken in from a CSV file once, and then never changed.

A row names a student (`student_id`), or one person (`contact_id`, `staff_id`). Columns called as a field of OF_A_LIST
are values of the row; all other columns are left alone.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.db import transaction
from django.db.models import Exists, OuterRef

from broadcaster import clock
from broadcaster.audiences.errors import AudienceError, unknown
from broadcaster.audiences.models import Listed, PeopleList
from broadcaster.kinds import BadInput
from broadcaster.roster import acts
from broadcaster.roster.importing import headers, sheets
from broadcaster.roster.importing.errors import Rejected
from broadcaster.roster.importing.files import File
from broadcaster.roster.importing.headers import Columns
from broadcaster.roster.importing.reading import Reading
from broadcaster.roster.importing.sheets import Record, Sheet
from broadcaster.roster.models import Contact, ContactKind, Student
from broadcaster.templating.fields import clean
from broadcaster.templating.template import OF_A_LIST

_LONGEST = 500  # characters of a value
_LARGEST = 50_000_000  # bytes of a list
_MOST = 200_000  # rows
_AT_ONCE = 2_000  # rows written in one transaction
_UNFINISHED = "unfinished"  # stands where the digest will be
_WHO = ("student_id", "contact_id", "staff_id")


@dataclass(frozen=True, slots=True)
class Taken:
    """A list that was taken in: what to ask for it with, its rows in number, and what of the file could not be used."""

    name: str
    rows: int
    fields: tuple[str, ...]
    rejected: tuple[Rejected, ...]


@dataclass
class _Rows:
    """The rows so far, and where each first stood."""

    students: dict[int, dict[str, str]] = field(default_factory=dict)
    contacts: dict[int, dict[str, str]] = field(default_factory=dict)
    lines: dict[tuple[str, int], int] = field(default_factory=dict)


def take_in(file: File, *, by: str) -> Taken:
    """Keep the list of a file; the same file again is the same list. Rows that name nobody who is here are rejected.

    Raises ImportRefused for a file that can't be read, and BadInput for one that names nobody.
    """
    if file.size > _LARGEST:
        raise BadInput(f"{file.where}: has {file.size:,} bytes; a list may have {_LARGEST:,}")
    reading = Reading("")
    header = sheets.header_of(file)
    columns, own = _columns(header)
    if not any(columns.has(who) for who in _WHO):
        raise BadInput(
            f"{file.where}: the header has no student_id, contact_id or staff_id, found {sheets.shown(header)}"
        )
    rows = _read(Sheet(file, columns), own, reading)
    count = len(rows.students) + len(rows.contacts)
    if not count:
        raise BadInput(f"{file.where}: names nobody who is on file")
    name = " ".join(re.sub(r'["“”#]', " ", file.name).split())[:200]
    kept = _keep(name, sorted(own), rows, by)
    return Taken(asked_for_by(kept), count, tuple(sorted(own)), tuple(reading.rejected))


def newest(number: int, school_id: int | None = None) -> list[PeopleList]:
    """So many lists, the newest first; of a school those that a student of it is on."""
    found = PeopleList.objects.exclude(digest__startswith=_UNFINISHED).order_by("-pk")
    if school_id is not None:
        theirs = Student.objects.filter(school_id=school_id, left_at=None).values("pk")
        found = found.filter(Exists(Listed.objects.filter(people_list=OuterRef("pk"), student_id__in=theirs)))
    return list(found[:number])


def asked_for_by(one: PeopleList) -> str:
    """What a `list:` term asks for this very list with."""
    return f"{one.name}#{one.pk}"


def find(value: str) -> PeopleList | None:
    """As `called`; None where there is none."""
    try:
        return called(value)
    except AudienceError:
        return None


def rows_of(pk: int) -> int:
    """How many are on a list."""
    return Listed.objects.filter(people_list=pk).count()


def called(value: str) -> PeopleList:
    """The list that a term asks for: by `name#id`, or the newest of the name. Raises AudienceError."""
    name, mark, number = value.rpartition("#")
    if mark and number.isdigit():
        found = PeopleList.objects.filter(pk=int(number)).first()
    else:
        name = value
        found = PeopleList.objects.filter(name=value).order_by("-pk").first()
    if found is not None:
        return found
    names = list(PeopleList.objects.order_by("name").values_list("name", flat=True).distinct())
    if not names:
        raise AudienceError(f"unknown list {value!r}: there is no such file, and no list was taken in yet")
    raise unknown("list", name, names)


def _columns(header: list[str]) -> tuple[Columns, dict[str, int]]:
    """What the columns mean: who a row is about, and the place of each value of its own."""
    of_families, of_staff = headers.families_columns(header), headers.staff_columns(header)
    at = {who: of_families.at[who] for who in _WHO if of_families.has(who)}
    if of_staff.has("staff_id"):
        at["staff_id"] = of_staff.at["staff_id"]
    folded = {re.sub(r"[\W_]+", "_", name.strip().casefold()): place for place, name in enumerate(header)}
    return Columns(of_families.header, at), {name: folded[name] for name in OF_A_LIST if name in folded}


def _read(sheet: Sheet, own: dict[str, int], reading: Reading) -> _Rows:
    known = {
        "student_id": dict(Student.objects.filter(left_at=None).values_list("source_id", "pk")),
        "contact_id": _contacts(ContactKind.GUARDIAN),
        "staff_id": _contacts(ContactKind.STAFF),
    }
    rows = _Rows()
    for number, record in enumerate(sheet.records(reading)):
        if number >= _MOST:
            raise BadInput(f"{sheet.file.where}: has more than {_MOST:,} rows")
        who = next((who for who in _WHO if record.text(who, 200)), None)
        if who is None:
            record.place.reject("", "names nobody")
            continue
        source = record.text(who, 200)
        pk = known[who].get(source)
        if pk is None:
            record.reject(who, f"{source!r} is on file as nobody who is here")
        elif (values := _values(record, own)) is not None:
            _add(rows, who, pk, values, record)
    return rows


def _contacts(kind: ContactKind) -> dict[str, int]:
    return dict(Contact.objects.filter(left_at=None, kind=kind).values_list("source_id", "pk"))


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
    people = rows.students if who == "student_id" else rows.contacts
    if pk not in people:
        people[pk] = values
        rows.lines["student" if who == "student_id" else "contact", pk] = record.place.line
    elif people[pk] != values:
        line = rows.lines["student" if who == "student_id" else "contact", pk]
        record.reject(who, f"says something else than line {line} of the same person, which counts")


def _keep(name: str, own: list[str], rows: _Rows, by: str) -> PeopleList:
    """Written in steps; before the last of them the list has no digest that anybody would find."""
    listed = [Listed(student_id=pk, own=values) for pk, values in sorted(rows.students.items())]
    listed += [Listed(contact_id=pk, own=values) for pk, values in sorted(rows.contacts.items())]
    content = repr([(one.student_id, one.contact_id, sorted(one.own.items())) for one in listed])
    digest = hashlib.sha256(content.encode()).hexdigest()
    known = PeopleList.objects.filter(name=name, digest=digest).first()
    if known is not None:
        return known
    made = PeopleList.objects.create(
        name=name, digest=f"{_UNFINISHED} {clock.now()}", fields=own, by=by, at=clock.now()
    )
    for some in _steps(listed):
        for one in some:
            one.people_list = made
        Listed.objects.bulk_create(some)
    with transaction.atomic():
        PeopleList.objects.filter(pk=made.pk).update(digest=digest)
        acts.done(by, "took in a list", {"list": made.pk, "rows": len(listed), "fields": own})
    return made


def _steps(listed: list[Listed]) -> Iterator[list[Listed]]:
    rest = iter(listed)
    while some := list(islice(rest, _AT_ONCE)):
        yield some
