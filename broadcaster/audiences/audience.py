"""An audience: who an expression means, as one SQL query.

district                                    all families
school:"South High" and grade:9-12          families of some students
language:so or language:hmn                 guardians who read a language
staff and not school:"South High"           staff (who are in no audience that does not say so)
"""

from dataclasses import dataclass
from typing import Any

from broadcaster.audiences import rows, syntax
from broadcaster.audiences.syntax import Joined, Node, Not, Term
from broadcaster.audiences.terms import Condition, compiled, means_staff


@dataclass(frozen=True, slots=True)
class Audience:
    """An expression that was read and checked against the roster. `expression` is as given."""

    expression: str
    condition: Condition
    with_staff: bool

    def rows_sql(self) -> tuple[str, list[Any]]:
        """One SELECT (SQLite and PostgreSQL) and its parameters, a row per student and contact or staff member.

        Columns: student_id (null for staff), contact_id (null for a student without contacts), family_id (null for
        staff), school_id (the student's, or the staff member's; may be null), allowed (1 if the district may write to
        the contact about this student; 0 also where there is no contact). It has no `%` but its `%s`.
        """
        return rows.select(self.condition.sql, with_staff=self.with_staff), list(self.condition.params)


def parse(expression: str) -> Audience:
    """Read an expression and look up the schools, grades and languages it names. Raises AudienceError."""
    tree = syntax.read(expression)
    with_staff = any(means_staff(term.name) for term in syntax.terms(tree))
    return Audience(expression, _condition(tree), with_staff)


def _condition(node: Node) -> Condition:
    if isinstance(node, Term):
        return compiled(node.name, node.value)
    if isinstance(node, Not):
        part = _condition(node.part)
        return Condition(f"NOT ({part.sql})", part.params)
    return _joined(node)


def _joined(node: Joined) -> Condition:
    parts = [_condition(part) for part in node.parts]
    word = f" {node.how.name} "
    params = tuple(param for part in parts for param in part.params)
    return Condition(f"({word.join(part.sql for part in parts)})", params)
