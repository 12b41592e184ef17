"""The roster as it stands, read into dicts in a handful of queries, for comparing."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from broadcaster.kinds import Channel
from broadcaster.roster.models import Contact, ContactKind, ContactPoint, Guardianship, School, Student

_AT_ONCE = 5000  # rows fetched per step


class PresentSchool(NamedTuple):
    """A school on file."""

    id: int
    name: str


class PresentStudent(NamedTuple):
    """A student on file. `school` is the key of `school_key`; `family` is set for those with nobody on file."""

    id: int
    name: str
    school: str
    grade: str
    family: int | None
    left: bool


class PresentContact(NamedTuple):
    """A contact on file. `school` is the key of `school_key`."""

    id: int
    name: str
    language: str
    school: str
    role: str
    family: int | None
    left: bool


class PresentPoint(NamedTuple):
    """An address on file."""

    id: int
    as_given: str
    rank: int


class PresentTie(NamedTuple):
    """A guardianship on file."""

    id: int
    relationship: str
    may_contact: bool
    lives_with: bool | None


@dataclass
class Present:
    """Schools by `school_key`, people by the district's ids, addresses by contact, ties by (student, contact)."""

    schools: dict[str, PresentSchool]
    students: dict[str, PresentStudent] = field(default_factory=dict)
    contacts: dict[ContactKind, dict[str, PresentContact]] = field(default_factory=dict)
    points: dict[int, dict[tuple[Channel, str], PresentPoint]] = field(default_factory=lambda: defaultdict(dict))
    ties: dict[tuple[int, int], PresentTie] = field(default_factory=dict)


def school_key(name: str) -> str:
    """What makes two spellings one school: upper and lower case do not count. Empty for no school."""
    return name.casefold()


def read(kinds: frozenset[ContactKind]) -> Present:
    """Everything that an import of these kinds of contact compares with."""
    schools = {school_key(name): PresentSchool(pk, name) for pk, name in School.objects.values_list("id", "name")}
    present = Present(schools)
    by_id: dict[int | None, str] = {school.id: key for key, school in schools.items()}
    by_id[None] = ""
    for kind in kinds:
        _read_contacts(present, kind, by_id)
    if ContactKind.GUARDIAN in kinds:
        _read_students(present, by_id)
    return present


def _read_contacts(present: Present, kind: ContactKind, schools: dict[int | None, str]) -> None:
    columns = ("source_id", "id", "name", "language", "school_id", "role", "family_id", "left_at")
    rows = Contact.objects.filter(kind=kind).values_list(*columns)
    present.contacts[kind] = {
        source: PresentContact(pk, name, language, schools[school], role, family, left is not None)
        for source, pk, name, language, school, role, family, left in rows.iterator(_AT_ONCE)
    }
    points = ContactPoint.objects.filter(contact__kind=kind)
    for contact, pk, channel, address, as_given, rank in points.values_list(
        "contact_id", "id", "channel", "address", "as_given", "rank"
    ).iterator(_AT_ONCE):
        present.points[contact][Channel(channel), address] = PresentPoint(pk, as_given, rank)


def _read_students(present: Present, schools: dict[int | None, str]) -> None:
    rows = Student.objects.values_list("source_id", "id", "name", "school_id", "grade", "family_id", "left_at")
    present.students = {
        source: PresentStudent(pk, name, schools[school], grade, family, left is not None)
        for source, pk, name, school, grade, family, left in rows.iterator(_AT_ONCE)
    }
    ties = Guardianship.objects.values_list(
        "student_id", "contact_id", "id", "relationship", "may_contact", "lives_with"
    )
    present.ties = {
        (student, contact): PresentTie(pk, relationship, may_contact, lives_with)
        for student, contact, pk, relationship, may_contact, lives_with in ties.iterator(_AT_ONCE)
    }
