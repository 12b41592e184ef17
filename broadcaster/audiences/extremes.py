"""The two families of an audience that a wording suits worst: the one with the most to say of it, and the least."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from broadcaster.audiences.audience import parse
from broadcaster.roster.models import School, Student
from broadcaster.settings import SETTINGS

_STUDENT, _SCHOOL = Student._meta.db_table, School._meta.db_table

_CHILDREN = f"""
    FROM ({{rows}}) AS people JOIN {_STUDENT} t ON t.id = people.student_id
    LEFT JOIN {_SCHOOL} h ON h.id = t.school_id
    WHERE people.allowed = 1 AND people.family_id IS NOT NULL"""
_LENGTH = """
    SELECT people.family_id, COALESCE(LENGTH({names}), 0) + COALESCE(LENGTH({schools}), 0) AS length {children}
    GROUP BY people.family_id ORDER BY length {order}, people.family_id LIMIT 1"""


@dataclass(frozen=True, slots=True)
class Extremes:
    """Two real families' own values by field name (`student_names`, `school`, `grade`). They are personal: for the eyes
    of who asked, never for a log.
    """

    longest: Mapping[str, str]
    emptiest: Mapping[str, str]


def extremes(expression: str) -> Extremes | None:
    """The families of an audience whose children's names and schools are the longest and the shortest.

    None where it means no child's family that may be written to. Raises AudienceError for a wrong expression.
    """
    longest, emptiest = (_family(expression, order) for order in ("DESC", "ASC"))
    if longest is None or emptiest is None:
        return None
    return Extremes(_values(expression, longest), _values(expression, emptiest))


def _family(expression: str, order: str) -> int | None:
    rows, params = parse(expression).rows_sql()
    joined = "STRING_AGG(DISTINCT {}, ',')" if connection.vendor == "postgresql" else "GROUP_CONCAT(DISTINCT {})"
    query = _LENGTH.format(
        names=joined.format("t.name"),
        schools=joined.format("h.name"),
        children=_CHILDREN.format(rows=rows),
        order=order,
    )
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        found = cursor.fetchone()
    return found[0] if found else None


def _values(expression: str, family_id: int) -> dict[str, str]:
    """The family's own values, each joined as the plan joins them."""
    rows, params = parse(expression).rows_sql()
    query = f"SELECT t.name, h.name, t.grade {_CHILDREN.format(rows=rows)} AND people.family_id = %s"
    with connection.cursor() as cursor:
        cursor.execute(query, [*params, family_id])
        columns = zip(*cursor.fetchall(), strict=True)
    names = ("student_names", "school", "grade")
    found = {
        name: ", ".join(sorted({value for value in column if value}))
        for name, column in zip(names, columns, strict=True)
    }
    return found | {"school": found["school"] or SETTINGS.district.district.name}
