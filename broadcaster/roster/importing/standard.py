"""The columns of a file whose standard names them: by their names, however spelt, and the district's own beside them.

Capitals, blanks and underscores do not count, and a name that is nearly right is taken for what it nearly is:
real exports misspell the optional ones. A district's own columns (`metadata.homeLanguage`, `ext.may_contact`) are
matched by their words, as those of a plain CSV are.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from broadcaster.roster.importing import sheets
from broadcaster.roster.importing.errors import ImportRefused
from broadcaster.roster.importing.files import File
from broadcaster.roster.importing.headers import Columns, families_columns
from broadcaster.roster.importing.reading import Reading
from broadcaster.roster.importing.sheets import Sheet

_OWN = re.compile(r"(?i)(?:metadata|ext)[._ ]+")
_OWN_MEANINGS = ("language", "may_contact", "do_not_contact", "lives_with", "relationship", "phone_type", "phone")
_NEARLY = 0.87  # one letter too many, too few or swapped in a name of eight
_SHORTEST = 6  # letters; shorter names are too much alike


@dataclass(frozen=True)
class Standard:
    """A file of a standard: its name, the columns it must have, and those it may have, as the standard spells them.

    `others` are other spellings that are in use, with the standard's.
    """

    file: str
    needs: tuple[str, ...]
    may_have: tuple[str, ...] = ()
    others: tuple[tuple[str, str], ...] = ()


def folded(name: str) -> str:
    """A header without capitals, blanks and signs."""
    return re.sub(r"[\W_]+", "", name).casefold()


def sheet(file: File, standard: Standard, reading: Reading) -> Sheet:
    """Read the header of a file. Warns of misspelt names. Raises ImportRefused if a needed column is not there."""
    header = sheets.header_of(file)
    at, nearly = _places(header, standard)
    missing = [name for name in standard.needs if name not in at]
    if missing:
        raise ImportRefused(f"{file.where}: no column {', '.join(missing)}; the header has: {sheets.shown(header)}")
    for given, name in nearly:
        reading.at(file.name, 1).warn(given, f"taken for {name}")
    own = families_columns([cell[found.end() :] if (found := _OWN.match(cell.strip())) else "" for cell in header])
    extra = {meaning: own.at[meaning] for meaning in _OWN_MEANINGS if meaning in own.at}
    typed = dict(zip(at.get("phone", ()), extra.get("phone_type", ()), strict=False))
    return Sheet(file, Columns(tuple(cell.strip() for cell in header), extra | at, typed))


def _places(header: Sequence[str], standard: Standard) -> tuple[dict[str, tuple[int, ...]], list[tuple[str, str]]]:
    names = {folded(name): name for name in (*standard.needs, *standard.may_have)}
    names |= {folded(other): name for other, name in standard.others}
    at, rest = dict[str, tuple[int, ...]](), dict[int, str]()
    for place, cell in enumerate(header):
        if name := names.get(folded(cell)):
            at.setdefault(name, (place,))
        elif cell.strip() and not _OWN.match(cell.strip()):
            rest[place] = cell.strip()
    nearly = list[tuple[str, str]]()
    for place, cell in rest.items():
        name = _nearest(folded(cell), (key for key, name in names.items() if name not in at))
        if name:
            at[names[name]] = (place,)
            nearly.append((cell, names[name]))
    return at, nearly


def _nearest(word: str, names: Iterable[str]) -> str:
    likely = [(SequenceMatcher(None, word, name).ratio(), name) for name in names if len(name) >= _SHORTEST]
    ratio, name = max(likely, default=(0.0, ""))
    return name if ratio >= _NEARLY else ""
