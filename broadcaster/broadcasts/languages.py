"""Which words the readers of each language get: their own, English under a line in their language, or a plain fallback.

The one place where that is decided. It asks nobody: neither ledger nor settings.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from broadcaster.kinds import BadInput, Purpose
from broadcaster.templating.template import TranslationStatus
from broadcaster.text.languages import DEFAULT, chain, english_name


@dataclass(frozen=True, slots=True)
class Mark:
    """How far words may be trusted. `stale`: the library's English has changed since they were translated. `outdated`:
    the English of this broadcast was changed, so they may say what is no longer so.
    """

    status: TranslationStatus
    stale: bool = False
    outdated: bool = False

    @property
    def reviewed(self) -> bool:
        """Whether a person answers for them as a translation of the English they go out beside."""
        return self.status is TranslationStatus.REVIEWED and not self.stale and not self.outdated


class Why(StrEnum):
    """What decided over a language's own words: first why they go out, then why they don't."""

    REVIEWED = "reviewed"
    ALLOWED = "allowed"
    OVERRIDDEN = "overridden"
    MISSING = "missing"
    OUTDATED = "outdated"
    STALE = "stale"
    UNREVIEWED = "unreviewed"


#: why a language's own words go out
GO_OUT = frozenset({Why.REVIEWED, Why.ALLOWED, Why.OVERRIDDEN})


class Gets(StrEnum):
    """What a language's readers get. `fallback`: words in a language that they are thought to read as well."""

    OWN = "own"
    STAND_IN = "stand_in"
    FALLBACK = "fallback"


@dataclass(frozen=True, slots=True)
class Decision:
    """What the readers of `language` get: the words in `words`, under the line in `line` ("" for none)."""

    language: str
    words: str
    line: str
    why: Why

    @property
    def gets(self) -> Gets:
        """In one word."""
        if self.why in GO_OUT:
            return Gets.OWN
        return Gets.STAND_IN if self.line else Gets.FALLBACK


class NeedlessOverride(BadInput):
    """Somebody asked for unreviewed words that there are none of, or that go out anyway. The message names them."""


def decide(
    purpose: Purpose,
    words: Mapping[str, Mark],
    lines: Mapping[str, Mark],
    *,
    policy: bool = False,
    overrides: Collection[str] = (),
    asked: Iterable[str] = (),
) -> dict[str, Decision]:
    """Decide for every language that has words or a line, and for those `asked` about.

    `words` are those of the message, English among them, and `lines` the standing lines over English words. In an
    emergency both have to be reviewed, unless the district's `policy` is that unreviewed ones may go out; outdated
    words never go out by themselves. `overrides` are the languages whose words go out in spite of that.

    Readers are looked after in the order of their chain of fallback, so what is decided for a language is also what
    the plan finds for its readers among the words and lines that go out. Raises NeedlessOverride.
    """
    strict = purpose is Purpose.EMERGENCY and not policy
    reasons = {tag: _reason(tag, mark, strict) for tag, mark in words.items()}
    for tag in sorted(overrides):
        reasons[tag] = _overridden(tag, reasons)
    own = {tag for tag, why in reasons.items() if why in GO_OUT}
    over = {tag for tag, mark in lines.items() if mark.reviewed or not strict}
    found = {}
    for tag in dict.fromkeys([*words, *lines, *asked]):
        best = next(step for step in chain(tag) if step in own)
        line = next((step for step in chain(tag) if step in over), "") if best == DEFAULT != tag else ""
        found[tag] = Decision(tag, best, line, reasons.get(tag, Why.MISSING))
    return found


def _reason(tag: str, mark: Mark, strict: bool) -> Why:
    if tag == DEFAULT:
        return Why.REVIEWED
    if mark.outdated:
        return Why.OUTDATED
    if mark.reviewed:
        return Why.REVIEWED
    if not strict:
        return Why.ALLOWED
    return Why.STALE if mark.status is TranslationStatus.REVIEWED else Why.UNREVIEWED


def _overridden(tag: str, reasons: Mapping[str, Why]) -> Why:
    if tag not in reasons:
        raise NeedlessOverride(f"there are no words in {tag!r} to send: there are {', '.join(sorted(reasons))}")
    if reasons[tag] in GO_OUT:
        raise NeedlessOverride(f"{tag!r} needs no permission: its {english_name(tag)} words go out anyway")
    return Why.OVERRIDDEN
