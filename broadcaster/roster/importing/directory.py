"""Users, what each of them is at which school, and who is tied to whom: the shape of OneRoster and School Data Sync.

Who is what is known only when all roles and ties have been read. So a reader fills a Directory first, then has it turn
one user after the other into facts, and at the end the ties.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from broadcaster.roster import grades
from broadcaster.roster.importing import cells, custody, of_age
from broadcaster.roster.importing.facts import ContactFact, CoversFact, Fact, Point, StudentFact, TieFact, Who
from broadcaster.roster.importing.reading import Place
from broadcaster.roster.importing.sheets import Record
from broadcaster.text import languages

#: roles by their folded names; all others that a standard knows are those of staff
STUDENT_ROLES = frozenset({"student", "learner"})
GUARDIAN_ROLES = frozenset({"guardian", "parent", "relative", "contact"})


class Role(NamedTuple):
    """What a user is, and where (an org's id, or empty). Sorts so that the one that counts most comes first."""

    secondary: bool
    org: str
    name: str
    grade: str = ""


class Tie(NamedTuple):
    """Where a tie is mentioned, and what it is there."""

    column: str
    place: Place
    relationship: str = ""
    may_contact: bool = True


class Custody(NamedTuple):
    """What a row says of all ties of its person."""

    relationship: str = ""
    may_contact: bool = True
    lives_with: bool | None = None


@dataclass(frozen=True, slots=True)
class User:
    """A row of users: what does not depend on the user's roles. `orgs` are those that the row itself names."""

    source_id: str
    name: str
    grade: str
    language: str
    orgs: tuple[str, ...]
    points: tuple[Point, ...]
    place: Place
    custody: Custody


@dataclass
class Directory:
    """What is known beside the users themselves. `partial`: the files are not complete, others are on file already."""

    schools: dict[str, str] = field(default_factory=dict)
    other_orgs: set[str] = field(default_factory=set)
    roles: defaultdict[str, list[Role]] = field(default_factory=lambda: defaultdict(list))
    enrolled_at: dict[str, str] = field(default_factory=dict)
    #: students who are of age
    of_age: set[str] = field(default_factory=set)
    mentions: list[tuple[str, str, Tie]] = field(default_factory=list)
    partial: bool = False
    _tied: defaultdict[tuple[str, str], list[Tie]] = field(default_factory=lambda: defaultdict(list))
    _guardians: set[str] = field(default_factory=set)
    _language: dict[str, str] = field(default_factory=dict)
    _custody: dict[str, Custody] = field(default_factory=dict)
    _seen: defaultdict[Who, set[str]] = field(default_factory=lambda: defaultdict(set))

    def is_student(self, user: str) -> bool:
        """Whether any of the user's roles is a student's."""
        return any(role.name in STUDENT_ROLES for role in self.roles.get(user, ()))

    def mention(self, one: str, other: str, tie: Tie) -> None:
        """Keep that the row of `one` names `other` as tied to them; which of them is the student shows later."""
        self.mentions.append((one, other, tie))

    def tie(self, student: str, guardian: str, tie: Tie) -> None:
        """Keep a tie, and that the second user is a guardian, whatever their role."""
        self._tied[student, guardian].append(tie)
        self._guardians.add(guardian)

    def settle_ties(self) -> None:
        """Once all roles are known: make ties of the mentions, whichever way round they were written."""
        for one, other, tie in self.mentions:
            if self.is_student(one) and self.is_student(other):
                tie.place.reject(tie.column, f"{other!r} is a student, not a guardian")
            elif self.is_student(one):
                self.tie(one, other, tie)
            elif self.is_student(other):
                self.tie(other, one, tie)
            elif self.partial:  # neither is a student in these files: a row without a role is taken for the child's
                self.tie(*((other, one) if self.roles.get(one) else (one, other)), tie)
            else:
                tie.place.reject(tie.column, f"{other!r} is no student in the files")
        self.mentions.clear()

    def facts_of(self, user: User) -> Iterator[Fact]:
        """One user as each of what they are."""
        roles = sorted(self.roles.get(user.source_id, ()))
        whats = {what(role.name) for role in roles}
        if user.source_id in self._guardians:
            whats.add(Who.GUARDIAN)
        unsure = self.partial and not roles
        if not whats and not unsure:
            user.place.reject("", f"{user.source_id!r} has no role in the files")
        if user.language:
            self._language[user.source_id] = user.language
        if user.custody != Custody():
            self._custody[user.source_id] = user.custody
        for who in Who if unsure else whats:
            self._seen[who].add(user.source_id)
            yield self._fact(user, who, roles, known_only=unsure and who not in whats)
        if Who.STUDENT in whats and user.source_id in self.of_age:
            yield from of_age.facts(user.source_id, user.name, user.language, user.points)

    def _fact(self, user: User, who: Who, roles: list[Role], known_only: bool) -> Fact:
        if who is Who.STUDENT:
            given = user.grade or next((role.grade for role in roles if role.grade), "")
            grade = grades.canonical(given)[: cells.GRADE]
            return StudentFact(user.source_id, user.name, self._school(user, roles, who), grade, known_only)
        if who is Who.GUARDIAN:
            return ContactFact(False, user.source_id, user.name, user.language, user.points, known_only=known_only)
        name = next((role.name for role in roles if what(role.name) is Who.STAFF), "")
        school = self._school(user, roles, who)
        return ContactFact(True, user.source_id, user.name, user.language, user.points, school, name, known_only)

    def _school(self, user: User, roles: list[Role], who: Who) -> str:
        """The first of the user's own orgs and those of their roles that is a school; else where they are enrolled."""
        orgs = [*user.orgs, *(role.org for role in roles if what(role.name) is who and role.org)]
        enrolled = self.enrolled_at.get(user.source_id)
        for org in (*orgs, *((enrolled,) if enrolled else ())):
            if org in self.schools:
                return self.schools[org]
        unknown = [org for org in orgs if org not in self.other_orgs]
        if unknown and not self.partial:
            user.place.reject("", f"{unknown[0]!r} is no org in the files, so {user.source_id!r} has no school")
        return ""

    def last_facts(self) -> Iterator[Fact]:
        """After all users: the ties, languages that only a child's row has, and what the files speak of."""
        for (student, guardian), ties in self._tied.items():
            known = {Who.STUDENT: student, Who.GUARDIAN: guardian}
            missing = [source for who, source in known.items() if source not in self._seen[who]]
            if missing and not self.partial:
                ties[0].place.reject(ties[0].column, f"{missing[0]!r} is in no row that can be taken in")
                continue
            yield self._tie_fact(student, guardian, ties)
        for guardian, language in self._of_the_children().items():
            yield ContactFact(False, guardian, "", language, ())
        if self.partial:
            yield from (CoversFact(staff, complete=False) for staff in (False, True))
        else:
            yield from (CoversFact(staff) for staff in (False, True) if self._speaks_of(staff))

    def _tie_fact(self, student: str, guardian: str, ties: list[Tie]) -> TieFact:
        """The guardian's own row says it best; one `no` to contact is enough, on whichever row."""
        said = [self._custody[source] for source in (guardian, student) if source in self._custody]
        role = next((role.name for role in sorted(self.roles.get(guardian, ())) if role.name in GUARDIAN_ROLES), "")
        relationships = (*(one.relationship for one in said), *(tie.relationship for tie in ties), role)
        return TieFact(
            student,
            guardian,
            next((word for word in relationships if word), ""),
            all(one.may_contact for one in said) and all(tie.may_contact for tie in ties),
            next((one.lives_with for one in said if one.lives_with is not None), None),
        )

    def _of_the_children(self) -> dict[str, str]:
        """For guardians whose own row names no language, their child's: the first in the alphabet of ids."""
        found = dict[str, str]()
        for student, guardian in sorted(self._tied):
            language = self._language.get(student, "")
            if language and guardian in self._seen[Who.GUARDIAN] and not self._language.get(guardian):
                found.setdefault(guardian, language)
        return found

    def _speaks_of(self, staff: bool) -> bool:
        return bool(self._seen[Who.STAFF] if staff else self._seen[Who.STUDENT] | self._seen[Who.GUARDIAN])


def name_of(record: Record) -> str:
    """The name as the person wants it where the row says so (OneRoster 1.2 and Ed-Fi have preferred names)."""
    given = record.text("preferredGivenName", cells.NAME)
    middle = record.text("preferredMiddleName" if given else "middleName", cells.NAME)
    family = record.text("preferredFamilyName", cells.NAME) or record.text("familyName", cells.NAME)
    parts = (given or record.text("givenName", cells.NAME), middle, family)
    return cells.person_name("", parts)[: cells.NAME]


def language_of(record: Record) -> str:
    """The language that a district's own column names."""
    return languages.recognise(record.text("language", cells.NAME))


def custody_of(record: Record) -> Custody:
    """What a district's own columns say of all ties of a person."""
    relationship = record.text("relationship", cells.RELATIONSHIP)
    return Custody(relationship, custody.may_contact(record), custody.lives_with(record))


def what(role: str) -> Who:
    """Which sort of people a role (folded) belongs to."""
    if role in STUDENT_ROLES:
        return Who.STUDENT
    return Who.GUARDIAN if role in GUARDIAN_ROLES else Who.STAFF
