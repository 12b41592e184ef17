"""The roster that the files ask for: one student, contact and tie each, out of all the facts about them.

Where facts differ, the first word counts, except that one `no` to contact is enough. Addresses are ranked in the order
in which they appear.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from broadcaster.kinds import Channel
from broadcaster.roster.importing.facts import ContactFact, Fact, StudentFact, TieFact


@dataclass(slots=True)
class WantedStudent:
    """A student. `school` is the name as first spelt."""

    name: str
    school: str
    grade: str


@dataclass(slots=True)
class WantedContact:
    """A guardian or staff member with addresses: (channel, normalised) -> as given, best first."""

    name: str
    language: str
    school: str
    role: str
    points: dict[tuple[Channel, str], str] = field(default_factory=dict)


@dataclass(slots=True)
class WantedTie:
    """What a student and a guardian are to each other."""

    relationship: str
    may_contact: bool
    lives_with: bool | None


@dataclass
class Wanted:
    """People by the ids that the district gives them; ties by (student, guardian)."""

    students: dict[str, WantedStudent] = field(default_factory=dict)
    guardians: dict[str, WantedContact] = field(default_factory=dict)
    staff: dict[str, WantedContact] = field(default_factory=dict)
    ties: dict[tuple[str, str], WantedTie] = field(default_factory=dict)

    def take(self, facts: Iterable[Fact]) -> None:
        """Add facts, in the order of the files."""
        for fact in facts:
            if isinstance(fact, StudentFact):
                self._student(fact)
            elif isinstance(fact, ContactFact):
                self._contact(fact)
            else:
                self._tie(fact)

    def _student(self, fact: StudentFact) -> None:
        known = self.students.get(fact.source_id)
        if known is None:
            self.students[fact.source_id] = WantedStudent(fact.name, fact.school, fact.grade)
            return
        known.name = known.name or fact.name
        known.school = known.school or fact.school
        known.grade = known.grade or fact.grade

    def _contact(self, fact: ContactFact) -> None:
        people = self.staff if fact.staff else self.guardians
        known = people.get(fact.source_id)
        if known is None:
            known = people[fact.source_id] = WantedContact(fact.name, fact.language, fact.school, fact.role)
        else:
            known.name = known.name or fact.name
            known.language = known.language or fact.language
            known.school = known.school or fact.school
            known.role = known.role or fact.role
        for point in fact.points:
            known.points.setdefault((point.channel, point.address), point.as_given)

    def _tie(self, fact: TieFact) -> None:
        known = self.ties.get((fact.student, fact.contact))
        if known is None:
            self.ties[fact.student, fact.contact] = WantedTie(fact.relationship, fact.may_contact, fact.lives_with)
            return
        known.relationship = known.relationship or fact.relationship
        known.may_contact = known.may_contact and fact.may_contact
        if known.lives_with is None:
            known.lives_with = fact.lives_with
