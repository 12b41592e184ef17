"""Languages as BCP 47 tags: read from what rosters write, named in English, and their chains of fallback.

Names come from the Unicode CLDR (through Babel), three-letter codes from its alias table (ISO 639-2 and 639-3).
"""

import pickle
import re
import unicodedata
from collections.abc import Collection
from functools import cache, lru_cache
from pathlib import Path

from babel import Locale
from babel.core import get_global
from babel.localedata import locale_identifiers, resolve_locale_filename

DEFAULT = "en"

# What CLDR has no word for, but school rosters do.
_ALSO_CALLED = {
    "afaan oromo": "om",
    "afaan oromoo": "om",
    "burmese": "my",
    "cambodian": "km",
    "castellano": "es",
    "chinese mandarin": "zh",
    "dari": "fa-AF",
    "farsi": "fa",
    "hmong daw": "mww",
    "hmoob": "hmn",
    "hmong leng": "hnj",
    "karen": "kar",
    "mandarin": "zh",
    "mandarin chinese": "zh",
    "norsk bokmal": "nb",
    "norsk nynorsk": "nn",
    "s'gaw karen": "ksw",
    "soomaali": "so",
    "tagalog": "tl",
    "tibetan": "bo",
    "white hmong": "mww",
}
_NAMES_CLDR_LACKS = {"mww": "Hmong (White)", "kar": "Karen", "ksw": "Karen (S'gaw)", "tl": "Tagalog"}
_ISO_639_3 = frozenset({"mww", "hmn", "hnj", "kar", "ksw", "yue"})
# A variety falls back to the language that its readers read as well.
_READ_AS = {
    **dict.fromkeys(("mww", "hnj"), "hmn"),
    **dict.fromkeys(("arz", "apc", "arq", "ary"), "ar"),
    **dict.fromkeys(("hae", "gax"), "om"),
    **dict.fromkeys(("nb", "nn"), "no"),
    "ksw": "kar",
    "prs": "fa",
    "tl": "fil",
}
_RIGHT_TO_LEFT = frozenset(
    {"ar", "arz", "apc", "arq", "ary", "fa", "prs", "he", "yi", "ur", "ps", "ckb", "dv", "sd", "ug"}
)
# These say that nothing is known, though CLDR reads them as codes (Nauru, Norwegian).
_SAYS_NOTHING = frozenset({"", "na", "n/a", "no", "none", "und", "mis", "mul", "zxx", "unknown", "other"})
_TAG = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?", re.IGNORECASE)


def chain(tag: str) -> tuple[str, ...]:
    """The tags to try for a reader of `tag`, best first: `es-MX` -> es-MX, es, en; `mww` -> mww, hmn, en."""
    tags: list[str] = []
    rest = tag
    while rest and rest not in tags:
        tags.append(rest)
        rest = rest.rpartition("-")[0] or _READ_AS.get(rest, "")
    return (*tags, DEFAULT) if DEFAULT not in tags else tuple(tags)


def resolve(tag: str, available: Collection[str]) -> str:
    """The best of the available tags for a reader of `tag`; English where none fits, and for an empty tag."""
    return next((step for step in chain(tag) if step in available), DEFAULT)


@lru_cache(maxsize=4096)
def recognise(raw: str) -> str:
    """The BCP 47 tag that a roster's word for a language means (`Spanish`, `SPA`, `es_MX`); "" where it means none."""
    whole = _folded(raw)
    if whole in _SAYS_NOTHING:
        return ""
    found = _as_name(whole) or _as_tag(raw.strip()) or _own_names().get(whole, "")
    if found:
        return found
    pieces = [piece.strip() for piece in re.split(r"[(),;/|:&-]+", whole)]
    if len(pieces) < 2:
        return ""
    return next(
        (tag for piece in pieces if piece not in _SAYS_NOTHING and (tag := _as_name(piece) or _as_tag(piece))), ""
    )


def english_name(tag: str) -> str:
    """What the language is called in English; the tag itself where CLDR has no name for it."""
    if tag in _NAMES_CLDR_LACKS:
        return _NAMES_CLDR_LACKS[tag]
    language, _, region = tag.partition("-")
    name = Locale(DEFAULT).languages.get(language, language)
    place = Locale(DEFAULT).territories.get(region.rpartition("-")[2], "")
    return f"{name} ({place})" if place else name


def name_in(tag: str, reader: str) -> str:
    """What the language is called in the language `reader`; in English where CLDR does not say."""
    return str(Locale.parse(reader, sep="-").languages.get(tag) or english_name(tag))


def is_right_to_left(tag: str) -> bool:
    """Whether the language is written from right to left."""
    return tag.partition("-")[0] in _RIGHT_TO_LEFT


def _folded(raw: str) -> str:
    """Lower case without accents, with single spaces."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", raw) if not unicodedata.combining(char))
    return " ".join(bare.replace("\u2019", "'").casefold().split())


def _as_name(folded: str) -> str:
    return _ALSO_CALLED.get(folded) or _english_names().get(folded, "")


def _as_tag(text: str) -> str:
    parts = _TAG.fullmatch(text)
    if parts is None or text.casefold() in _SAYS_NOTHING:
        return ""
    code = parts[1].lower()
    known = Locale(DEFAULT).languages
    if code not in known and code not in _ISO_639_3:
        code = get_global("language_aliases").get(code, "").replace("_", "-")
    if not code:
        return ""
    script, region = (parts[2] or "").title(), (parts[3] or "").upper()
    return "-".join(part for part in (code, script, region) if part)


@cache
def _english_names() -> dict[str, str]:
    names = {_folded(name): tag for tag, name in Locale(DEFAULT).languages.items() if tag.isalpha()}
    return {name: tag for name, tag in names.items() if name not in _SAYS_NOTHING}


@cache
def _own_names() -> dict[str, str]:
    """What each language calls itself. Reads all of CLDR (half a second): only for words that nothing else explains.

    From Babel's files, since Babel itself would keep all that it reads: 130 MB.
    """
    names: dict[str, str] = {}
    for tag in sorted(name for name in locale_identifiers() if "_" not in name):
        data = pickle.loads(Path(resolve_locale_filename(tag)).read_bytes())  # noqa: S301 - the library's own files
        if own := data["languages"].get(tag):
            names.setdefault(_folded(own), tag)
    return names
