"""The lines that every mail has in its language, and the one over words that are only in English: `standing.toml`.

A translation of them is reviewed like any other, and names the English lines that it was made from.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from broadcaster.templating.faults import BadTemplate, Fault, Finding
from broadcaster.templating.lines import complaints, line_of, unreadable
from broadcaster.templating.template import TranslationStatus
from broadcaster.text.languages import DEFAULT, chain, english_name, recognise

FILE = Path(__file__).resolve().parents[2] / "templates" / "standing.toml"

#: The lines in their order, with what each has to have a place for: who writes, whom to call, where to check a message,
#: how to stop, and what stands over English words.
PLACES: Mapping[str, tuple[str, ...]] = {
    "who": ("{district}",),
    "call": ("{phone}",),
    "check": (),
    "stop": (),
    "english": ("{phone}",),
}

_LANGUAGE = "{language}"  # in the English of the line over English words: the language's name
_MARK_LENGTH = 12  # digits, as in a template's


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines in one language, with `{district}` and `{phone}` to be put in.

    `stale`: the English lines have changed since the translation was made. English counts as reviewed.
    """

    language: str
    who: str
    call: str
    check: str
    stop: str
    english: str
    status: TranslationStatus
    stale: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line for a translator: its name, the English, and the translation, "" while there is none."""

    name: str
    english: str
    translation: str


def mistake(name: str, text: str) -> str:
    """What a translation of the line of that name has to be like and is not; "" where it is right."""
    return _mistake(text, PLACES[name])


def _mistake(text: str, places: tuple[str, ...]) -> str:
    if not text.strip():
        return "should not be empty"
    for place in places:
        if text.count(place) != 1:
            return f"should have {place} in it, once"
        text = text.replace(place, "")
    return f"should have no {{ or }} in it but {' and '.join(places) or 'none'}" if "{" in text or "}" in text else ""


def _with(*places: str) -> AfterValidator:
    def judged(text: str) -> str:
        if wrong := _mistake(text, places):
            raise ValueError(wrong)
        return text

    return AfterValidator(judged)


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Made(_Table):
    status: TranslationStatus
    by: Annotated[str, Field(min_length=1)]
    on: date
    of: str = ""


class _Original(_Table):
    who: Annotated[str, _with(*PLACES["who"])]
    call: Annotated[str, _with(*PLACES["call"])]
    check: Annotated[str, _with(*PLACES["check"])]
    stop: Annotated[str, _with(*PLACES["stop"])]
    english: Annotated[str, _with(_LANGUAGE, *PLACES["english"])]

    def texts(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in PLACES}

    def for_readers_of(self, tag: str) -> dict[str, str]:
        """The English that a translation into that language says."""
        return {name: text.replace(_LANGUAGE, english_name(tag)) for name, text in self.texts().items()}


class _Translated(_Original):
    english: Annotated[str, _with(*PLACES["english"])]
    translation: _Made


class _File(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, _Translated]
    en: _Original

    def translated(self) -> dict[str, _Translated]:
        return self.__pydantic_extra__


def fingerprint(texts: Mapping[str, str]) -> str:
    """A short mark of English lines as a translator saw them, by which a translation names them."""
    words = "\n".join(" ".join(texts.get(name, "").split()) for name in PLACES)
    return hashlib.sha256(words.encode()).hexdigest()[:_MARK_LENGTH]


def all_lines(file: Path | None = None) -> dict[str, Lines]:
    """The lines in every language, English first. Raises BadTemplate where the file can't be used."""
    known = _sound(file or FILE)
    original = known.en.texts()
    found = {DEFAULT: Lines(DEFAULT, **original, status=TranslationStatus.REVIEWED, stale=False)}
    for tag, lines in known.translated().items():
        found[tag] = Lines(tag, **lines.texts(), status=lines.translation.status, stale=_is_stale(tag, lines, known.en))
    return found


def lines_for(language: str, file: Path | None = None) -> Lines:
    """The lines in the best language for a reader of `language`, English at worst. Raises BadTemplate."""
    found = all_lines(file)
    return next(found[tag] for tag in chain(language) if tag in found)


def waiting(file: Path | None = None) -> list[str]:
    """The languages whose lines no emergency may use: nobody has reviewed them as the English is now. Raises
    BadTemplate.
    """
    found = all_lines(file).values()
    return [lines.language for lines in found if lines.stale or lines.status is not TranslationStatus.REVIEWED]


