"""How many text message segments a text needs, exactly as a phone network counts them.

The alphabet is GSM 03.38 (3GPP TS 23.038, 6.2.1); joined messages spend room on a header (3GPP TS 23.040, 9.2.3.24),
which leaves 153 of 160 septets or 67 of 70 code units. Vendors bill by segment, and a sender's rate is in segments/s.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import regex  # type: ignore[import-untyped]  # ships no types; \X is the only standard-keeping cluster splitter at hand

Encoding = Literal["GSM-7", "UCS-2"]

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = "\f^{}\\[~]|€"  # an escape septet goes before each of these


class _Room(NamedTuple):
    """What fits in a message of one segment, and in each segment of a joined one."""

    alone: int
    joined: int


_SEPTETS = _Room(160, 153)
_CODE_UNITS = _Room(70, 67)

_only_basic = regex.compile(f"[{regex.escape(BASIC)}]*").fullmatch
_only_gsm = regex.compile(f"[{regex.escape(BASIC + EXTENSION)}]*").fullmatch
_not_gsm = regex.compile(f"[^{regex.escape(BASIC + EXTENSION)}]").findall
_extensions = regex.compile(f"[{regex.escape(EXTENSION)}]").findall
_clusters = regex.compile(r"\X").findall  # extended grapheme clusters, UAX #29

_PLAIN = {
    **dict.fromkeys("‘’‚‛′‹›`´ʻʼ", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2008\u2009\u200a\u202f\u3000\t", " "),
    **dict.fromkeys("\u00ad\u200b\u2060\ufeff\u200e\u200f", ""),
    **dict.fromkeys("•·●‣▪", "*"),
    **dict.fromkeys("\u2028\u2029\u0085", "\n"),
    "…": "...",
    "ª": "a",
    "º": "o",
    "⁄": "/",
    "№": "No.",
    "™": "TM",
    "©": "(c)",
    "®": "(R)",
    "Œ": "OE",
    "œ": "oe",
}


@dataclass(frozen=True, slots=True)
class Forcing:
    """A character that makes the whole text UCS-2. `plain` may stand instead in GSM-7 (it can be empty), or is None."""

    char: str
    plain: str | None


@dataclass(frozen=True, slots=True)
class Measure:
    """The size of a text. `units` are septets in GSM-7 and UTF-16 code units in UCS-2.

    `forcing` holds each character outside GSM-7 once, in the order of the text.
    """

    encoding: Encoding
    segments: int
    units: int
    forcing: tuple[Forcing, ...] = ()


def measure(text: str) -> Measure:
    """The encoding, segments and units of a text. An empty text is 0 segments: vendors refuse to send it.

    An extension character, a surrogate pair and a grapheme cluster are never split between segments (a cluster longer
    than a whole segment has to be: between its code points). In GSM-7 the only cluster is CR LF, which may be split.
    """
    if _only_basic(text):
        units = len(text)
        return Measure("GSM-7", _packed(units, _SEPTETS), units)
    if _only_gsm(text):
        units = len(text) + len(_extensions(text))
        if units <= _SEPTETS.alone:
            return Measure("GSM-7", 1, units)
        return Measure("GSM-7", _filled((1 + (char in EXTENSION) for char in text), _SEPTETS.joined), units)
    units = _code_units(text)
    forcing = tuple(Forcing(char, plain_substitute(char)) for char in dict.fromkeys(_not_gsm(text)))
    return Measure("UCS-2", _ucs2_segments(text, units), units, forcing)


def plain_substitute(char: str) -> str | None:
    """What could stand for `char` in GSM-7: `'` for a curly quote, `a` for an accented one. None where nothing can."""
    if char in _PLAIN:
        return _PLAIN[char]
    parts = (part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part))
    bare = "".join(_PLAIN.get(part, part) for part in parts)
    return bare if bare and bare != char and _only_gsm(bare) else None


def _ucs2_segments(text: str, units: int) -> int:
    if units <= _CODE_UNITS.alone:
        return 1
    clusters = _clusters(text)
    if len(clusters) == units:  # each is one code unit: nothing that could be split
        return _packed(units, _CODE_UNITS)
    return _filled(_unsplittable(clusters), _CODE_UNITS.joined)


def _unsplittable(clusters: Iterable[str]) -> Iterable[int]:
    """The code units of each piece that may not be split."""
    for cluster in clusters:
        units = _code_units(cluster)
        if units <= _CODE_UNITS.joined:
            yield units
        else:
            yield from map(_code_units, cluster)


def _packed(units: int, room: _Room) -> int:
    """Segments when a segment may end anywhere."""
    if units <= room.alone:
        return min(units, 1)
    return -(-units // room.joined)


def _filled(pieces: Iterable[int], room: int) -> int:
    """Segments when each piece goes whole into the current segment or else begins the next."""
    segments, used = 1, 0
    for piece in pieces:
        if used + piece > room:
            segments, used = segments + 1, 0
        used += piece
    return segments


def _code_units(text: str) -> int:
    """UTF-16 code units: characters above U+FFFF are pairs."""
    return len(text) + sum(char > "\uffff" for char in text)
