"""What we say to families beside a message's own words: on their pages, in short answers, on letters: `phrases.toml`.

English has every phrase. What a language lacks is said in the next one of its chain, English at worst.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

from pydantic import BaseModel, ConfigDict, ValidationError

from broadcaster.templating.faults import BadTemplate, Finding
from broadcaster.templating.lines import line_of, unreadable
from broadcaster.templating.template import TranslationStatus
from broadcaster.text.languages import DEFAULT, chain, recognise

FILE = Path(__file__).resolve().parents[2] / "templates" / "phrases.toml"


class _About(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    status: TranslationStatus
    by: str
    name: str


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of one language, whole: what it lacks is there in English. `name` is what it calls itself."""

    language: str
    name: str
    status: TranslationStatus
    texts: Mapping[str, str]
    own: frozenset[str]

    @property
    def whole(self) -> bool:
        """Whether it has every phrase itself, as a page in that language needs it."""
        return self.own >= self.texts.keys()


def said(name: str, language: str) -> str:
    """One phrase for a reader of `language`, its places still to be filled."""
    found = all_phrases()
    tag = next(tag for tag in chain(language) if tag in found and name in found[tag].own)
    return found[tag].texts[name]


def page_languages() -> dict[str, Phrases]:
    """The languages that pages are in: those with every phrase."""
    return {tag: each for tag, each in all_phrases().items() if each.whole}


def for_reader(language: str) -> Phrases:
    """The best language of the pages for a reader of `language`."""
    found = page_languages()
    return next(found[tag] for tag in chain(language) if tag in found)


@cache
def all_phrases(file: Path = FILE) -> dict[str, Phrases]:
    """Every language, English first. Raises BadTemplate where the file can't be used. Read once by each process."""
    finding = look_at(file)
    if finding.faults:
        raise BadTemplate(tuple(finding.faults))
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    english = {name: text for name, text in tables[DEFAULT].items() if isinstance(text, str)}
    found = {}
    for tag, table in tables.items():
        about = _About.model_validate(table["translation"])
        own = {name: text for name, text in table.items() if isinstance(text, str)}
        found[tag] = Phrases(tag, about.name, about.status, english | own, frozenset(own))
    return found


def look_at(file: Path = FILE) -> Finding:
    """What is wrong with the file: a phrase that English does not have, or places that are not those of the English."""
    finding = Finding(file)
    try:
        toml = file.read_text(encoding="utf-8")
        tables = tomllib.loads(toml)
    except (OSError, UnicodeDecodeError) as error:
        finding.error(1, f"can't be read: {error}", "this file holds what we say to families, as UTF-8 text")
        return finding
    except tomllib.TOMLDecodeError as error:
        line, complaint = unreadable(toml, error)
        finding.error(line, f"this is not TOML: {complaint}", 'put text in double quotes: name = "text"')
        return finding
    if DEFAULT not in tables:
        finding.error(1, "there are no English phrases", f"add a table [{DEFAULT}]")
        return finding
    for tag, table in tables.items():
        _look_at_language(tag, table, tables[DEFAULT], toml, finding)
    return finding


def _look_at_language(
    tag: str, table: Mapping[str, object], english: Mapping[str, object], toml: str, finding: Finding
) -> None:
    if recognise(tag) != tag:
        finding.error(line_of(toml, (tag,)), f"{tag} is no BCP 47 language tag", "name the table like [es] or [so]")
    try:
        _About.model_validate(table.get("translation"))
    except ValidationError:
        right = "say what the language calls itself (name), its status and by whom"
        finding.error(line_of(toml, (tag,)), "its [translation] is wrong or missing", right)
    for name, text in table.items():
        if name == "translation":
            continue
        original, line = english.get(name), line_of(toml, (tag, name))
        if not isinstance(text, str) or not text.strip():
            finding.error(line, f"{name} is empty", "write it, or take its line out")
        elif not isinstance(original, str):
            finding.error(line, f"there is no phrase {name} in English", "take it out, or add it there")
        elif _places(text) != _places(original):
            right = f"name {', '.join(sorted(_places(original))) or 'none'}"
            finding.error(line, f"{name} names other places than the English", right)


def _places(text: str) -> frozenset[str]:
    """The `{places}` of a phrase."""
    try:
        return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)
    except ValueError:
        return frozenset({"{"})  # a lone brace: no English phrase has one
