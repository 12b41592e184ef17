"""Whether an audience is one school's: then its mail is the school's own."""

from django.db import connection

from broadcaster.audiences.audience import parse
from broadcaster.roster.models import School

_SCHOOLS = f"""
    SELECT MIN(h.name), COUNT(DISTINCT people.school_id), COUNT(*) - COUNT(people.school_id)
    FROM ({{rows}}) AS people LEFT JOIN {School._meta.db_table} h ON h.id = people.school_id"""


def one_school(expression: str) -> str | None:
    """The name of the school that every student and staff member of an audience is at; None where they are at several,
    or anybody is at none. Raises AudienceError for a wrong expression.
    """
    rows, params = parse(expression).rows_sql()
    with connection.cursor() as cursor:
        cursor.execute(_SCHOOLS.format(rows=rows), params)
        name, schools, elsewhere = cursor.fetchone()
    return name if schools == 1 and not elsewhere else None
