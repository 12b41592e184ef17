"""One cell of a roster as a value: clean text, yes or no, addresses."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from broadcaster.kinds import Channel
from broadcaster.roster.importing.facts import Point
from broadcaster.text import emails, phones

# The ledger's columns hold so many characters.
ID, NAME, RELATIONSHIP, GRADE, ROLE = 200, 200, 60, 20, 100

_YES = frozenset({"yes", "y", "true", "t", "1"})
_NO = frozenset({"no", "n", "false", "f", "0"})

# Between two addresses in one cell. A slash only between whole numbers, so that n/a stays one value.
_BETWEEN_PHONES = re.compile(r"[;,\n\r|]+|(?<=\d{4})\s*/\s*(?=[(+\d])|\s+or\s+")
_BETWEEN_EMAILS = re.compile(r"[;,\s|]+")
# Control characters (PostgreSQL takes no NUL), and marks without width that would make two ids of one. The joiners of
# Persian and Indic names stay.
_UNSEEN: dict[int, str | None] = dict.fromkeys((*range(32), *range(127, 160)), " ") | dict.fromkeys(
    (0x200B, 0x2060, 0xFEFF)
)
_ADDRESS_LIMIT = 320  # RFC 5321 allows 64 + @ + 255


class NotYesOrNo(ValueError):  # noqa: N818 - named for what was given
    """A cell that should say yes or no and says something else."""


def text(raw: str, limit: int) -> str:
    """The cell without control characters and runs of blanks, cut to `limit` characters (the ledger's column)."""
    if not raw.isprintable():
        raw = raw.translate(_UNSEEN)
    return " ".join(raw.split())[:limit].rstrip()


def yes_or_no(raw: str) -> bool | None:
    """True or False, None for an empty cell. Raises NotYesOrNo."""
    word = raw.strip().casefold()
    if not word:
        return None
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise NotYesOrNo(f"{text(raw, 40)!r} is neither yes nor no")


@dataclass(frozen=True, slots=True)
class Unusable:
    """An address that can't be used, with the reason and the value as given."""

    reason: str


def addresses(raw: str, channel: Channel, region: str) -> tuple[Point | Unusable, ...]:
    """All addresses of a cell, in its order; empty for an empty cell. `region` as in `phones.normalise`."""
    raw = raw.strip()
    return _addresses(raw, channel, region) if raw else ()


@lru_cache(maxsize=4096)  # rosters repeat a guardian's row for every child, most of them a few rows on
def _addresses(raw: str, channel: Channel, region: str) -> tuple[Point | Unusable, ...]:
    normalise, between = _rules(channel, region)
    whole = _address(raw, channel, normalise)
    if isinstance(whole, Point):
        return (whole,)
    parts = [part.strip() for part in between.split(raw) if part.strip()]
    found = [_address(part, channel, normalise) for part in parts]
    if len(parts) < 2 or not any(isinstance(one, Point) for one in found):
        return (whole,)
    return tuple(found)


def _rules(channel: Channel, region: str) -> tuple[Callable[[str], str], re.Pattern[str]]:
    if channel is Channel.EMAIL:
        return emails.normalise, _BETWEEN_EMAILS
    return lambda raw: phones.normalise(raw, region), _BETWEEN_PHONES


def _address(raw: str, channel: Channel, normalise: Callable[[str], str]) -> Point | Unusable:
    try:
        address = normalise(raw)
    except (emails.BadEmail, phones.BadPhone) as error:
        return Unusable(f"{text(raw, 80)!r} {error}")
    if channel is Channel.SMS and (kind := phones.never_mobile(address)):
        return Unusable(f"{text(raw, 80)!r} is {kind}, which is never texted")
    as_given = text(raw, _ADDRESS_LIMIT)
    return Point(channel, address, address if as_given == address else as_given)  # one text in memory, not two


def person_name(whole: str, parts: Iterable[str]) -> str:
    """The name as one column gives it, else joined from its parts."""
    return whole or " ".join(part for part in parts if part)
