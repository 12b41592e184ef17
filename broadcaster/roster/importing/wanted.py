"""The roster that the files ask for: one student, contact and tie each, out of all the facts about them.

Where facts differ, the first word counts, except that one `no` to contact is enough. Addresses are ranked by their
place in a row, and those of the same place by the alphabet: whatever the order of rows, the best one stays the best.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from sys import intern
from typing import NamedTuple

from broadcaster.kinds import Channel
from broadcaster.roster.importing.facts import ContactFact, CoversFact, Fact, GoneFact, Point, StudentFact, TieFact, Who
from broadcaster.roster.importing.reading import refuse_crowds

_FACTS_BETWEEN_COUNTS = 1000  # of people


@dataclass(slots=True)
class WantedStudent:
    """A student. `school` is the name as first spelt."""

    name: str
    school: str
    grade: str


@dataclass(slots=True)
class WantedContact:
    """A guardian or staff member with addresses, best first and each once, as soon as all are known."""

    name: str
    language: str
    school: str
    role: str
    points: tuple[Point, ...] = ()
    #: the files have only some of the rows that are this person's: their other addresses stay
    partly: bool = False
    #: of whoever has rows that differ: the best place of each address in a row, and the way to write it
    _merged: dict[tuple[Channel, str], tuple[int, str]] | None = None

    def add(self, points: tuple[Point, ...]) -> None:
        """Take in the addresses of a row, in the row's order. Of two ways to write one, the shorter is kept."""
        if not points or points == self.points:
            return
        if not self.points:
            self.points = points
            return
        if self._merged is None:
            self._merged = {}
            _merge(self._merged, self.points)
        _merge(self._merged, points)

    def rank(self) -> None:
        """Put the addresses in their order; no more are added after it."""
        if self._merged is None and len(self.points) < 2:
            return
        merged = self._merged or {}
        _merge(merged, self.points)
        best_first = sorted((place, address, channel, given) for (channel, address), (place, given) in merged.items())
        self.points = tuple(Point(channel, address, given) for _, address, channel, given in best_first)
        self._merged = None

    def take(self, other: "WantedContact") -> None:
        """Be that person too: what this one lacks of name and language, and their addresses behind one's own."""
        self.name = self.name or other.name
        self.language = self.language or other.language
        own = {point.key for point in self.points}
        self.points += tuple(point for point in other.points if point.key not in own)


def _merge(merged: dict[tuple[Channel, str], tuple[int, str]], points: Iterable[Point]) -> None:
    places: defaultdict[Channel, int] = defaultdict(int)
    for point in points:
        place, given = places[point.channel], point.as_given
        places[point.channel] += 1
        if (known := merged.get(point.key)) is not None:
            place, given = min(place, known[0]), min(given, known[1], key=lambda written: (len(written), written))
        merged[point.key] = place, given


class WantedTie(NamedTuple):
    """What a student and a guardian are to each other."""

    relationship: str
    may_contact: bool
    lives_with: bool | None

    def beside(self, other: "WantedTie") -> "WantedTie":
        """Both in one, this one's word first. One `no` to contact is enough."""
        return WantedTie(
            self.relationship or other.relationship,
            self.may_contact and other.may_contact,
            other.lives_with if self.lives_with is None else self.lives_with,
        )


