"""The difference between the roster as it stands and the roster that the files ask for. Nothing is written here."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from broadcaster.kinds import Channel
from broadcaster.roster.importing.facts import Who
from broadcaster.roster.importing.present import OnFile, Present, PresentContact, PresentTie, school_key
from broadcaster.roster.importing.wanted import Wanted, WantedContact, WantedStudent, WantedTie
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
    """An address that somebody on file gets."""

    kind: ContactKind
    contact: str
    channel: Channel
    address: str
    row: PointRow


class ChangedPoint(NamedTuple):
    """An address of the contact with our id."""

    contact: int
    row: PointRow


class ChangedTie(NamedTuple):
    """A tie of the student with the district's id."""

    student: str
    row: WantedTie


@dataclass
class Plan:
    """Every change of an import: what is new by the district's ids, what changes or goes by ours.

    Who is new is as the files want them, addresses included. Who is gone stays on file with the time of leaving; who
    comes back (`returning`, a number) is among the changed. `gone_points` have the contact's id, `gone_ties` the
    student's, the district's. `touched` are the contacts of whom anything changes, `seen` is how many the files name.
    """

    kinds: frozenset[ContactKind]
    schools: dict[str, str] = field(default_factory=dict)
    new_students: dict[str, WantedStudent] = field(default_factory=dict)
    changed_students: dict[int, StudentRow] = field(default_factory=dict)
    gone_students: list[int] = field(default_factory=list)
    new_contacts: dict[ContactKind, dict[str, WantedContact]] = field(default_factory=dict)
    changed_contacts: dict[int, ContactRow] = field(default_factory=dict)
    gone_contacts: list[int] = field(default_factory=list)
    new_points: list[NewPoint] = field(default_factory=list)
    changed_points: dict[int, ChangedPoint] = field(default_factory=dict)
    gone_points: dict[int, int] = field(default_factory=dict)
    new_ties: dict[tuple[str, str], WantedTie] = field(default_factory=dict)
    changed_ties: dict[int, ChangedTie] = field(default_factory=dict)
    gone_ties: dict[int, str] = field(default_factory=dict)
    touched: set[int] = field(default_factory=set)
    returning: int = 0
    seen: int = 0

    @property
    def created(self) -> int:
        """Contacts that were never on file."""
        return sum(map(len, self.new_contacts.values()))

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
        come_and_go = (self.new_students, self.created, self.gone_students, self.gone_contacts, self.returning)
        return any((*come_and_go, self.new_ties, self.changed_ties, self.gone_ties))

    def counts(self) -> dict[str, int]:
        """The four counts of contacts by name."""
        return {"created": self.created, "updated": self.updated, "removed": self.removed, "unchanged": self.unchanged}


def compare(present: Present, wanted: Wanted, kinds: frozenset[ContactKind]) -> Plan:
    """The plan that makes the present roster the wanted one, for these kinds of contact. It reads what is present.

    Where the files are not complete for a kind, who is not in them stays, and what they leave empty of a person stays.
    Of a large roster there is no room for both: whoever is on file is taken out of `wanted` as they are compared, and
    what is left of it in the end is new.
    """
    plan = Plan(kinds)
    for school in chain((s.school for s in wanted.students.values()), (s.school for s in wanted.staff.values())):
        if school and (key := school_key(school)) not in present.schools:
            plan.schools.setdefault(key, school)
    people = {ContactKind.GUARDIAN: wanted.guardians, ContactKind.STAFF: wanted.staff}
    for kind in sorted(kinds):
        _compare_contacts(plan, present, kind, people[kind], wanted)
    if ContactKind.GUARDIAN in kinds:
        _compare_students(plan, present, wanted)
        _compare_ties(plan, present, wanted)
    return plan


def _compare_students(plan: Plan, present: Present, wanted: Wanted) -> None:
    for source, kept, name, grade in present.read_students():
        if (student := wanted.students.pop(source, None)) is None:
            continue
        kept.named = True
        row, known = StudentRow(student.name, school_key(student.school), student.grade), (name, kept.school, grade)
        if not wanted.complete[False]:
            row = StudentRow(*(new or old for new, old in zip(row, known, strict=True)))
        if kept.left or row != known:
            plan.changed_students[kept.id] = row
            plan.returning += kept.left
    plan.new_students = wanted.students
    plan.gone_students += _gone(present.students, wanted, Who.STUDENT)