def look_at(file: Path | None = None) -> Finding:
    """What is wrong with the file."""
    finding = Finding(file or FILE)
    known = _read(finding)
    if known is None:
        return finding
    toml = finding.file.read_text(encoding="utf-8")
    for tag, lines in known.translated().items():
        if _is_stale(tag, lines, known.en):
            right = f'compare them, then write of = "{_of(tag, known.en)}" under [{tag}.translation]'
            finding.warn(line_of(toml, (tag, "translation", "of")), "the English lines have changed since", right)
    return finding


def rows(tag: str, file: Path | None = None) -> list[Row]:
    """The lines as a translator into that language needs them. Raises BadTemplate."""
    known = _sound(file or FILE)
    present = known.translated().get(tag)
    texts = present.texts() if present else {}
    return [Row(name, text, texts.get(name, "")) for name, text in known.en.for_readers_of(tag).items()]


def with_reviewed(tag: str, rows: list[Row], by: str, on: date, file: Path | None = None) -> str:
    """The file's new text, with a translator's rows in it as reviewed by them. Nothing is written.

    The rows have the English as the translator saw it, so that a review of an earlier one is stale. Comments stay where
    they stand above the first table. Raises BadTemplate, and ValueError for a row in which `mistake` finds one.
    """
    known = _sound(file or FILE)
    of = fingerprint({row.name: row.english for row in rows})
    made = _Made(status=TranslationStatus.REVIEWED, by=by, on=on, of=of)
    new = _Translated(**{row.name: row.translation for row in rows}, translation=made)
    tables = [_toml(DEFAULT, known.en), *(_toml(*each) for each in {**known.translated(), tag: new}.items())]
    head, table, _ = (file or FILE).read_text(encoding="utf-8").partition(f"[{DEFAULT}]\n")
    return (head if table else "") + "\n".join(tables)


def _toml(tag: str, lines: _Original) -> str:
    table = [f"[{tag}]", *(f"{name} = {_quoted(text)}" for name, text in lines.texts().items())]
    if isinstance(lines, _Translated):
        made = lines.translation
        table += ["", f"[{tag}.translation]", f'status = "{made.status.value}"', f"by = {_quoted(made.by)}"]
        table += [f"on = {made.on}", f'of = "{made.of}"']
    return "\n".join(table) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # TOML's basic strings are JSON's


def _of(tag: str, english: _Original) -> str:
    return fingerprint(english.for_readers_of(tag))


def _is_stale(tag: str, lines: _Translated, english: _Original) -> bool:
    return bool(lines.translation.of) and lines.translation.of != _of(tag, english)


def _sound(file: Path) -> _File:
    finding = Finding(file)
    known = _read(finding)
    if known is None:
        raise BadTemplate(tuple(finding.faults))
    return known


def _read(finding: Finding) -> _File | None:
    """The file, or None where it has faults. It is read each time, and read through again only if it has changed."""
    try:
        toml = finding.file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        finding.error(1, f"can't be read: {error}", "this file holds the lines under every mail, as UTF-8 text")
        return None
    known, faults = _read_through(finding.file, toml)
    finding.faults.extend(faults)
    return known


@lru_cache(maxsize=4)
def _read_through(file: Path, toml: str) -> tuple[_File | None, tuple[Fault, ...]]:
    finding = Finding(file)
    known = None
    try:
        tables = tomllib.loads(toml)
        if DEFAULT not in tables:
            finding.error(1, "there are no English lines", f"add a table [{DEFAULT}]")
        for tag in tables:
            if recognise(tag) != tag:
                right = "name the table like [es], [so] or [es-MX]"
                finding.error(line_of(toml, (tag,)), f"{tag} is no BCP 47 language tag", right)
        known = _File.model_validate(tables) if not finding.faults else None
    except tomllib.TOMLDecodeError as error:
        line, complaint = unreadable(toml, error)
        finding.error(line, f"this is not TOML: {complaint}", 'put text in double quotes: key = "text"')
    except ValidationError as error:
        for line, wrong, right in complaints(toml, error):
            finding.error(line, wrong, right)
    return known, tuple(finding.faults)
