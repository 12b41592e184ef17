"""The difference between the roster as it stands and the roster that the files ask for. Nothing is written here."""

from collections import defaultdict
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from broadcaster.kinds import Channel
from broadcaster.roster.importing.facts import Who
from broadcaster.roster.importing.present import (
    Present,
    PresentContact,
    PresentStudent,
    PresentTie,
    school_key,
)
from broadcaster.roster.importing.wanted import Wanted, WantedContact, WantedTie
from broadcaster.roster.models import ContactKind


class StudentRow(NamedTuple):
    """What is written of a student; `school` is a key of `Plan.schools` or of the present schools, or empty."""

    name: str
    school: str
    grade: str


class ContactRow(NamedTuple):
    """What is written of a contact; `school` as in StudentRow."""

    name: str
    language: str
    school: str
    role: str


class PointRow(NamedTuple):
    """What is written of an address."""

    as_given: str
    rank: int


class NewPoint(NamedTuple):
    """An address of a contact that may itself be new, so it is named by the district's id."""

    kind: ContactKind
    contact: str
    channel: Channel
    address: str
    row: PointRow


@dataclass
class Plan:
    """Every change of an import: what is new by the district's ids, what changes or goes by ours.

    Who is gone stays on file with the time of leaving; who comes back (`returning`, a number) is among the changed.
    `touched` are the contacts of whom anything changes, `seen` is how many the files name.
    """

    kinds: frozenset[ContactKind]
    schools: dict[str, str] = field(default_factory=dict)
    new_students: dict[str, StudentRow] = field(default_factory=dict)
    changed_students: dict[int, StudentRow] = field(default_factory=dict)
    gone_students: list[int] = field(default_factory=list)
    new_contacts: dict[tuple[ContactKind, str], ContactRow] = field(default_factory=dict)
    changed_contacts: dict[int, ContactRow] = field(default_factory=dict)
    gone_contacts: list[int] = field(default_factory=list)
    new_points: list[NewPoint] = field(default_factory=list)
    changed_points: dict[int, PointRow] = field(default_factory=dict)
    gone_points: list[int] = field(default_factory=list)
    new_ties: dict[tuple[str, str], WantedTie] = field(default_factory=dict)
    changed_ties: dict[int, WantedTie] = field(default_factory=dict)
    gone_ties: list[int] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    returning: int = 0
    seen: int = 0

    @property
    def created(self) -> int:
        """Contacts that were never on file."""
        return len(self.new_contacts)

    @property
    def updated(self) -> int:
        """Contacts of whom anything changes: themselves, an address, a tie; or who come back."""
        return len(self.touched)

    @property
    def removed(self) -> int:
        """Contacts who are no longer in the files."""
        return len(self.gone_contacts)

    @property
    def unchanged(self) -> int:
        """Contacts that are in the files as they are on file."""
        return self.seen - self.created - self.updated

    @property
    def moves_families(self) -> bool:
        """Whether households may come out differently."""
        if ContactKind.GUARDIAN not in self.kinds:
            return False
        come_and_go = (self.new_students, self.new_contacts, self.gone_students, self.gone_contacts, self.returning)
        return any((*come_and_go, self.new_ties, self.changed_ties, self.gone_ties))

    def counts(self) -> dict[str, int]:
        """The four counts of contacts by name."""
        return {"created": self.created, "updated": self.updated, "removed": self.removed, "unchanged": self.unchanged}


def compare(present: Present, wanted: Wanted, kinds: frozenset[ContactKind]) -> Plan:
    """The plan that makes the present roster the wanted one, for these kinds of contact alone.

    Where the files are not complete for a kind, who is not in them stays, and what they leave empty of a person stays.
    """
    plan = Plan(kinds)
    people = {ContactKind.GUARDIAN: wanted.guardians, ContactKind.STAFF: wanted.staff}
    for kind in sorted(kinds):
        _compare_contacts(plan, present, kind, people[kind], wanted)
    if ContactKind.GUARDIAN in kinds:
        _compare_students(plan, present, wanted)
        _compare_ties(plan, present, wanted)
    for school in chain((s.school for s in wanted.students.values()), (s.school for s in wanted.staff.values())):
        if school and (key := school_key(school)) not in present.schools:
            plan.schools.setdefault(key, school)
    return plan


def _compare_students(plan: Plan, present: Present, wanted: Wanted) -> None:
    for source, student in wanted.students.items():
        row = StudentRow(student.name, school_key(student.school), student.grade)
        known = present.students.get(source)
        if known and not wanted.complete[False]:
            row = StudentRow(row.name or known.name, row.school or known.school, row.grade or known.grade)
        if known is None:
            plan.new_students[source] = row
        elif known.left or row != (known.name, known.school, known.grade):
            plan.changed_students[known.id] = row
            plan.returning += known.left
    plan.gone_students += _gone(present.students, wanted.students, wanted, Who.STUDENT)


