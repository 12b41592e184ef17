"""Whom a broadcast means: its families, students and staff members, as they were frozen when it was planned."""

from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import TypeVar

from broadcaster.delivery import sql
from broadcaster.reports.ledger import Scope
from broadcaster.reports.report import Share

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Audience:
    """Ids of families and of staff contacts; and how students are tied to families, schools and grades.

    `ties` are (student, family, school, grade), each once. A student whose parents live apart has two families.
    `readers` are (family, language): the languages that the roster names for those of its contacts who may be written
    to. Grades and languages are the roster's as it is now, or was when the broadcast was erased; all else is
    as it was planned.
    """

    families: frozenset[int]
    people: frozenset[int]
    ties: tuple[tuple[int | None, int, int | None, str], ...]
    readers: tuple[tuple[int, str], ...]

    def students(self, reached: Container[int]) -> Share:
        """A student is reached when one of their families was."""
        pairs = {(student, family) for student, family, _, _ in self.ties if student is not None}
        everyone = {student for student, _ in pairs}
        return Share(len(everyone), len({student for student, family in pairs if family in reached}))

    def by_school(self) -> dict[int | None, set[int]]:
        """Families per school id. A family counts at every school where it has a student of the audience."""
        return _grouped((school, family) for _, family, school, _ in self.ties)

    def by_grade(self) -> dict[str, set[int]]:
        """Families per grade. A family counts in every grade in which it has a student of the audience."""
        return _grouped((grade, family) for student, family, _, grade in self.ties if student is not None)

    def by_language(self) -> dict[str, set[int]]:
        """Families per language tag. A family counts in every language that one of its contacts reads; where nobody
        may be written to, in "".
        """
        found = _grouped((language, family) for family, language in self.readers)
        if rest := self.families - {family for family, _ in self.readers}:
            found[""] = set(rest)
        return found


def _grouped(pairs: Iterable[tuple[K, int]]) -> dict[K, set[int]]:
    found: dict[K, set[int]] = defaultdict(set)
    for key, family in pairs:
        found[key].add(family)
    return dict(found)


def read(scope: Scope) -> Audience:
    """Reads the ledger: three statements."""
    meant, params = scope.members.sql, scope.members.params
    ties = sql.rows(
        "SELECT DISTINCT m.student_id, m.family_id, m.school_id, COALESCE(m.grade, t.grade, '') FROM delivery_member m "
        f"LEFT JOIN roster_student t ON t.id = m.student_id WHERE {meant} AND m.family_id IS NOT NULL",
        params,
    )
    readers = sql.rows(
        "SELECT DISTINCT m.family_id, COALESCE(m.language, NULLIF(c.language, ''), 'en') FROM delivery_member m "
        f"LEFT JOIN roster_contact c ON c.id = m.contact_id WHERE {meant} AND m.allowed AND m.family_id IS NOT NULL "
        "AND (c.id IS NOT NULL OR m.language IS NOT NULL)",
        params,
    )
    people = sql.rows(
        f"SELECT DISTINCT m.contact_id FROM delivery_member m WHERE {meant} "
        "AND m.family_id IS NULL AND m.student_id IS NULL AND m.contact_id IS NOT NULL",
        params,
    )
    return Audience(
        families=frozenset(family for _, family, _, _ in ties),
        people=frozenset(contact for (contact,) in people),
        ties=tuple((student, family, school, grade) for student, family, school, grade in ties),
        readers=tuple((family, language) for family, language in readers),
    )
