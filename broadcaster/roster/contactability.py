"""How well families can be reached: how many have a phone or an email that works, by school and by language, now and
after each import; and who has neither, for the office to call.

An address works when it is not suppressed and its family did not opt out of the purpose; only who may be contacted
counts. A family counts at each of its schools and in each of its languages.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection

from broadcaster.kinds import Purpose
from broadcaster.roster import lookup
from broadcaster.roster.models import (
    Consent,
    ConsentState,
    Contact,
    ContactPoint,
    Guardianship,
    RosterImport,
    School,
    Student,
    Suppression,
)
from broadcaster.text.languages import DEFAULT

_STUDENT, _CONTACT, _TIE, _POINT, _CONSENT, _SUPPRESSION, _SCHOOL = (
    model._meta.db_table for model in (Student, Contact, Guardianship, ContactPoint, Consent, Suppression, School)
)
NO_SCHOOL = ""

_FAMILIES = f"""
    WITH tie AS (
        SELECT c.family_id, s.school_id, c.language, c.id AS contact_id, g.may_contact AS allowed
        FROM {_STUDENT} s JOIN {_TIE} g ON g.student_id = s.id JOIN {_CONTACT} c ON c.id = g.contact_id
        WHERE s.left_at IS NULL AND c.left_at IS NULL AND c.family_id IS NOT NULL
        UNION ALL SELECT s.family_id, s.school_id, NULL, NULL, FALSE FROM {_STUDENT} s
        WHERE s.left_at IS NULL AND s.family_id IS NOT NULL
    ),
    works AS (
        SELECT p.contact_id, MAX(CASE WHEN p.channel = 'sms' THEN 1 ELSE 0 END) AS phone,
               MAX(CASE WHEN p.channel = 'email' THEN 1 ELSE 0 END) AS email
        FROM {_POINT} p
        WHERE NOT EXISTS (SELECT 1 FROM {_SUPPRESSION} x WHERE x.channel = p.channel AND x.address = p.address
                          AND x.lifted_at IS NULL)
        AND NOT EXISTS (SELECT 1 FROM {_CONSENT} o WHERE o.channel = p.channel AND o.address = p.address
                        AND o.purpose = %s AND o.state = '{ConsentState.OPTED_OUT.value}')
        GROUP BY p.contact_id
    ),
    fam AS (
        SELECT t.family_id, MAX(COALESCE(w.phone, 0)) AS phone, MAX(COALESCE(w.email, 0)) AS email
        FROM tie t LEFT JOIN works w ON w.contact_id = t.contact_id AND t.allowed GROUP BY t.family_id
    )"""
_SHARES = """{families}
    SELECT {what}, COUNT(*), SUM(f.phone), SUM(f.email), SUM((1 - f.phone) * (1 - f.email)) FROM fam f {by}
    GROUP BY 1 ORDER BY 1"""
_BY_SCHOOL = f"""JOIN (SELECT DISTINCT t.family_id, h.name AS school FROM tie t
                 LEFT JOIN {_SCHOOL} h ON h.id = t.school_id) b ON b.family_id = f.family_id"""
_BY_LANGUAGE = f"""JOIN (SELECT DISTINCT family_id, COALESCE(NULLIF(language, ''), '{DEFAULT}') AS language FROM tie
                   WHERE contact_id IS NOT NULL AND allowed) b ON b.family_id = f.family_id"""
_NEITHER = f"""{_FAMILIES}
    SELECT f.family_id, MIN(h.name) AS school FROM fam f JOIN tie t ON t.family_id = f.family_id
    LEFT JOIN {_SCHOOL} h ON h.id = t.school_id WHERE f.phone = 0 AND f.email = 0
    GROUP BY f.family_id ORDER BY CASE WHEN MIN(h.name) IS NULL THEN 1 ELSE 0 END, school, f.family_id"""

_PAGE = 500  # families looked up at a time


@dataclass(frozen=True, slots=True)
class Share:
    """So many families: with a phone that works, with an email that works, with neither."""

    families: int = 0
    phone: int = 0
    email: int = 0
    neither: int = 0


@dataclass(frozen=True, slots=True)
class Contactability:
    """The district's families, and those of each school (by name; "" for none) and language (by tag)."""

    district: Share
    schools: Mapping[str, Share]
    languages: Mapping[str, Share]


@dataclass(frozen=True, slots=True)
class After:
    """How it stood once an import was written (`at`, an instant)."""

    import_id: int
    at: float
    contactability: Contactability


@dataclass(frozen=True, slots=True)
class Call:
    """A family with neither: its first school, why nobody reaches it, and whom it is. Personal."""

    school: str
    why: str
    family: lookup.FamilyPage


def now(purpose: Purpose = Purpose.EMERGENCY) -> Contactability:
    """As it stands, for messages of a purpose: three queries."""
    district = _shares("'all'", "", purpose)
    return Contactability(
        district.get("all", Share()),
        _shares("b.school", _BY_SCHOOL, purpose),
        _shares("b.language", _BY_LANGUAGE, purpose),
    )


def keep(import_id: int) -> None:
    """Keep with an import how families can be reached after it."""
    RosterImport.objects.filter(pk=import_id).update(contactability=asdict(now()))


def trend(imports: int = 30) -> list[After]:
    """After each of the last imports, the oldest first."""
    kept = RosterImport.objects.exclude(contactability={}).order_by("-pk")[:imports]
    return [After(one.pk, one.at, _read(one.contactability)) for one in reversed(kept)]


def call_list(purpose: Purpose = Purpose.EMERGENCY, schools: Sequence[str] | None = None) -> Iterator[Call]:
    """Every family with neither, by school. With `schools` (names) those of these alone."""
    with connection.cursor() as cursor:
        cursor.execute(_NEITHER, [purpose.value])
        rows = [(family, school or NO_SCHOOL) for family, school in cursor.fetchall()]
    for at in range(0, len(rows), _PAGE):
        at_school = dict(rows[at : at + _PAGE])
        for family in lookup.families(list(at_school)):
            if schools is None or {child.school for child in family.children}.intersection(schools):
                yield Call(at_school[family.family_id], why_not(family, purpose), family)


def why_not(family: lookup.FamilyPage, purpose: Purpose) -> str:
    """Why no message of a purpose reaches a family, as a clause for staff."""
    if not family.people:
        return "nobody is on file"
    may = [person for person in family.people if any(tie.may_contact for tie in person.ties)]
    if not may:
        return "nobody on file may be contacted"
    addresses = [address for person in may for address in person.addresses]
    if not addresses:
        return "no phone and no email on file"
    causes = {f"{one.channel.value}: {one.dead or 'opted out'}" for one in addresses if not one.usable(purpose)}
    return ", ".join(sorted(causes))


def _shares(what: str, by: str, purpose: Purpose) -> dict[str, Share]:
    with connection.cursor() as cursor:
        cursor.execute(_SHARES.format(families=_FAMILIES, what=what, by=by), [purpose.value])
        return {name or NO_SCHOOL: Share(*(int(number) for number in shares)) for name, *shares in cursor.fetchall()}


def _read(kept: Mapping[str, Any]) -> Contactability:
    by = {name: {key: Share(**share) for key, share in kept[name].items()} for name in ("schools", "languages")}
    return Contactability(Share(**kept["district"]), **by)
