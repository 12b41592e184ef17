"""Students of age, who are contacts of their own: from 18 on the rights of parents are theirs (FERPA, 34 CFR 99.5).

Their parents stay contacts too, as the roster has them: it says whether these may be written to.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

from broadcaster import clock
from broadcaster.roster.importing.facts import ContactFact, Fact, Point, TieFact

OF_AGE = 18  # years
_ISO = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:\D.*)?")
_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:\D.*)?")


def is_of_age(born: str) -> bool:
    """Whether somebody born on a day, as rosters write it, is 18 today. A day that can't be read: no, as is none."""
    day = read(born)
    if day is None:
        return False
    today = datetime.fromtimestamp(clock.now(), UTC).date()
    return (today.year - day.year - ((today.month, today.day) < (day.month, day.day))) >= OF_AGE


def read(raw: str) -> date | None:
    """The day: `2008-03-31`, `20080331`, `3/31/2008`, or the day first where no month is so high."""
    text = raw.strip()
    if found := _ISO.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := _SLASHED.fullmatch(text):
        month, day, year = map(int, found.groups())
        if month > 12:
            month, day = day, month
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def facts(student: str, name: str, language: str, points: tuple[Point, ...]) -> Iterator[Fact]:
    """A student as their own contact, where they have an address."""
    if points:
        contact = f"student-{student}"
        yield ContactFact(False, contact, name, language, points)
        yield TieFact(student, contact, "self", may_contact=True, lives_with=None)
