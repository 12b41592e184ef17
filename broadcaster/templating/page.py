"""A translator's page, read with every fault on the way: tables `[template.part]` with `english` and `translation`, and
`[_lines.name]` of the standing lines.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from broadcaster.templating.faults import Finding
from broadcaster.templating.files import text_in
from broadcaster.templating.lines import complaints, line_of, unreadable
from broadcaster.text import languages

_RIGHT = "make the file with `broadcaster templates export LANGUAGE FILE`"


class Pair(BaseModel):
    """One part of a template in both languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    english: str = ""
    translation: str = ""


class Texts(BaseModel):
    """What the page has of one template. The line breaks around a text belong to its quotes."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    subject: Pair = Pair()
    preheader: Pair = Pair()
    sms: Pair = Pair()
    body: Pair = Pair()

    def english(self, part: str) -> str:
        """The English that the translator saw."""
        return self._pair(part).english.strip("\n")

    def translation(self, part: str) -> str:
        """The translation; "" while there is none."""
        text = self._pair(part).translation.strip("\n")
        return text if text.strip() else ""

    @property
    def translated(self) -> bool:
        """Whether any part is."""
        return any(pair.translation.strip() for pair in (self.subject, self.preheader, self.sms, self.body))

    def _pair(self, part: str) -> Pair:
        pair: Pair = getattr(self, part)
        return pair


#: the table of the standing lines, as no template is called
LINES = "_lines"

_TABLES = TypeAdapter(dict[str, Texts])
_LINE_TABLES = TypeAdapter(dict[str, dict[Literal["who", "call", "check", "stop", "english"], Pair]])


@dataclass(frozen=True, slots=True)
class Page:
    """A page that can be read; whether its words are right is another matter."""

    language: str
    templates: Mapping[str, Texts]
    lines: Mapping[str, Pair]
    toml: str

    def line(self, template: str, part: str = "") -> int:
        """Where the template's part (or the template) begins on the page."""
        head = f"[{key(template)}.{part}"
        return next((number for number, line in enumerate(self.toml.split("\n"), 1) if line.startswith(head)), 1)

    def line_of_text(self, template: str, part: str) -> int:
        """The line on which a part's translation begins: that of its key, or the next one after opening quotes."""
        line = line_of(self.toml, (key(template), part, "translation"))
        return line + self.toml.split("\n")[line - 1].rstrip().endswith(("= '''", '= """'))


def key(template: str) -> str:
    """A template's name as a TOML key."""
    return template if re.fullmatch(r"[\w-]+", template, re.ASCII) else f'"{template}"'


def read_page(finding: Finding) -> Page | None:
    """The page in the finding's file, or None where it can't be used."""
    toml = text_in(finding, _RIGHT)
    if toml is None:
        return None
    try:
        tables = tomllib.loads(toml)
        tag = tables.pop("language", None)
        lines = _LINE_TABLES.validate_python({LINES: tables.pop(LINES, {})})[LINES]
        templates = _TABLES.validate_python(tables)
    except tomllib.TOMLDecodeError as error:
        line, complaint = unreadable(toml, error)
        finding.error(line, f"this is not TOML: {complaint}", "begin and end each text with three single quotes")
    except ValidationError as error:
        for line, wrong, right in complaints(toml, error):
            finding.error(line, wrong, right)
    else:
        if isinstance(tag, str) and tag != languages.DEFAULT and languages.recognise(tag) == tag:
            return Page(tag, templates, {str(name): pair for name, pair in lines.items()}, toml)
        wrong = "the language is missing" if tag is None else f"language {tag!r} can't be translated into"
        finding.error(line_of(toml, ("language",)), wrong, _RIGHT)
    return None
