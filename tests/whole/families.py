"""Made-up families as a plain CSV: 555-01xx numbers, example.org addresses, no magic among them."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count, product
from pathlib import Path

from broadcaster.sandbox.magic import PLAIN_ENDINGS

HEADER = (
    *("student_id", "student_name", "school", "grade", "contact_id", "contact_name", "relationship", "language"),
    *("email", "phone", "may_contact"),
)
_AREA_CODES = ("612", "651", "763", "952", "507", "218", "320")
#: what a roster says, and the language of the wording the family gets
LANGUAGES = {"en": "en", "es": "es", "so": "so", "hmn": "hmn", "": "en", "Klingon": "en"}
#: every so many-th family is so
_TWO_GUARDIANS, _ONE_PHONE, _SIBLINGS = 3, 6, 5


@dataclass(frozen=True, slots=True)
class Family:
    """A household: its rows in the roster, and the addresses a broadcast to it goes to. `language` is the wording's."""

    rows: tuple[tuple[str, ...], ...]
    language: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]

    def on(self, channel: str = "") -> tuple[str, ...]:
        """Its addresses on a channel, or on both."""
        return {"email": self.emails, "sms": self.phones}.get(channel, self.emails + self.phones)


class Town:
    """Makes families with numbers and addresses that nobody else in town has."""

    def __init__(self) -> None:
        self._numbers = (f"+1{code}555{ending}" for ending, code in product(PLAIN_ENDINGS, _AREA_CODES))
        self._places = count()

    def families(self, school: str, size: int) -> list[Family]:
        """So many families of a school: one or two guardians, one or two children, one phone or more, a language."""
        return [self._family(school, next(self._places)) for _ in range(size)]

    def _family(self, school: str, place: int) -> Family:
        said = list(LANGUAGES)[place % len(LANGUAGES)]
        guardians = 2 if place % _TWO_GUARDIANS == 0 else 1
        phones = [next(self._numbers)]
        while len(phones) < guardians:
            phones.append(phones[0] if place % _ONE_PHONE == 0 else next(self._numbers))
        emails = [f"guardian.{place}.{number}@example.org" for number in range(guardians)]
        rows = []
        for child in range(2 if place % _SIBLINGS == 0 else 1):
            for number, (email, phone) in enumerate(zip(emails, phones, strict=True)):
                name = f"Adult {place} {number}"
                student = (f"S{place}-{child}", f"Child {place} {child}", school, str(child + 1))
                rows.append((*student, f"C{place}-{number}", name, "guardian", said, email, phone, "yes"))
        return Family(tuple(rows), LANGUAGES[said], tuple(emails), tuple(dict.fromkeys(phones)))


def write(path: Path, families: Iterable[Family], header: Sequence[str] = HEADER) -> Path:
    """The families as a file that `broadcaster import` takes."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *(row for family in families for row in family.rows)])
    return path
