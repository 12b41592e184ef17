"""An audience in counts: how many people it means, how many addresses would be written to, and whom nobody reaches."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from broadcaster.audiences.audience import Audience, parse
from broadcaster.kinds import Channel, Purpose
from broadcaster.roster.models import Consent, ConsentState, Contact, ContactPoint, Suppression
from broadcaster.text.languages import DEFAULT

_CONTACT, _POINT = Contact._meta.db_table, ContactPoint._meta.db_table
_CONSENT, _SUPPRESSION = Consent._meta.db_table, Suppression._meta.db_table


@dataclass(frozen=True, slots=True)
class Counts:
    """Who an audience means.

    `students` and `families` are all of them, reachable or not; `contacts` those that the district may write to, by
    language in `by_language`; `email` and `sms` the distinct addresses that would get a message. `unreachable` are the
    families (and staff members) that no address of either channel leads to, by reason in `why_unreachable` (see WHY).
    `schools` are those that anybody is at.
    """

    students: int
    families: int
    contacts: int
    email: int
    sms: int
    unreachable: int
    by_language: Mapping[str, int]
    schools: int
    why_unreachable: Mapping[str, int] = field(default_factory=dict)


# Staff have no family: there each person counts.
_PEOPLE = """
    SELECT COUNT(DISTINCT student_id), COUNT(DISTINCT family_id), COUNT(DISTINCT school_id),
           COUNT(DISTINCT CASE WHEN family_id IS NULL AND student_id IS NULL THEN contact_id END)
    FROM ({rows}) AS people"""
_LANGUAGES = f"""
    SELECT c.language, COUNT(*) FROM {_CONTACT} c
    WHERE c.id IN (SELECT contact_id FROM ({{rows}}) AS people WHERE allowed = 1) GROUP BY c.language"""
# An opt-out or a suppression is kept by address: whoever shares the address, it counts for all.
_USABLE = f"""
    SELECT DISTINCT a.family_id, a.staff_id, p.channel, p.address
    FROM (SELECT DISTINCT contact_id, family_id, CASE WHEN student_id IS NULL THEN contact_id END AS staff_id
          FROM ({{rows}}) AS people WHERE allowed = 1) AS a
    JOIN {_POINT} p ON p.contact_id = a.contact_id
    WHERE NOT EXISTS (SELECT 1 FROM {_CONSENT} o WHERE o.channel = p.channel AND o.address = p.address
                      AND o.purpose = %s AND o.state = %s)
      AND NOT EXISTS (SELECT 1 FROM {_SUPPRESSION} x WHERE x.channel = p.channel AND x.address = p.address
                      AND x.lifted_at IS NULL)"""
_REACH = f"""
    SELECT COUNT(DISTINCT CASE WHEN channel = %s THEN address END),
           COUNT(DISTINCT CASE WHEN channel = %s THEN address END),
           COUNT(DISTINCT family_id), COUNT(DISTINCT staff_id)
    FROM ({_USABLE}) AS usable"""


#: why no address leads to a family or staff member, the first that is so
WHY = ("nobody on file", "nobody may be contacted", "no phone or email", "opted out or suppressed")
_UNREACHED = f"""
    SELECT CASE WHEN MAX(CASE WHEN contact_id IS NULL THEN 0 ELSE 1 END) = 0 THEN 0 WHEN MAX(allowed) = 0 THEN 1
           WHEN MAX(CASE WHEN allowed = 1 AND EXISTS (SELECT 1 FROM {_POINT} p WHERE p.contact_id = people.contact_id)
                         THEN 1 ELSE 0 END) = 0 THEN 2 ELSE 3 END AS why
    FROM ({{rows}}) AS people
    WHERE (family_id IS NOT NULL OR student_id IS NULL) AND COALESCE(family_id, -contact_id) NOT IN (
        SELECT COALESCE(usable.family_id, -usable.staff_id) FROM ({_USABLE}) AS usable
        WHERE usable.family_id IS NOT NULL OR usable.staff_id IS NOT NULL)
    GROUP BY COALESCE(family_id, -contact_id)"""


def count(audience: Audience | str, purpose: Purpose = Purpose.GENERAL) -> Counts:
    """Count an audience for messages of one purpose (consent is per purpose). Raises AudienceError for a wrong text."""
    if isinstance(audience, str):
        audience = parse(audience)
    rows, params = audience.rows_sql()
    students, families, schools, staff = _one_row(_PEOPLE.format(rows=rows), params)
    channels = [Channel.EMAIL.value, Channel.SMS.value]
    opted_out = [purpose.value, ConsentState.OPTED_OUT.value]
    email, sms, families_reached, staff_reached = _one_row(_REACH.format(rows=rows), [*channels, *params, *opted_out])
    languages = _languages(rows, params)
    unreachable = families - families_reached + staff - staff_reached
    return Counts(
        students=students,
        families=families,
        contacts=sum(languages.values()),
        email=email,
        sms=sms,
        unreachable=unreachable,
        by_language=languages,
        schools=schools,
        why_unreachable=_why(rows, [*params, *params, *opted_out]) if unreachable else {},
    )


def _why(rows: str, params: list[Any]) -> dict[str, int]:
    """The unreachable by the first reason that is so of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT why, COUNT(*) FROM ({_UNREACHED.format(rows=rows)}) AS u GROUP BY why ORDER BY why", params
        )
        return {WHY[why]: int(number) for why, number in cursor.fetchall()}


def _languages(rows: str, params: list[Any]) -> dict[str, int]:
    """Contacts by language, the largest first; who has none that we know is counted as a reader of English."""
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(_LANGUAGES.format(rows=rows), params)
        for language, contacts in cursor.fetchall():
            found[language or DEFAULT] = found.get(language or DEFAULT, 0) + contacts
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _one_row(sql: str, params: list[Any]) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return tuple(int(value) for value in cursor.fetchone())
