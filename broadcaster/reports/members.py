"""Whom a broadcast means: its families, students and staff members, as they were frozen when it was planned."""

from collections import defaultdict
from collections.abc import Container, Mapping
from dataclasses import dataclass

from broadcaster.delivery import sql
from broadcaster.reports.report import NO_SCHOOL, Share


@dataclass(frozen=True, slots=True)
class Audience:
    """Ids of families and of staff contacts; and how students are tied to families and schools.

    `ties` are (student, family, school), each once. A student whose parents live apart has two families.
    """

    families: frozenset[int]
    people: frozenset[int]
    ties: tuple[tuple[int | None, int, int | None], ...]

    def students(self, reached: Container[int]) -> Share:
        """A student is reached when one of their families was."""
        pairs = {(student, family) for student, family, _ in self.ties if student is not None}
        everyone = {student for student, _ in pairs}
        return Share(len(everyone), len({student for student, family in pairs if family in reached}))

    def schools(self, reached: Container[int], names: Mapping[int, str]) -> dict[str, Share]:
        """Families per school name. A family counts at every school where it has a student of the audience."""
        found: dict[str, set[int]] = defaultdict(set)
        for _, family, school in self.ties:
            found[names.get(school or 0, NO_SCHOOL)].add(family)
        return {
            name: Share(len(families), sum(family in reached for family in families))
            for name, families in sorted(found.items())
        }


def read(broadcast_id: int) -> Audience:
    """Reads the ledger: two statements."""
    ties = sql.rows(
        "SELECT DISTINCT student_id, family_id, school_id FROM delivery_member "
        "WHERE broadcast_id = %s AND family_id IS NOT NULL",
        (broadcast_id,),
    )
    people = sql.rows(
        "SELECT DISTINCT contact_id FROM delivery_member "
        "WHERE broadcast_id = %s AND family_id IS NULL AND student_id IS NULL AND contact_id IS NOT NULL",
        (broadcast_id,),
    )
    return Audience(
        families=frozenset(family for _, family, _ in ties),
        people=frozenset(contact for (contact,) in people),
        ties=tuple((student, family, school) for student, family, school in ties),
    )
