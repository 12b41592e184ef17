"""Clever's SFTP CSV: students.csv with a row per student and contact, schools.csv, teachers.csv, staff.csv.

Contacts without a `Contact_sis_id` get the id that `identity.py` makes of what names them. A contact whose type is
`Emergency` and who is no parent by relationship is kept on file and not written to: schools list neighbours there.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from broadcaster.kinds import Channel
from broadcaster.roster import grades
from broadcaster.roster.importing import addresses, cells, custody, of_age, standard
from broadcaster.roster.importing.addresses import Given
from broadcaster.roster.importing.facts import ContactFact, CoversFact, Fact, Point, StudentFact, TieFact
from broadcaster.roster.importing.files import File
from broadcaster.roster.importing.identity import Identities
from broadcaster.roster.importing.reading import Reading
from broadcaster.roster.importing.sheets import Record
from broadcaster.roster.importing.standard import Standard, folded
from broadcaster.text import languages

STUDENTS = Standard(
    "students.csv",
    ("Student_id", "School_id"),
    (
        "First_name", "Middle_name", "Last_name", "Grade", "Home_language", "Home_language_name", "Home_language_code",
        "Contact_relationship", "Contact_type", "Contact_name", "Contact_phone", "Contact_phone_type", "Contact_email",
        "Contact_sis_id", "DOB", "Student_email",
    ),
)  # fmt: skip
SCHOOLS = Standard("schools.csv", ("School_id", "School_name"))
_NAMES = ("First_name", "Middle_name", "Last_name")
TEACHERS = Standard("teachers.csv", ("Teacher_id",), ("School_id", "Teacher_email", "Title", *_NAMES))
STAFF = Standard("staff.csv", ("Staff_id",), ("School_id", "Staff_email", "Title", "Role", *_NAMES))

_LANGUAGE = ("Home_language", "Home_language_name", "Home_language_code")
_PARENTAL = re.compile(r"parent|mother|father|guardian|mom\b|dad\b|caregiver|self\b", re.IGNORECASE)
_BEST_PHONES = ("cell", "mobile", "home", "", "work")


class _Ranked(NamedTuple):
    """A point in the order of the person's: cell before home before work, then by address, then as it was written."""

    rank: int
    address: str
    as_given: str
    channel: Channel


@dataclass
class _Person:
    """A contact as all rows together have them: in sets, so that the order of the rows does not count."""

    names: set[str] = field(default_factory=set)
    languages: set[str] = field(default_factory=set)
    points: set[_Ranked] = field(default_factory=set)

    @property
    def name(self) -> str:
        """The name as it is written with care: not all in capitals, nor all in small letters."""
        return min(self.names, key=lambda name: (name.isupper() or name.islower(), name), default="")


