"""Template files, read with every fault on the way: `template.toml`, and a Markdown file per language."""

from datetime import date
from typing import Annotated, Any, NamedTuple, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from broadcaster.kinds import Channel, Purpose
from broadcaster.templating import template as kinds
from broadcaster.templating.faults import Finding
from broadcaster.templating.files import ABOUT, WHAT_IT_IS, Files
from broadcaster.templating.lines import complaints, line_of
from broadcaster.templating.matter import lines_of, parsed, split, tag_of
from broadcaster.templating.template import (
    OF_THE_DISTRICT,
    PARTS,
    PER_FAMILY,
    Audience,
    FieldType,
    Part,
    TranslationStatus,
)
from broadcaster.text import languages

_ENGLISH = f"{languages.DEFAULT}.md"


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
    editable: tuple[Part, ...] = PARTS
    public: bool = True
    acknowledge: bool = False
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


def read_template(files: Files) -> tuple[kinds.Template | None, list[Finding]]:
    """The template in these files, or None where its `template.toml` can't be used; and what was found in each file.

    Placeholders are not looked at here. Languages whose file can't be used are left out.
    """
    finding = Finding(files.place / ABOUT)
    about = _read_about(files, finding)
    if about is None:
        return None, [finding]
    findings, wordings = [finding], {}
    for name in files.names():
        if name != ABOUT:
            findings.append(of_file := Finding(files.place / name))
            if wording := _read_wording(files, name, of_file):
                wordings[wording.language] = wording
    if _ENGLISH not in files.names():
        finding.error(1, "there is no English wording", f"add {_ENGLISH} beside it")
    template = kinds.Template(
        files.name,
        about.title,
        about.purpose,
        about.audience,
        about.channels,
        about.order,
        _fields(about, files.texts[ABOUT]),
        _english_first(wordings),
        about.editable,
        files.version,
        public=about.public,
        acknowledge=about.acknowledge,
    )
    return template, findings


def _fields(about: _TemplateFile, toml: str) -> tuple[kinds.Field, ...]:
    lines = [line_of(toml, ("fields", number, "default")) for number in range(len(about.fields))]
    return tuple(kinds.Field(**field.model_dump(), line=line) for field, line in zip(about.fields, lines, strict=True))


def _english_first(wordings: dict[str, kinds.Wording]) -> dict[str, kinds.Wording]:
    return dict(sorted(wordings.items(), key=lambda item: (item[0] != languages.DEFAULT, item[0])))


def _read_about(files: Files, finding: Finding) -> _TemplateFile | None:
    if ABOUT not in files.names():
        finding.error(1, "there is no such file", WHAT_IT_IS)
    toml = _text_of(files, ABOUT, finding)
    table = parsed(toml, 0, finding) if toml is not None else None
    if toml is None or table is None:
        return None
    try:
        return _TemplateFile.model_validate(table)
    except ValidationError as error:
        for line, wrong, right in complaints(toml, error):
            finding.error(line, wrong, right)
        return None


def _read_wording(files: Files, name: str, finding: Finding) -> kinds.Wording | None:
    tag = tag_of(name, finding)
    text = _text_of(files, name, finding) if tag else None
    if text is None:
        return None
    front, body, body_line = split(text, finding)
    table = parsed(front, 1, finding) if front else None
    if front is None or table is None:
        return None
    try:
        matter = _FrontMatter.model_validate(table)
    except ValidationError as error:
        for line, wrong, right in complaints(front, error):
            finding.error(line + 1, wrong, right)
        return None
    _look_at_translation(tag, matter, front, finding)
    made = matter.translation or _ORIGINAL
    lines = {**lines_of(front), "body": body_line}
    texts = (matter.subject, matter.sms, matter.preheader, body)
    return kinds.Wording(tag, *texts, finding.file, made.status, made.by, made.on, made.of, lines)


def _look_at_translation(tag: str, matter: _FrontMatter, front: str, finding: Finding) -> None:
    if tag == languages.DEFAULT and matter.translation is not None:
        line = line_of(front, ("translation",)) + 1
        finding.error(line, "English has a [translation]", "remove it: English is the original")
    if tag != languages.DEFAULT and matter.translation is None:
        right = "add one with status (reviewed, machine or draft), by, and on (a date)"
        finding.error(1, "there is no [translation]", right)


def _text_of(files: Files, name: str, finding: Finding) -> str | None:
    if name in files.unreadable:
        finding.faults.append(files.unreadable[name])
    return files.texts.get(name)
