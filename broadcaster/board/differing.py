"""How a pasted message differs from one of ours, word by word. Places for a family's own values fit any few words."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_OWN = re.compile(r"\[\[\w+]]")
_UNSEEN = dict.fromkeys(
    map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u202d\u202e")
)
_ALIKE = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-", "\u00a0": " "}
)
#: words that a family's own value may have
_MOST_OWN = 40


class Kind(StrEnum):
    """Whose words a piece has."""

    SAME = "same"
    ADDED = "added"
    LACKING = "lacking"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words in a row: ours and theirs, theirs alone (added), or ours that are lacking."""

    kind: Kind
    text: str


def plain(text: str) -> str:
    """The text as it is compared: composed, straight quotes and dashes, single spaces, nothing that can't be seen.

    Letters are kept as they are: a Cyrillic a in an address is a difference.
    """
    return " ".join(unicodedata.normalize("NFC", text).translate(_UNSEEN).translate(_ALIKE).split())


def same(ours: str, theirs: str) -> bool:
    """Whether theirs is ours, word for word; a family's own values may be anything short."""
    return _pattern(ours).fullmatch(plain(theirs)) is not None


def within(ours: str, theirs: str) -> bool:
    """Whether theirs is a piece of ours."""
    return plain(theirs) in plain(ours)


def likeness(ours: str, theirs: str) -> float:
    """How much of the words both have in the same order, 0 to 1."""
    return SequenceMatcher(None, plain(ours).split(), plain(theirs).split(), autojunk=False).ratio()


def difference(ours: str, theirs: str) -> list[Piece]:
    """The two texts as one: what is the same, what was added, what is lacking."""
    a, b = plain(ours).split(), plain(theirs).split()
    pieces: list[Piece] = []
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        own = any(_OWN.search(word) for word in a[a1:a2])
        if tag == "equal" or (own and a2 - a1 <= 2 and b2 - b1 <= _MOST_OWN):
            _add(pieces, Kind.SAME, b[b1:b2])
            continue
        _add(pieces, Kind.LACKING, a[a1:a2])
        _add(pieces, Kind.ADDED, b[b1:b2])
    return pieces


def _add(pieces: list[Piece], kind: Kind, words: Sequence[str]) -> None:
    if not words:
        return
    if pieces and pieces[-1].kind is kind:
        pieces[-1] = Piece(kind, f"{pieces[-1].text} {' '.join(words)}")
    else:
        pieces.append(Piece(kind, " ".join(words)))


def _pattern(ours: str) -> re.Pattern[str]:
    parts = _OWN.split(plain(ours))
    return re.compile("(?:.{0,400}?)".join(re.escape(part) for part in parts), re.DOTALL)
