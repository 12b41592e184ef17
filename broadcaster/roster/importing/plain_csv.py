"""The plain roster CSV: one row per student-guardian pair, or one per staff member.

A families file has the columns `student_id, student_name, school, grade, contact_id, contact_name, relationship,
language, email, phone, may_contact` (and `lives_with` where the district knows it), a staff file `staff_id, staff_name,
role, school, language, email, phone`, by whatever names `headers.py` understands.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from broadcaster.kinds import Channel
from broadcaster.roster import grades
from broadcaster.roster.importing import cells, files
from broadcaster.roster.importing.errors import ImportRefused, Rejected
from broadcaster.roster.importing.facts import ContactFact, Fact, Point, StudentFact, TieFact
from broadcaster.roster.importing.headers import Columns, families_columns, staff_columns
from broadcaster.roster.importing.table import Row, Table, Unreadable
from broadcaster.text import languages

_ADDRESSES = (("email", Channel.EMAIL), ("phone", Channel.SMS))
_OF_A_CONTACT = ("contact_id", "contact_name", "contact_first", "contact_last", "relationship", "email", "phone")

# The ledger's columns hold so many characters.
_ID, _NAME, _RELATIONSHIP, _GRADE, _ROLE = 200, 200, 60, 20, 100


class _UnfitError(Exception):
    """A row that can't be taken in: the meaning of the column, and the reason."""


@dataclass(frozen=True)
class PlainFile:
    """A file whose header was read and understood."""

    path: Path
    columns: Columns
    staff: bool

    def facts(self, region: str, reject: Callable[[Rejected], None], progress: Callable[[], None]) -> Iterator[Fact]:
        """All facts of the file, a row at a time; what can't be taken in goes to `reject`. Calls `progress` per row."""
        with files.opened(self.path) as text:
            rows = iter(Table(text))
            next(rows)  # the header
            for row in rows:
                progress()
                if isinstance(row, Unreadable):
                    reject(Rejected(self.path.name, row.line, "", row.reason))
                else:
                    yield from _Reading(self, row, region, reject).facts()


def recognised(path: Path) -> PlainFile:
    """Read the header of a file. Raises ImportRefused, naming the column that is missing and what the header had."""
    with files.opened(path) as text:
        header = next(iter(Table(text)), None)
    if not isinstance(header, Row):
        raise ImportRefused(f"{path}: the header can't be read: {header.reason if header else 'there is none'}")
    families, staff = families_columns(header.cells), staff_columns(header.cells)
    is_staff = staff.has("staff_id") and not families.has("student_id")
    columns = staff if is_staff else families
    needed: list[tuple[str, ...]] = [("staff_id",)] if is_staff else [("student_id",), ("contact_id",)]
    missing = [" or ".join(any_of) for any_of in (*needed, ("email", "phone")) if not any(map(columns.has, any_of))]
    if missing:
        had = ", ".join(cell for cell in (cells.text(name, 40) for name in header.cells[:30]) if cell)
        raise ImportRefused(f"{path}: no column for {', '.join(missing)}; the header has: {had}")
    return PlainFile(path, columns, is_staff)