def _gone(
    on_file: Mapping[str, PresentStudent | PresentContact], named: Container[str], wanted: Wanted, who: Who
) -> list[int]:
    """Who is in no file, if the files are complete, else who is said to have left."""
    left = wanted.gone[who]
    complete = wanted.complete[who is Who.STAFF]
    return [
        person.id
        for source, person in on_file.items()
        if not person.left and source not in named and (complete or source in left)
    ]


def _compare_contacts(
    plan: Plan, present: Present, kind: ContactKind, people: dict[str, WantedContact], wanted: Wanted
) -> None:
    staff = kind is ContactKind.STAFF
    on_file = present.contacts[kind]
    plan.seen += len(people)
    for source, contact in people.items():
        row = ContactRow(contact.name, contact.language, school_key(contact.school), contact.role)
        known = on_file.get(source)
        if known and not wanted.complete[staff]:
            on = (known.name, known.language, known.school, known.role)
            row = ContactRow(*(new or old for new, old in zip(row, on, strict=True)))
        if known is None:
            plan.new_contacts[kind, source] = row
        elif known.left or row != (known.name, known.language, known.school, known.role):
            plan.changed_contacts[known.id] = row
            plan.returning += known.left
            plan.touched.add(known.id)
        _compare_points(plan, present, kind, source, contact)
    plan.gone_contacts += _gone(on_file, people, wanted, Who.STAFF if staff else Who.GUARDIAN)


def _compare_points(plan: Plan, present: Present, kind: ContactKind, source: str, contact: WantedContact) -> None:
    known = present.contacts[kind].get(source)
    on_file = present.points.get(known.id, {}) if known else {}
    ranks: defaultdict[Channel, int] = defaultdict(int)
    differs = False
    points = contact.points
    if contact.partly:
        best_first = sorted(on_file.items(), key=lambda item: item[1].rank)
        points = {**{key: point.as_given for key, point in best_first}, **points}
    for (channel, address), as_given in points.items():
        ranks[channel] += 1
        row = PointRow(as_given, ranks[channel])
        point = on_file.get((channel, address))
        if point is None:
            plan.new_points.append(NewPoint(kind, source, channel, address, row))
            differs = True
        elif row != (point.as_given, point.rank):
            plan.changed_points[point.id] = row
            differs = True
    gone = [point.id for key, point in on_file.items() if key not in points]
    plan.gone_points += gone
    if known and (differs or gone):
        plan.touched.add(known.id)


def _compare_ties(plan: Plan, present: Present, wanted: Wanted) -> None:
    guardians = present.contacts[ContactKind.GUARDIAN]
    kept: set[int] = set()
    for (student, contact), tie in wanted.ties.items():
        child, adult = present.students.get(student), guardians.get(contact)
        known = present.ties.get((child.id, adult.id)) if child and adult else None
        if known is None:
            plan.new_ties[student, contact] = tie
            _touch(plan, adult)
            continue
        kept.add(known.id)
        both = student in wanted.students and contact in wanted.guardians
        row = tie if both else _beside(known, tie)
        if not _same(known, row):
            plan.changed_ties[known.id] = row
            _touch(plan, adult)
    # Ties of people who leave stay with them; between two who stay, a tie that is not in the files has ended
    children = {child.id for source, child in present.students.items() if source in wanted.students}
    adults = {adult.id: adult for source, adult in guardians.items() if source in wanted.guardians}
    for (child_id, adult_id), known in present.ties.items():
        if known.id not in kept and child_id in children and adult_id in adults:
            plan.gone_ties.append(known.id)
            _touch(plan, adults[adult_id])


def _beside(known: PresentTie, tie: WantedTie) -> WantedTie:
    """A tie of which the files have one person's row alone: a `no` on file may be the other row's word, and stays."""
    lives_with = known.lives_with if tie.lives_with is None else tie.lives_with
    return WantedTie(tie.relationship or known.relationship, tie.may_contact and known.may_contact, lives_with)


def _same(known: PresentTie, tie: WantedTie) -> bool:
    return (known.relationship, known.may_contact, known.lives_with) == (
        tie.relationship,
        tie.may_contact,
        tie.lives_with,
    )


def _touch(plan: Plan, contact: PresentContact | None) -> None:
    if contact is not None:
        plan.touched.add(contact.id)
