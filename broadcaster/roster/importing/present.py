"""The roster as it stands, read page by page for comparing. Of each person only what is asked of everybody is kept."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from broadcaster.kinds import Channel
from broadcaster.roster import bulk
from broadcaster.roster.importing.facts import Who
from broadcaster.roster.models import Contact, ContactKind, ContactPoint, Guardianship, School, Student

_AT_ONCE = 2000  # rows fetched per step


class PresentSchool(NamedTuple):
    """A school on file."""

    id: int
    name: str


@dataclass(slots=True)
class OnFile:
    """What is kept of a person on file. `named`: the files name them."""

    id: int
    family: int | None
    left: bool
    named: bool = False


@dataclass(slots=True)
class StudentOnFile(OnFile):
    """What is kept of a student. `school` is the key of `school_key`; `family` is set for those with nobody on file."""

    school: str = ""


class PresentStudent(NamedTuple):
    """A student on file, as written. `school` is the key of `school_key`."""

    source: str
    kept: StudentOnFile
    name: str
    grade: str


class PresentPoint(NamedTuple):
    """An address on file."""

    id: int
    as_given: str
    rank: int


class PresentContact(NamedTuple):
    """A contact on file, as written. `school` is the key of `school_key`."""

    source: str
    kept: OnFile
    name: str
    language: str
    school: str
    role: str
    points: dict[tuple[Channel, str], PresentPoint]


class PresentTie(NamedTuple):
    """A guardianship on file, by the district's ids."""

    id: int
    student: str
    contact: str
    relationship: str
    may_contact: bool
    lives_with: bool | None


@dataclass
class Present:
    """Schools by `school_key`, people by the district's ids. People and ties are kept as far as they were read."""

    schools: dict[str, PresentSchool]
    students: dict[str, StudentOnFile] = field(default_factory=dict)
    contacts: dict[ContactKind, dict[str, OnFile]] = field(default_factory=dict)
    ties: list[PresentTie] = field(default_factory=list)

    def read_contacts(self, kind: ContactKind) -> Iterator[PresentContact]:
        """All contacts of a kind, in the order of our ids."""
        keys = self._school_keys()
        kept = self.contacts[kind] = {}
        columns = ("id", "source_id", "name", "language", "school_id", "role", "family_id", "left_at")
        rows = Contact.objects.filter(kind=kind).order_by("id").values_list(*columns).iterator(_AT_ONCE)
        while page := list(islice(rows, _AT_ONCE)):
            points = _points(page[0][0], page[-1][0])
            for pk, source, name, language, school, role, family, left in page:
                kept[source] = one = OnFile(pk, family, left is not None)
                yield PresentContact(source, one, name, language, keys[school], role, points.get(pk, {}))

    def read_students(self) -> Iterator[PresentStudent]:
        """All students, in the order of our ids."""
        keys = self._school_keys()
        columns = ("id", "source_id", "name", "school_id", "grade", "family_id", "left_at")
        for pk, source, name, school, grade, family, left in (
            Student.objects.order_by("id").values_list(*columns).iterator(_AT_ONCE)
        ):
            self.students[source] = one = StudentOnFile(pk, family, left is not None, school=keys[school])
            yield PresentStudent(source, one, name, grade)

    def read_ties(self) -> Iterator[PresentTie]:
        """All ties. Students and guardians are read before."""
        students = {one.id: source for source, one in self.students.items()}
        contacts = {one.id: source for source, one in self.contacts[ContactKind.GUARDIAN].items()}
        columns = ("id", "student_id", "contact_id", "relationship", "may_contact", "lives_with")
        for pk, student, contact, *said in Guardianship.objects.values_list(*columns).iterator(_AT_ONCE):
            if student in students and contact in contacts:  # else another import came between, and will be noticed
                tie = PresentTie(pk, students[student], contacts[contact], *said)
                self.ties.append(tie)
                yield tie

    def _school_keys(self) -> dict[int | None, str]:
        return {None: "", **{school.id: key for key, school in self.schools.items()}}


def school_key(name: str) -> str:
    """What makes two spellings one school: upper and lower case do not count. Empty for no school."""
    return name.casefold()


def schools() -> dict[str, PresentSchool]:
    """The schools on file by `school_key`."""
    return {school_key(name): PresentSchool(pk, name) for pk, name in School.objects.values_list("id", "name")}


def known(who: Who, sources: Collection[str]) -> set[str]:
    """Who of these, by the district's ids, is on file, here or as having left."""
    people = Student.objects.all() if who is Who.STUDENT else Contact.objects.filter(kind=who.value)
    found = set[str]()
    for some in bulk.in_steps(sources):
        found.update(people.filter(source_id__in=some).values_list("source_id", flat=True))
    return found


def _points(first: int, last: int) -> dict[int, dict[tuple[Channel, str], PresentPoint]]:
    """The addresses of contacts between two ids, by contact."""
    found = dict[int, dict[tuple[Channel, str], PresentPoint]]()
    rows = ContactPoint.objects.filter(contact_id__gte=first, contact_id__lte=last)
    for contact, pk, channel, address, as_given, rank in rows.values_list(
        "contact_id", "id", "channel", "address", "as_given", "rank"
    ):
        found.setdefault(contact, {})[Channel(channel), address] = PresentPoint(pk, as_given, rank)
    return found