class _Reading:
    """One row on its way to facts."""

    def __init__(self, file: PlainFile, row: Row, region: str, reject: Callable[[Rejected], None]) -> None:
        self._file, self._row, self._region, self._reject = file, row, region, reject

    def facts(self) -> list[Fact]:
        try:
            self._check_shape()
            return [self._staff_member()] if self._file.staff else self._pair()
        except _UnfitError as unfit:
            meaning, reason = unfit.args
            self._refuse(self._file.columns.named(meaning) if meaning else "", reason)
            return []

    def _check_shape(self) -> None:
        """A row with cells to spare has its values under the wrong headers; one torn off says too little.

        Spreadsheets leave out empty cells at the end of a row, so a short row is fine as long as its ids are there.
        """
        header, given = len(self._file.columns.header), self._row.cells
        if any(cell.strip() for cell in given[header:]):
            raise _UnfitError("", f"has {len(given)} cells where the header has {header}")
        ids = ("staff_id",) if self._file.staff else ("student_id", "contact_id")
        ends_early = any(place >= len(given) for meaning in ids for place in self._file.columns.at[meaning])
        if ends_early or (self._row.cut and len(given) < header):
            raise _UnfitError("", f"ends after {len(given)} of {header} cells")

    def _pair(self) -> list[Fact]:
        student = StudentFact(
            self._id("student_id"),
            self._name("student"),
            self._text("school", _NAME),
            grades.canonical(self._text("grade", _GRADE))[:_GRADE],
        )
        if not self._names_a_contact():
            return [student]
        try:
            contact = self._id("contact_id")
        except _UnfitError as unfit:  # the child is still a child of the district, only nobody's that we could write to
            self._refuse(self._file.columns.named("contact_id"), f"{unfit.args[1]}, so the contact can't be kept")
            return [student]
        relationship = self._text("relationship", _RELATIONSHIP)
        tie = TieFact(student.source_id, contact, relationship, self._may_contact(), self._yes_or_no("lives_with"))
        name, language = self._name("contact"), languages.recognise(self._text("language", _NAME))
        return [student, ContactFact(False, contact, name, language, self._points()), tie]

    def _names_a_contact(self) -> bool:
        places = (place for meaning in _OF_A_CONTACT for place in self._file.columns.at.get(meaning, ()))
        return any(self._cell(place).strip() for place in places)

    def _staff_member(self) -> ContactFact:
        return ContactFact(
            staff=True,
            source_id=self._id("staff_id"),
            name=self._name("staff"),
            language=languages.recognise(self._text("language", _NAME)),
            points=self._points(),
            school=self._text("school", _NAME),
            role=self._text("role", _ROLE),
        )

    def _points(self) -> tuple[Point, ...]:
        usable: list[Point] = []
        for meaning, channel in _ADDRESSES:
            for place in self._file.columns.at.get(meaning, ()):
                for found in cells.addresses(self._cell(place), channel, self._region):
                    if isinstance(found, Point):
                        usable.append(found)
                    else:
                        self._refuse(self._file.columns.header[place], found.reason)
        return tuple(usable)

    def _may_contact(self) -> bool:
        """Empty means yes. What can't be read means no: it may be a court's word, and the rejection shows it."""
        try:
            allowed = cells.yes_or_no(self._raw("may_contact")) is not False
        except cells.NotYesOrNo as error:
            self._refuse(self._file.columns.named("may_contact"), f"{error}; taken as no")
            allowed = False
        try:
            forbidden = cells.yes_or_no(self._raw("do_not_contact")) is True
        except cells.NotYesOrNo as error:
            self._refuse(self._file.columns.named("do_not_contact"), f"{error}; taken as yes")
            forbidden = True
        return allowed and not forbidden

    def _yes_or_no(self, meaning: str) -> bool | None:
        try:
            return cells.yes_or_no(self._raw(meaning))
        except cells.NotYesOrNo as error:
            self._refuse(self._file.columns.named(meaning), str(error))
            return None

    def _id(self, meaning: str) -> str:
        found = self._text(meaning, _ID + 1)
        if not found:
            raise _UnfitError(meaning, "is empty")
        if len(found) > _ID:
            raise _UnfitError(meaning, f"is longer than {_ID} characters")
        return found

    def _name(self, who: str) -> str:
        parts: Sequence[str] = [f"{who}_{part}" for part in ("first", "middle", "last")]
        return cells.person_name(self._text(f"{who}_name", _NAME), (self._text(part, _NAME) for part in parts))[:_NAME]

    def _text(self, meaning: str, limit: int) -> str:
        return cells.text(self._raw(meaning), limit)

    def _raw(self, meaning: str) -> str:
        places = self._file.columns.at.get(meaning)
        return self._cell(places[0]) if places else ""

    def _cell(self, place: int) -> str:
        return self._row.cells[place] if place < len(self._row.cells) else ""

    def _refuse(self, column: str, reason: str) -> None:
        self._reject(Rejected(self._file.path.name, self._row.line, column, reason))
