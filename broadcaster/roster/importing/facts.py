"""What a format tells of a roster, one fact at a time. Every format is a reader that yields these, and knows no more.

A fact may come many times (a guardian stands in one row per child): `wanted.py` makes one of them all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Protocol

from broadcaster.kinds import Channel
from broadcaster.roster.importing.reading import Reading


class Who(Enum):
    """The three sorts of people of a roster. One id may be of each: a teacher who is a parent is two contacts."""

    STUDENT = "student"
    GUARDIAN = "guardian"
    STAFF = "staff"


class Point(NamedTuple):
    """A usable address, normalised, and as it was written."""

    channel: Channel
    address: str
    as_given: str

    @property
    def key(self) -> tuple[Channel, str]:
        """What makes two of a contact one."""
        return self.channel, self.address


@dataclass(frozen=True, slots=True)
class StudentFact:
    """A student. Empty text is what the row does not say. `known_only`: of somebody who is on file as a student."""

    source_id: str
    name: str
    school: str
    grade: str
    known_only: bool = False


@dataclass(frozen=True, slots=True)
class ContactFact:
    """A guardian or (`staff` true) a staff member, with the addresses this row has. `language` is a tag or empty.

    `known_only`: of somebody who is on file as one.
    """

    staff: bool
    source_id: str
    name: str
    language: str
    points: tuple[Point, ...]
    school: str = ""
    role: str = ""
    known_only: bool = False


@dataclass(frozen=True, slots=True)
class TieFact:
    """A student and a guardian. `lives_with` None: the roster does not say."""

    student: str
    contact: str
    relationship: str
    may_contact: bool
    lives_with: bool | None


@dataclass(frozen=True, slots=True)
class CoversFact:
    """The files speak of the families, or of the staff. `complete`: who is not in them has left; else they stay."""

    staff: bool
    complete: bool = True


@dataclass(frozen=True, slots=True)
class GoneFact:
    """Somebody who has left, though the files are not complete."""

    who: Who
    source_id: str


Fact = StudentFact | ContactFact | TieFact | CoversFact | GoneFact


class Source(Protocol):
    """Files that were recognised as one format."""

    def facts(self, reading: Reading) -> Iterator[Fact]:
        """All facts of the files, a row at a time; what can't be taken in goes to `reading`. Raises ImportRefused."""
