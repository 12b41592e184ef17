"""Template files, read with every fault on the way: `template.toml`, and a Markdown file per language."""

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, NamedTuple, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from broadcaster.kinds import Channel, Purpose
from broadcaster.templating import template as kinds
from broadcaster.templating.faults import Finding
from broadcaster.templating.lines import complaints, line_of, unreadable
from broadcaster.templating.template import OF_THE_DISTRICT, PER_FAMILY, Audience, FieldType, TranslationStatus
from broadcaster.text import languages

FENCE = "+++"


def _as_given(value: Any) -> Any:
    """A default as a person would write it: `default = true` means `yes`, an array is comma separated."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return str(value) if not isinstance(value, dict) else value


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _FieldTable(_Strict):
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    type: FieldType
    label: Annotated[str, Field(min_length=1)]
    help: str = ""
    default: Annotated[str | None, BeforeValidator(_as_given)] = None
    required: bool = False
    choices: tuple[str, ...] = ()

    @field_validator("name")
    @classmethod
    def _free(cls, name: str) -> str:
        if name in PER_FAMILY or name in OF_THE_DISTRICT:
            raise ValueError(f"{name} is provided by the system: choose another name")
        return name

    @model_validator(mode="after")
    def _choices_fit(self) -> Self:
        if (self.type is FieldType.CHOICE) != bool(self.choices):
            raise ValueError("a field of type choice has `choices`, and no other has")
        return self


class _TemplateFile(_Strict):
    title: Annotated[str, Field(min_length=1, max_length=100)]
    purpose: Purpose
    audience: Audience = "families"
    channels: Annotated[tuple[Channel, ...], Field(min_length=1)]
    order: int = 1000
    fields: tuple[_FieldTable, ...] = ()

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [field.name for field in self.fields]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"two fields have the name {min(twice)}")
        return self


class _TranslationTable(_Strict):
    status: TranslationStatus
    by: Annotated[str, Field(min_length=1)]
    on: date
    of: str = ""


class _Made(NamedTuple):
    status: TranslationStatus
    by: str
    on: date | None
    of: str


_ORIGINAL = _Made(TranslationStatus.REVIEWED, "", None, "")


class _FrontMatter(_Strict):
    subject: Annotated[str, Field(min_length=1)]
    sms: str = ""
    preheader: str = ""
    translation: _TranslationTable | None = None


def read_template(folder: Path) -> tuple[kinds.Template | None, list[Finding]]:
    """The template in `folder`, or None where its `template.toml` can't be used; and what was found in each file.

    Placeholders are not looked at here. Languages whose file can't be used are left out.
    """
    finding = Finding(folder / "template.toml")
    about = _read_about(finding)
    if about is None:
        return None, [finding]
    findings, wordings = [finding], {}
    for path in sorted(folder.glob("*.md")):
        findings.append(of_file := Finding(path))
        if wording := _read_wording(path, of_file):
            wordings[wording.language] = wording
    if not (folder / f"{languages.DEFAULT}.md").exists():
        finding.error(1, "there is no English wording", f"add {languages.DEFAULT}.md beside it")
    fields = tuple(kinds.Field(**field.model_dump()) for field in about.fields)
    template = kinds.Template(
        folder.name,
        about.title,
        about.purpose,
        about.audience,
        about.channels,
        about.order,
        fields,
        _english_first(wordings),
    )
    return template, findings


def _english_first(wordings: dict[str, kinds.Wording]) -> dict[str, kinds.Wording]:
    return dict(sorted(wordings.items(), key=lambda item: (item[0] != languages.DEFAULT, item[0])))


def _read_about(finding: Finding) -> _TemplateFile | None:
    toml = _text_of(finding)
    table = _parsed(toml, 0, finding) if toml is not None else None
    if toml is None or table is None:
        return None
    try:
        return _TemplateFile.model_validate(table)
    except ValidationError as error:
        for line, wrong, right in complaints(toml, error):
            finding.error(line, wrong, right)
        return None


def _read_wording(path: Path, finding: Finding) -> kinds.Wording | None:
    if languages.recognise(path.stem) != path.stem:
        finding.error(1, f"{path.stem} is no BCP 47 language tag", "name the file like es.md, so.md or es-MX.md")
        return None
    text = _text_of(finding)
    if text is None:
        return None
    front, body, body_line = _split(text, finding)
    table = _parsed(front, 1, finding) if front else None
    if front is None or table is None:
        return None
    try:
        matter = _FrontMatter.model_validate(table)
    except ValidationError as error:
        for line, wrong, right in complaints(front, error):
            finding.error(line + 1, wrong, right)
        return None
    _look_at_translation(path.stem, matter, front, finding)
    made = matter.translation or _ORIGINAL
    lines = {**_lines(front), "body": body_line}
    texts = (matter.subject, matter.sms, matter.preheader, body)
    return kinds.Wording(path.stem, *texts, path, made.status, made.by, made.on, made.of, lines)


def _lines(front: str) -> dict[str, int]:
    """The line of the file on which the text of each front matter key begins, and what says of which English it is."""
    lines = {}
    for name in ("subject", "preheader", "sms"):
        line = line_of(front, (name,))
        opens_block = re.search(r'=\s*("""|\'\'\')\s*$', front.splitlines()[line - 1])
        lines[name] = line + 1 + bool(opens_block)
    return {**lines, "translation": line_of(front, ("translation", "of")) + 1}


def _look_at_translation(tag: str, matter: _FrontMatter, front: str, finding: Finding) -> None:
    if tag == languages.DEFAULT and matter.translation is not None:
        line = line_of(front, ("translation",)) + 1
        finding.error(line, "English has a [translation]", "remove it: English is the original")
    if tag != languages.DEFAULT and matter.translation is None:
        right = "add one with status (reviewed, machine or draft), by, and on (a date)"
        finding.error(1, "there is no [translation]", right)


def _split(text: str, finding: Finding) -> tuple[str | None, str, int]:
    """Front matter, body, and the line on which the body begins."""
    lines = text.splitlines()
    if not lines or lines[0].strip() != FENCE:
        finding.error(
            1,
            "there is no front matter",
            f"begin the file with a line {FENCE}, then subject, sms and preheader, then {FENCE}",
        )
        return None, "", 1
    end = next((number for number, line in enumerate(lines[1:], start=1) if line.strip() == FENCE), None)
    if end is None:
        finding.error(1, "the front matter has no end", f"put a line {FENCE} after it")
        return None, "", 1
    return "\n".join(lines[1:end]) + "\n", "\n".join(lines[end + 1 :]), end + 2


def _parsed(toml: str, offset: int, finding: Finding) -> dict[str, Any] | None:
    try:
        return tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        line, complaint = unreadable(toml, error)
        finding.error(line + offset, f"this is not TOML: {complaint}", 'put text in double quotes: key = "text"')
        return None


def _text_of(finding: Finding) -> str | None:
    try:
        return finding.file.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = finding.file.read_bytes()[: error.start].count(b"\n") + 1
        finding.error(line, "this is not UTF-8 text", "save the file as UTF-8")
    except OSError as error:
        finding.error(
            1, f"can't be read: {error.strerror}", "a template is a folder with template.toml and en.md in it"
        )
    return None