@dataclass
class Wanted:
    """People by the ids that the district gives them; ties by (student, guardian).

    `complete` has, for families (False) and staff (True), whether who is not in the files has left; a sort of people
    that the files do not speak of is not in it. `gone` are people who left though the files are not complete.
    """

    students: dict[str, WantedStudent] = field(default_factory=dict)
    guardians: dict[str, WantedContact] = field(default_factory=dict)
    staff: dict[str, WantedContact] = field(default_factory=dict)
    ties: dict[tuple[str, str], WantedTie] = field(default_factory=dict)
    complete: dict[bool, bool] = field(default_factory=dict)
    gone: defaultdict[Who, set[str]] = field(default_factory=lambda: defaultdict(set))
    _unsure: defaultdict[Who, set[str]] = field(default_factory=lambda: defaultdict(set))
    #: nearly all ties say one of a few things: one object for all that say the same
    _ties_alike: dict[WantedTie, WantedTie] = field(default_factory=dict)

    def take(self, facts: Iterable[Fact], where: str) -> None:
        """Add facts, in the order of the files at `where`. Raises ImportRefused for more people than a district has."""
        for number, fact in enumerate(facts):
            if number % _FACTS_BETWEEN_COUNTS == 0:
                self._refuse_crowds(where)
            if isinstance(fact, StudentFact):
                self._student(fact)
            elif isinstance(fact, ContactFact):
                self._contact(fact)
            elif isinstance(fact, TieFact):
                self._tie(fact)
            elif isinstance(fact, GoneFact):
                self.gone[fact.who].add(fact.source_id)
            else:
                self._covers(fact)
        self._refuse_crowds(where)
        for contact in chain(self.guardians.values(), self.staff.values()):
            contact.rank()

    def _refuse_crowds(self, where: str) -> None:
        refuse_crowds(len(self.students) + len(self.guardians) + len(self.staff), where)

    def merge(self, kept: str, others: Sequence[str]) -> None:
        """Make guardians one, because a person said that they are. The first is who they are from now on."""
        ids = (kept, *others)
        named = [source for source in ids if source in self.guardians]
        gone, unsure = self.gone[Who.GUARDIAN], self._unsure[Who.GUARDIAN]
        all_gone, sure = gone.issuperset(ids), not unsure.issuperset(named)
        gone.difference_update(ids)
        unsure.difference_update(ids)
        if all_gone:
            gone.add(kept)
        if named:
            first, *rest = (self.guardians.pop(source) for source in named)
            for other in rest:
                first.take(other)
            first.partly = len(named) < len(ids) and not self.complete.get(False, True)
            self.guardians[kept] = first
            if not sure:
                unsure.add(kept)
        self._merge_ties(kept, frozenset(others))

    def _merge_ties(self, kept: str, others: frozenset[str]) -> None:
        """Others' ties after the kept one's own, in the order of the files."""
        for student, contact in [pair for pair in self.ties if pair[1] in others]:
            tie = self.ties.pop((student, contact))
            mine = self.ties.get((student, kept))
            self.ties[student, kept] = mine.beside(tie) if mine else tie

    def strangers(self) -> dict[Who, set[str]]:
        """Of whom it matters whether they are on file: the files name them, and do not say that they are there."""
        found = {who: set(self._unsure[who]) for who in Who}
        for student, guardian in self.ties:
            if student not in self.students:
                found[Who.STUDENT].add(student)
            if guardian not in self.guardians:
                found[Who.GUARDIAN].add(guardian)
        return found

    def settle(self, students: Collection[str], guardians: Collection[str], staff: Collection[str]) -> list[str]:
        """Drop what makes sense only of people on file (their ids are given) and is of others; says what it dropped."""
        of_each = (
            (Who.STUDENT, self.students, students),
            (Who.GUARDIAN, self.guardians, guardians),
            (Who.STAFF, self.staff, staff),
        )
        unknown = set[str]()
        for who, people, on_file in of_each:
            for source in self._unsure[who].difference(on_file):
                del people[source]
                unknown.add(source)
        unknown = {source for source in unknown if not any(source in people for _, people, _ in of_each)}
        said = [f"{source!r} has no role in the files and is not on file" for source in sorted(unknown)]
        for student, guardian in sorted(tie for tie in self.ties if not self._has_both(*tie)):
            if not (student in self.students or student in students):
                said.append(f"guardian {guardian!r} is tied to {student!r}, who is no student in the files or on file")
            elif not (guardian in self.guardians or guardian in guardians):
                said.append(f"student {student!r} is tied to {guardian!r}, who is no guardian in the files or on file")
            else:
                continue
            del self.ties[student, guardian]
        return said

    def _has_both(self, student: str, guardian: str) -> bool:
        return student in self.students and guardian in self.guardians

    def _covers(self, fact: CoversFact) -> None:
        self.complete[fact.staff] = self.complete.get(fact.staff, True) and fact.complete

    def _sure(self, who: Who, source: str, known_only: bool, first: bool) -> None:
        """Keep whether all that is said of a person is of somebody on file."""
        if not known_only:
            self._unsure[who].discard(source)
        elif first:
            self._unsure[who].add(source)

    def _student(self, fact: StudentFact) -> None:
        known = self.students.get(fact.source_id)
        self._sure(Who.STUDENT, fact.source_id, fact.known_only, known is None)
        if known is None:
            self.students[fact.source_id] = WantedStudent(fact.name, intern(fact.school), intern(fact.grade))
            return
        known.name = known.name or fact.name
        known.school = known.school or fact.school
        known.grade = known.grade or fact.grade

    def _contact(self, fact: ContactFact) -> None:
        people = self.staff if fact.staff else self.guardians
        known = people.get(fact.source_id)
        self._sure(Who.STAFF if fact.staff else Who.GUARDIAN, fact.source_id, fact.known_only, known is None)
        if known is None:
            school, role = intern(fact.school), intern(fact.role)
            known = people[fact.source_id] = WantedContact(fact.name, fact.language, school, role)
        else:
            known.name = known.name or fact.name
            known.language = known.language or fact.language
            known.school = known.school or fact.school
            known.role = known.role or fact.role
        known.add(fact.points)

    def _tie(self, fact: TieFact) -> None:
        tie = WantedTie(fact.relationship, fact.may_contact, fact.lives_with)
        pair = fact.student, fact.contact
        known = self.ties.get(pair)
        tie = known.beside(tie) if known else tie
        self.ties[pair] = self._ties_alike.setdefault(tie, tie)
