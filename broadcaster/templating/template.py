"""What a template is: typed fields, and one wording per language.

templates/weather-closure/
    template.toml   title, purpose, audience, channels, fields
    en.md           the original: front matter (subject, sms, preheader) and the email in Markdown
    es.md ...       a file per language, named by its BCP 47 tag; its front matter has a [translation] too
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Literal

from broadcaster.kinds import Channel, Purpose
from broadcaster.text.languages import DEFAULT

Audience = Literal["families", "staff"]

#: Values that differ from family to family. The system provides them; a template only says where they stand.
PER_FAMILY: Mapping[str, str] = {
    "student_names": "the family's children, by name",
    "school": "the children's school",
    "grade": "the children's grade",
}

#: Values of the letterhead, which every wording may use.
OF_THE_DISTRICT: Mapping[str, str] = {
    "district": "the district's short name where it has one, else its name",
    "district_name": "the district's name",
    "district_phone": "the phone number that families call",
}


class FieldType(StrEnum):
    """What a broadcast field holds. `fields.py` says how each is written."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    LIST = "list"
    URL = "url"
    EMAIL = "email"
    PHONE = "phone"


class TranslationStatus(StrEnum):
    """How far a wording may be trusted: read by a person who answers for it, made by a machine, or neither yet."""

    REVIEWED = "reviewed"
    MACHINE = "machine"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class Field:
    """A value that is the same for all who get the broadcast. `default` is written as a person would give it."""

    name: str
    type: FieldType
    label: str
    help: str = ""
    default: str | None = None
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """A template's words in one language, as written: Jinja in each part, Markdown in `body`.

    `sms` is empty where the template is not for that channel. `by` and `on` say who answers for the translation, and
    since when; English is the original and counts as reviewed. `lines`: on which line of the file each part begins.
    """

    language: str
    subject: str
    sms: str
    preheader: str
    body: str
    path: Path
    translation: TranslationStatus
    by: str = ""
    on: date | None = None
    lines: Mapping[str, int] = field(default_factory=dict)

    def parts(self) -> dict[str, str]:
        """The four texts by name."""
        return {"subject": self.subject, "preheader": self.preheader, "sms": self.sms, "body": self.body}


@dataclass(frozen=True, slots=True)
class Template:
    """A message in the library, checked. `order` is its place in lists; equal ones go by name."""

    name: str
    title: str
    purpose: Purpose
    audience: Audience
    channels: tuple[Channel, ...]
    order: int
    fields: tuple[Field, ...] = ()
    languages: Mapping[str, Wording] = field(default_factory=dict)

    @property
    def english(self) -> Wording:
        """The original."""
        return self.languages[DEFAULT]

    def field(self, name: str) -> Field | None:
        """The broadcast field of that name."""
        return next((field for field in self.fields if field.name == name), None)
