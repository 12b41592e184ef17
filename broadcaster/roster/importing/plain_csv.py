"""The plain roster CSV: one row per student-guardian pair, or one per staff member.

A families file has the columns `student_id, student_name, school, grade, contact_id, contact_name, relationship,
language, email, phone, may_contact` (and `lives_with` where the district knows it), a staff file `staff_id, staff_name,
role, school, language, email, phone`, by whatever names `headers.py` understands or the district's `[roster.columns]`
gives. With `[[roster.guardians]]` one row of a families file holds a student and several guardians.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from broadcaster.district import GuardianColumn, Header, Roster
from broadcaster.kinds import Channel
from broadcaster.roster import grades
from broadcaster.roster.importing import addresses, cells, custody, of_age, sheets
from broadcaster.roster.importing.addresses import Given
from broadcaster.roster.importing.errors import ImportRefused
from broadcaster.roster.importing.facts import ContactFact, CoversFact, Fact, StudentFact, TieFact
from broadcaster.roster.importing.files import File
from broadcaster.roster.importing.headers import Columns, families_columns, group_columns, mapped, staff_columns
from broadcaster.roster.importing.identity import Identities
from broadcaster.roster.importing.reading import Reading
from broadcaster.roster.importing.sheets import Record, Sheet
from broadcaster.text import languages

_OF_A_ROW = ("language", "may_contact", "do_not_contact")
_OF_A_CONTACT = ("contact_id", "contact_name", "contact_first", "contact_last", "relationship", "email", "phone")


class Guardian(NamedTuple):
    """The columns of one guardian of a row, and what they are to the child where no column says it."""

    columns: Columns
    relationship: str = ""


@dataclass(frozen=True)
class PlainFile:
    """A file whose header was read and understood. `guardians` are those that a row may have."""

    sheet: Sheet
    staff: bool
    guardians: tuple[Guardian, ...] = ()

    @property
    def lacks_ids(self) -> bool:
        """Whether guardians are known by their name and addresses alone."""
        return not self.staff and not all(guardian.columns.has("contact_id") for guardian in self.guardians)

    def facts(self, reading: Reading, identities: Identities) -> Iterator[Fact]:
        """All facts of the file, a row at a time."""
        yield CoversFact(self.staff)
        ids = ("staff_id",) if self.staff else ("student_id", "contact_id")
        for record in self.sheet.records(reading, *ids):
            yield from _staff_member(record) if self.staff else _family(record, self.guardians, identities)

    def note(self, reading: Reading, identities: Identities) -> None:
        """Note the guardians without an id."""
        for record in self.sheet.records(reading, "student_id"):
            student = record.id("student_id")
            for columns, _ in self.guardians:
                if not columns.has("contact_id"):
                    guardian = record.with_columns(columns)
                    identities.note(student, name_of(guardian, "contact"), addresses.of(guardian))


@dataclass(frozen=True)
class PlainFiles:
    """The files of a plain roster."""

    files: tuple[PlainFile, ...]

    def facts(self, reading: Reading) -> Iterator[Fact]:
        """All facts of all files, in their order."""
        identities = Identities(self.files[0].sheet.file.where)
        for file in self.files:
            if file.lacks_ids:
                file.note(reading.first_look(), identities)
        for file in self.files:
            yield from file.facts(reading, identities)


def recognised(files: list[File], names: Roster) -> PlainFiles:
    """Read the headers. Raises ImportRefused, naming the column that is missing and what the header had."""
    return PlainFiles(tuple(_recognised(file, names) for file in files))


def _recognised(file: File, names: Roster) -> PlainFile:
    ignored = {name.strip().casefold() for name in names.ignore}
    header = ["" if cell.strip().casefold() in ignored else cell for cell in sheets.header_of(file)]
    staff = staff_columns(header)
    try:
        families = mapped(families_columns(header), names.columns)
        guardians = [_guardian_of(families, group) for group in names.guardians]
    except LookupError as error:
        if staff.has("staff_id"):  # the district's own names are those of its families file
            families, guardians = families_columns(header), []
        else:
            raise ImportRefused(
                f"{file.where}: no column {error.args[0]!r}, which [roster] of district.toml names; the header has: "
                f"{sheets.shown(header)}"
            ) from None
    is_staff = staff.has("staff_id") and not families.has("student_id")
    columns = staff if is_staff else families
    _check(file, header, columns, is_staff, several=bool(guardians))
    if is_staff:
        return PlainFile(Sheet(file, columns), staff=True)
    sheet = Sheet(file, columns, tuple(guardian.columns for guardian in guardians))
    return PlainFile(sheet, staff=False, guardians=tuple(guardians) or (Guardian(columns),))


def _guardian_of(families: Columns, names: Mapping[GuardianColumn, Header]) -> Guardian:
    """What a group does not name and the row says of all its guardians is theirs too. Raises LookupError."""
    relationship = names.get("as", "")
    columns = group_columns(families, {meaning: name for meaning, name in names.items() if meaning != "as"}, _OF_A_ROW)
    return Guardian(columns, relationship if isinstance(relationship, str) else " ".join(relationship))


def _check(file: File, header: list[str], columns: Columns, is_staff: bool, several: bool) -> None:
    needed: list[tuple[str, ...]] = [("staff_id",)] if is_staff else [("student_id",)]
    if not several:
        needed += [("email", "phone")] if is_staff else [("contact_id",), ("email", "phone")]
    missing = [" or ".join(any_of) for any_of in needed if not any(map(columns.has, any_of))]
    if missing:
        had = sheets.shown(header)
        raise ImportRefused(f"{file.where}: no column for {', '.join(missing)}; the header has: {had}")


def name_of(record: Record, who: str) -> str:
    """The name of a person as one column has it, else joined from its parts."""
    parts = (record.text(f"{who}_{part}", cells.NAME) for part in ("first", "middle", "last"))
    return cells.person_name(record.text(f"{who}_name", cells.NAME), parts)[: cells.NAME]


def _family(record: Record, guardians: tuple[Guardian, ...], identities: Identities) -> Iterator[Fact]:
    student = record.id("student_id")
    if not student:
        return
    grade = grades.canonical(record.text("grade", cells.GRADE))[: cells.GRADE]
    yield StudentFact(student, name_of(record, "student"), record.text("school", cells.NAME), grade)
    yield from _of_age(record, student)
    for columns, relationship in guardians:
        guardian = record.with_columns(columns)
        if _names_a_contact(guardian):
            yield from _guardian(guardian, student, relationship, identities)


def _of_age(record: Record, student: str) -> Iterator[Fact]:
    """A student of age as a contact of their own."""
    if (born := record.raw("student_birth_date").strip()) and of_age.read(born) is None:
        record.reject("student_birth_date", f"{cells.text(born, 40)!r} is no date of birth")
    if not of_age.is_of_age(born):
        return
    language = languages.recognise(record.text("language", cells.NAME))
    points = addresses.usable(
        [
            Given(record.columns.named(meaning), record.raw(meaning), channel)
            for meaning, channel in (("student_email", Channel.EMAIL), ("student_phone", Channel.SMS))
        ],
        record.place,
    )
    yield from of_age.facts(student, name_of(record, "student"), language, points)


def _names_a_contact(record: Record) -> bool:
    places = (place for meaning in _OF_A_CONTACT for place in record.columns.at.get(meaning, ()))
    return any(record.cell(place).strip() for place in places)


def _guardian(record: Record, student: str, relationship: str, identities: Identities) -> Iterator[Fact]:
    """A guardian without an id is rejected: the child is still a child of the district, only nobody's to write to."""
    name, language = name_of(record, "contact"), languages.recognise(record.text("language", cells.NAME))
    points = addresses.of(record)
    if record.columns.has("contact_id"):
        contact = record.id("contact_id", ", so the contact can't be kept")
    else:
        contact = identities.of(student, name, points)
    if contact:
        relationship = record.text("relationship", cells.RELATIONSHIP) or relationship
        yield ContactFact(False, contact, name, language, points)
        yield TieFact(student, contact, relationship, custody.may_contact(record), custody.lives_with(record))


def _staff_member(record: Record) -> Iterator[Fact]:
    if staff := record.id("staff_id"):
        yield ContactFact(
            staff=True,
            source_id=staff,
            name=name_of(record, "staff"),
            language=languages.recognise(record.text("language", cells.NAME)),
            points=addresses.of(record),
            school=record.text("school", cells.NAME),
            role=record.text("role", cells.ROLE),
        )
