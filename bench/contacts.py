"""The people everybody writes to: made up, with phones and mail addresses that nobody else has."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random

from broadcaster.demo.addresses import Addresses

_HEADER = ("student_id", "student_name", "school", "grade", "contact_id", "contact_name", "relationship", "language")
#: a family of the paced run has up to so many phones, so that waves matter
_MOST_PHONES = 3


def contacts(number: int) -> list[tuple[str, str]]:
    """Phone and mail address of so many contacts; always the same ones."""
    addresses = Addresses(Random(1))
    return [(addresses.phone(), f"guardian{place}@example.org") for place in range(number)]


def share(number: int, part: int, parts: int) -> list[tuple[str, str]]:
    """Every so many-th contact, for one of several processes."""
    return list(islice(contacts(number), part, None, parts))


@dataclass(frozen=True, slots=True)
class District:
    """A roster of contacts, each the only guardian of a student, on which audiences of certain sizes can be asked for.

    `sizes` grow; the last is the whole district. The students between one size and the next are one school's.
    """

    sizes: tuple[int, ...]

    def audience(self, contacts: int) -> str:
        """The expression that means so many contacts, one of `sizes`."""
        if contacts == self.sizes[-1]:
            return "district"
        return " or ".join(f'school:"{_school(size)}"' for size in self.sizes[: self.sizes.index(contacts) + 1])

    def write(self, path: Path) -> None:
        """The roster, for `broadcaster import`."""
        schools = [_school(size) for size, low in _steps(self.sizes) for _ in range(size - low)]
        _write(
            path,
            (
                (
                    f"S{place}",
                    f"Child {place}",
                    school,
                    str(place % 12 + 1),
                    f"C{place}",
                    f"Adult {place}",
                    email,
                    phone,
                )
                for place, (school, (phone, email)) in enumerate(zip(schools, contacts(self.sizes[-1]), strict=True))
            ),
        )


def _school(size: int) -> str:
    return f"School {size}"


def _steps(sizes: Sequence[int]) -> Iterable[tuple[int, int]]:
    return zip(sizes, (0, *sizes), strict=False)


@dataclass(frozen=True, slots=True)
class Families:
    """A roster of families with one, two or three phones, a guardian for each, and no mail."""

    number: int

    @property
    def phones(self) -> list[tuple[str, ...]]:
        """The phones of each family; always the same ones."""
        addresses = Addresses(Random(1))
        return [tuple(addresses.phone() for _ in range(place % _MOST_PHONES + 1)) for place in range(self.number)]

    def audience(self, _: int) -> str:
        """Everybody."""
        return "district"

    def write(self, path: Path) -> None:
        """The roster, for `broadcaster import`."""
        _write(
            path,
            (
                (f"S{place}", f"Child {place}", "School", "1", f"C{place}-{rank}", f"Adult {place} {rank}", "", phone)
                for place, phones in enumerate(self.phones)
                for rank, phone in enumerate(phones)
            ),
        )


def _write(path: Path, people: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow((*_HEADER, "email", "phone", "may_contact"))
        rows.writerows((*who, "guardian", "en", email, phone, "yes") for *who, email, phone in people)
