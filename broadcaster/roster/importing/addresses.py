"""The addresses of a row: those that can be used, and a word about each of the others.

Phones that are typed fax, unlisted, landline, pager or teletype are never texted, nor those whose digits say that no
mobile has them. A home phone is: most families' home phone is a mobile today, and what a carrier knows to be a landline
it refuses at the first text.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from broadcaster.kinds import Channel
from broadcaster.roster.importing import cells
from broadcaster.roster.importing.facts import Point
from broadcaster.roster.importing.reading import Place
from broadcaster.roster.importing.sheets import Record
from broadcaster.text import emails

_NEVER_TEXTED = {
    "fax": "a fax number",
    "facsimile": "a fax number",
    "unlisted": "unlisted",
    "unpublished": "unlisted",
    "landline": "a landline",
    "land line": "a landline",
    "pager": "a pager",
    "tty": "a teletype",
    "tdd": "a teletype",
}
_A_TYPE = re.compile(rf"\b({'|'.join(_NEVER_TEXTED)})\b")
_JOINED = re.compile(r"(?<=[a-z])(?=[A-Z])|[_-]+")


class Given(NamedTuple):
    """An address as a file has it: its column, and what the file calls this sort of phone."""

    column: str
    raw: str
    channel: Channel
    sort: str = ""


def never_texted(sort: str) -> str:
    """What a phone of this sort is ("a fax number") if it is never texted, else nothing."""
    found = _A_TYPE.search(_JOINED.sub(" ", sort).lower())
    return _NEVER_TEXTED[found[1]] if found else ""


def usable(given: Iterable[Given], place: Place) -> tuple[Point, ...]:
    """The points that can be written to, in order. The others are rejected at `place`, a likely typo is warned of."""
    points: list[Point] = []
    for one in given:
        if one.channel is Channel.SMS and (kind := never_texted(one.sort)):
            if raw := cells.text(one.raw, 80):
                place.reject(one.column, f"{raw!r} is {kind}, which is never texted")
            continue
        for found in cells.addresses(one.raw, one.channel, place.reading.region):
            if not isinstance(found, Point):
                place.reject(one.column, found.reason)
                continue
            points.append(found)
            if found.channel is Channel.EMAIL and (meant := emails.likely_domain(found.address)):
                place.warn(one.column, f"{found.as_given!r} may be meant for {meant}; imported as given")
    return tuple(points)


def of(record: Record, phones: tuple[str, ...] = ("phone", "never_texted")) -> tuple[Point, ...]:
    """The points of all columns of a record that mean emails, then of those that mean phones, in the order given.

    A phone without a type beside it is of the sort that its header names ("Fax", "Home Phone (landline)").
    """
    columns = record.columns
    given = [Given(columns.header[at], record.cell(at), Channel.EMAIL) for at in columns.at.get("email", ())]
    for at in (place for meaning in phones for place in columns.at.get(meaning, ())):
        header, typed = columns.header[at], columns.typed.get(at)
        sort = header if typed is None else f"{header} {record.cell(typed)}"
        given.append(Given(header, record.cell(at), Channel.SMS, sort))
    return usable(given, record.place)
