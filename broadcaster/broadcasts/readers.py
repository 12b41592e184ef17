"""How many families of an audience read each language."""

from collections.abc import Collection

from django.db import connection

from broadcaster.audiences import parse
from broadcaster.roster.models import Contact
from broadcaster.text.languages import DEFAULT, chain

_CONTACT = Contact._meta.db_table
_SPOKEN = f"""
    SELECT DISTINCT c.language FROM {_CONTACT} c
    WHERE c.language <> '' AND c.id IN (SELECT contact_id FROM ({{rows}}) AS people WHERE allowed = 1)"""
# Staff have no family: there each person counts.
_FAMILIES = f"""
    WITH known (language, tag) AS (VALUES {{known}})
    SELECT known.tag, COUNT(DISTINCT COALESCE(people.family_id, -people.contact_id))
    FROM ({{rows}}) AS people JOIN {_CONTACT} c ON c.id = people.contact_id JOIN known ON known.language = c.language
    WHERE people.allowed = 1 GROUP BY known.tag"""


def families(audience: str, available: Collection[str]) -> dict[str, int]:
    """Families (of staff: people) that may be written to, by the first of the available languages that they read.

    A family whose guardians read two languages counts in both; readers of English, or of nothing we know, in none. A
    language of which nothing is available stands for itself. Raises AudienceError.
    """
    rows, params = parse(audience).rows_sql()
    with connection.cursor() as cursor:
        cursor.execute(_SPOKEN.format(rows=rows), params)
        spoken = [language for (language,) in cursor.fetchall()]
        tags = {language: _tag(language, available) for language in spoken}
        known = [value for language, tag in tags.items() if tag != DEFAULT for value in (language, tag)]
        if not known:
            return {}
        places = ", ".join(["(%s, %s)"] * (len(known) // 2))
        cursor.execute(_FAMILIES.format(known=places, rows=rows), [*known, *params])
        return {tag: int(number) for tag, number in cursor.fetchall()}


def _tag(language: str, available: Collection[str]) -> str:
    steps = chain(language)
    own = steps if steps[0].partition("-")[0] == DEFAULT else steps[:-1]
    return next((step for step in own if step in available), language)