def _gone(on_file: Mapping[str, OnFile], wanted: Wanted, who: Who) -> list[int]:
    """Who is in no file, if the files are complete, else who is said to have left."""
    left = wanted.gone[who]
    complete = wanted.complete[who is Who.STAFF]
    return [
        person.id
        for source, person in on_file.items()
        if not person.left and not person.named and (complete or source in left)
    ]


def _compare_contacts(
    plan: Plan, present: Present, kind: ContactKind, people: dict[str, WantedContact], wanted: Wanted
) -> None:
    staff = kind is ContactKind.STAFF
    plan.seen += len(people)
    for known in present.read_contacts(kind):
        if (contact := people.pop(known.source, None)) is None:
            continue
        known.kept.named = True
        row = ContactRow(contact.name, contact.language, school_key(contact.school), contact.role)
        on = (known.name, known.language, known.school, known.role)
        if not wanted.complete[staff]:
            row = ContactRow(*(new or old for new, old in zip(row, on, strict=True)))
        if known.kept.left or row != on:
            plan.changed_contacts[known.kept.id] = row
            plan.returning += known.kept.left
            plan.touched.add(known.kept.id)
        if _compare_points(plan, kind, known, contact):
            plan.touched.add(known.kept.id)
    plan.new_contacts[kind] = people
    plan.gone_contacts += _gone(present.contacts[kind], wanted, Who.STAFF if staff else Who.GUARDIAN)


def _compare_points(plan: Plan, kind: ContactKind, known: PresentContact, contact: WantedContact) -> bool:
    """Whether any address comes, goes or changes."""
    points = {point.key: point.as_given for point in contact.points}
    if contact.partly:
        best_first = sorted(known.points.items(), key=lambda item: item[1].rank)
        points = {**{key: point.as_given for key, point in best_first}, **points}
    ranks: defaultdict[Channel, int] = defaultdict(int)
    differs = False
    for (channel, address), as_given in points.items():
        ranks[channel] += 1
        row = PointRow(as_given, ranks[channel])
        point = known.points.get((channel, address))
        if point is None:
            plan.new_points.append(NewPoint(kind, known.source, channel, address, row))
            differs = True
        elif row != (point.as_given, point.rank):
            plan.changed_points[point.id] = ChangedPoint(known.kept.id, row)
            differs = True
    gone = [point.id for key, point in known.points.items() if key not in points]
    plan.gone_points.update(dict.fromkeys(gone, known.kept.id))
    return differs or bool(gone)


def _compare_ties(plan: Plan, present: Present, wanted: Wanted) -> None:
    guardians = present.contacts[ContactKind.GUARDIAN]
    for known in present.read_ties():
        adult = guardians[known.contact]
        both = present.students[known.student].named and adult.named
        tie = wanted.ties.pop((known.student, known.contact), None)
        if tie is None:
            # Ties of people who leave stay with them; between two who stay, one that is not in the files has ended
            if both:
                plan.gone_ties[known.id] = known.student
                plan.touched.add(adult.id)
            continue
        row = tie if both else _beside(known, tie)
        if row != (known.relationship, known.may_contact, known.lives_with):
            plan.changed_ties[known.id] = ChangedTie(known.student, row)
            plan.touched.add(adult.id)
    plan.new_ties = wanted.ties
    plan.touched.update(guardians[contact].id for _, contact in wanted.ties if contact in guardians)


def _beside(known: PresentTie, tie: WantedTie) -> WantedTie:
    """A tie of which the files have one person's row alone: a `no` on file may be the other row's word, and stays."""
    lives_with = known.lives_with if tie.lives_with is None else tie.lives_with
    return WantedTie(tie.relationship or known.relationship, tie.may_contact and known.may_contact, lives_with)
