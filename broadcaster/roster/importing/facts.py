"""What a format tells of a roster, one fact at a time. Every format is a reader that yields these, and knows no more.

A fact may come many times (a guardian stands in one row per child): `wanted.py` makes one of them all.
"""

from dataclasses import dataclass

from broadcaster.kinds import Channel


@dataclass(frozen=True, slots=True)
class Point:
    """A usable address, normalised, and as it was written."""

    channel: Channel
    address: str
    as_given: str


@dataclass(frozen=True, slots=True)
class StudentFact:
    """A student. Empty text is what the row does not say."""

    source_id: str
    name: str
    school: str
    grade: str


@dataclass(frozen=True, slots=True)
class ContactFact:
    """A guardian or (`staff` true) a staff member, with the addresses this row has. `language` is a tag or empty."""

    staff: bool
    source_id: str
    name: str
    language: str
    points: tuple[Point, ...]
    school: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class TieFact:
    """A student and a guardian. `lives_with` None: the roster does not say."""

    student: str
    contact: str
    relationship: str
    may_contact: bool
    lives_with: bool | None


Fact = StudentFact | ContactFact | TieFact
