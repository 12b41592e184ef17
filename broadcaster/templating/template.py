"""What a template is: typed fields, and one wording per language.

templates/weather-closure/
    template.toml   title, purpose, audience, channels, fields
    en.md           the original: front matter (subject, sms, preheader) and the email in Markdown
    es.md ...       a file per language, named by its BCP 47 tag; its front matter has a [translation] too
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Literal, get_args

from broadcaster.kinds import Channel, Purpose
from broadcaster.text.languages import DEFAULT

Audience = Literal["families", "staff"]

#: Values that differ from family to family, which the roster gives for every audience.
OF_THE_ROSTER: Mapping[str, str] = {
    "student_names": "the family's children, by name",
    "school": "the children's school",
    "grade": "the children's grade",
}

#: Values that differ from family to family, which only a list with values per person can give.
OF_A_LIST: Mapping[str, str] = {
    "absence_date": "the day of the absence",
    "data_involved": "what information was involved",
}

#: All of them. The system provides them; a template only says where they stand.
PER_FAMILY: Mapping[str, str] = {**OF_THE_ROSTER, **OF_A_LIST}

#: Values of the letterhead, which every wording may use.
OF_THE_DISTRICT: Mapping[str, str] = {
    "district": "the district's short name where it has one, else its name",
    "district_name": "the district's name",
    "district_phone": "the phone number that families call",
}


Part = Literal["subject", "preheader", "sms", "body"]

#: A wording's texts, in the order in which its file has them.
PARTS: tuple[Part, ...] = get_args(Part)

_MARK_LENGTH = 12  # digits: two wordings of one template never share one by chance


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
    """A value that is the same for all who get the broadcast. `default` is written as a person would give it; `line` is
    where the template's file has it.
    """

    name: str
    type: FieldType
    label: str
    help: str = ""
    default: str | None = None
    required: bool = False
    choices: tuple[str, ...] = ()
    line: int = dataclass_field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Wording:
    """A template's words in one language, as written: Jinja in each part, Markdown in `body`.

    `sms` is empty where the template is not for that channel. `by` and `on` say who answers for the translation, and
    since when; English is the original and counts as reviewed. `of`: the fingerprint of the English that it was made
    from, "" where nobody wrote it down. `lines`: on which line of the file each part begins.
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
    of: str = ""
    lines: Mapping[str, int] = dataclass_field(default_factory=dict)

    def parts(self) -> dict[str, str]:
        """The four texts by name."""
        return {"subject": self.subject, "preheader": self.preheader, "sms": self.sms, "body": self.body}

    @property
    def fingerprint(self) -> str:
        """See `fingerprint`."""
        return fingerprint(self.parts())


def fingerprint(parts: Mapping[str, str]) -> str:
    """A short mark of a wording's four parts, by which a translation names its English. Line breaks don't count."""
    words = "\n".join(" ".join(parts.get(part, "").split()) for part in PARTS)
    return hashlib.sha256(words.encode()).hexdigest()[:_MARK_LENGTH]


@dataclass(frozen=True, slots=True)
class Template:
    """A message in the library, checked. `order` is its place in lists; equal ones go by name.

    `editable`: the parts that may be changed for one broadcast. `version` is that of a saved template, 0 of a shipped
    one. `outdated_by_change`: the languages that still translate English which was changed for this broadcast.
    `public`: a broadcast of it may stand on the notice board. `acknowledge`: families are asked to answer.
    """

    name: str
    title: str
    purpose: Purpose
    audience: Audience
    channels: tuple[Channel, ...]
    order: int
    fields: tuple[Field, ...] = ()
    languages: Mapping[str, Wording] = dataclass_field(default_factory=dict)
    editable: tuple[Part, ...] = PARTS
    version: int = 0
    outdated_by_change: frozenset[str] = frozenset()
    public: bool = True
    acknowledge: bool = False

    @property
    def english(self) -> Wording:
        """The original."""
        return self.languages[DEFAULT]

    def is_stale(self, language: str) -> bool:
        """Whether the English has changed since the language's wording was made from it, as far as anybody knows."""
        of = self.languages[language].of
        return bool(of) and DEFAULT in self.languages and of != self.english.fingerprint

    def field(self, name: str) -> Field | None:
        """The broadcast field of that name."""
        return next((field for field in self.fields if field.name == name), None)