@dataclass(frozen=True)
class Clever:
    """The files by their names in lower case."""

    files: Mapping[str, File]

    def facts(self, reading: Reading) -> Iterator[Fact]:
        """All facts: the families', if there is a students.csv (it is read twice), and the staff's."""
        schools = {
            record.text("School_id", cells.ID): record.text("School_name", cells.NAME)
            for record in self._records(SCHOOLS, reading)
        }
        if STUDENTS.file in self.files:
            yield CoversFact(staff=False)
            yield from self._families(schools, reading)
        if self.files.keys() & {TEACHERS.file, STAFF.file}:
            yield CoversFact(staff=True)
            yield from self._staff(TEACHERS, "Teacher", schools, reading)
            yield from self._staff(STAFF, "Staff", schools, reading)

    def _records(self, standard_: Standard, reading: Reading) -> Iterator[Record]:
        """The records of a file that may be missing."""
        if file := self.files.get(standard_.file):
            yield from standard.sheet(file, standard_, reading).records(reading, *standard_.needs)

    def _families(self, schools: Mapping[str, str], reading: Reading) -> Iterator[Fact]:
        identities, people = Identities(self.files[STUDENTS.file].where), defaultdict[str, _Person](_Person)
        for record in self._records(STUDENTS, reading.first_look()):
            given = record.text("Contact_sis_id", cells.ID)
            identities.note(record.text("Student_id", cells.ID), _name(record), _points(record), given)
        for record in self._records(STUDENTS, reading):
            if not (student := record.id("Student_id")):
                continue
            grade = grades.canonical(record.text("Grade", cells.GRADE))[: cells.GRADE]
            yield StudentFact(student, _own_name(record), _school(record, schools), grade)
            if of_age.is_of_age(record.raw("DOB")):
                yield from _of_age(record, student)
            if contact := _contact(record, student, identities, people):
                yield _tie(record, student, contact)
        for contact, person in people.items():
            points = tuple(Point(one.channel, one.address, one.as_given) for one in sorted(person.points))
            yield ContactFact(False, contact, person.name, min(person.languages, default=""), points)

    def _staff(self, standard_: Standard, who: str, schools: Mapping[str, str], reading: Reading) -> Iterator[Fact]:
        for record in self._records(standard_, reading):
            if not (staff := record.id(f"{who}_id")):
                continue
            email = Given(record.columns.named(f"{who}_email"), record.raw(f"{who}_email"), Channel.EMAIL)
            role = record.text("Title", cells.ROLE) or record.text("Role", cells.ROLE) or who.lower()
            points = addresses.usable([email], record.place)
            yield ContactFact(True, staff, _own_name(record), "", points, _school(record, schools), role)


def _own_name(record: Record) -> str:
    """The name of the student or staff member of a row."""
    return cells.person_name("", (record.text(part, cells.NAME) for part in _NAMES))[: cells.NAME]


def _of_age(record: Record, student: str) -> Iterator[Fact]:
    """A student of age as a contact of their own."""
    email = Given(record.columns.named("Student_email"), record.raw("Student_email"), Channel.EMAIL)
    language = next((found for column in _LANGUAGE if (found := languages.recognise(record.text(column, 80)))), "")
    yield from of_age.facts(student, _own_name(record), language, addresses.usable([email], record.place))


def _name(record: Record) -> str:
    return record.text("Contact_name", cells.NAME)


def _school(record: Record, schools: Mapping[str, str]) -> str:
    """The school's name; its id where there is no schools.csv."""
    school = record.text("School_id", cells.ID)
    if not schools:
        return school
    if school and school not in schools:
        record.reject("School_id", f"{school!r} is no school in schools.csv")
    return schools.get(school, "")


def _points(record: Record) -> tuple[Point, ...]:
    columns = record.columns
    return addresses.usable(
        [
            Given(columns.named("Contact_email"), record.raw("Contact_email"), Channel.EMAIL),
            Given(
                columns.named("Contact_phone"),
                record.raw("Contact_phone"),
                Channel.SMS,
                record.raw("Contact_phone_type"),
            ),
        ],
        record.place,
    )


def _contact(record: Record, student: str, identities: Identities, people: defaultdict[str, _Person]) -> str:
    """Add what a row says of its contact; gives the contact's id, or nothing where the row has none."""
    name, points = _name(record), _points(record)
    contact = record.text("Contact_sis_id", cells.ID) or identities.of(student, name, points)
    if contact:
        person = people[contact]
        person.names |= {name} - {""}
        person.languages |= {found for column in _LANGUAGE if (found := languages.recognise(record.text(column, 80)))}
        sort = folded(record.raw("Contact_phone_type"))
        rank = _BEST_PHONES.index(sort) if sort in _BEST_PHONES else len(_BEST_PHONES)
        person.points |= {_Ranked(rank, point.address, point.as_given, point.channel) for point in points}
    return contact


def _tie(record: Record, student: str, contact: str) -> TieFact:
    relationship = record.text("Contact_relationship", cells.RELATIONSHIP)
    emergency_only = folded(record.raw("Contact_type")) == "emergency" and not _PARENTAL.search(relationship)
    may_contact = custody.may_contact(record) and not emergency_only
    return TieFact(student, contact, relationship, may_contact, custody.lives_with(record))
