"""The sites of a made-up district: how many of each level, their names, and which child goes where."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from typing import Self

from broadcaster.demo.names import SITE_FEATURES, SITE_WORDS

_STUDENTS_PER_SITE = 290
_MIDDLE_GRADES = ("6", "7", "8")
_HIGH_GRADES = ("9", "10", "11", "12")
GRADES = ("PK", "K", "1", "2", "3", "4", "5", *_MIDDLE_GRADES, *_HIGH_GRADES)


@dataclass(frozen=True, slots=True)
class Sites:
    """Schools by level. `elementary` has those of kindergarten to grade 8 too: they are `through_8`."""

    elementary: tuple[str, ...]
    through_8: frozenset[str]
    middle: tuple[str, ...]
    high: tuple[str, ...]

    @classmethod
    def for_students(cls, students: int) -> Self:
        """As many sites as so many students need; at least one of each level (29,077 students: 100 sites)."""
        sites = max(3, round(students / _STUDENTS_PER_SITE))
        high = max(1, round(sites * 0.12))
        middle = max(1, round(sites * 0.1))
        through_8 = round(sites * 0.14) if sites > 5 else 0
        words = iter(_names(sites))
        k8 = [f"{word} K-8" for word in islice(words, through_8)]
        elementary = [f"{word} Elementary" for word in islice(words, sites - high - middle - through_8)]
        return cls(
            elementary=(*elementary, *k8),
            through_8=frozenset(k8),
            middle=tuple(f"{word} Middle" for word in islice(words, middle)),
            high=tuple(f"{word} High" for word in words),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """All schools."""
        return (*self.elementary, *self.middle, *self.high)

    def school(self, neighbourhood: int, grade: str) -> str:
        """Where a child of a neighbourhood (any number) goes in a grade."""
        near = self.elementary[neighbourhood % len(self.elementary)]
        if grade in _HIGH_GRADES:
            return self.high[neighbourhood % len(self.high)]
        if grade in _MIDDLE_GRADES and near not in self.through_8:
            return self.middle[neighbourhood % len(self.middle)]
        return near


def _names(number: int) -> list[str]:
    """So many different names: every word once before any comes again with another feature."""

    def endless() -> Iterator[str]:
        for again in count():
            turn, feature = divmod(again, len(SITE_FEATURES))
            for place, word in enumerate(SITE_WORDS):
                name = f"{word} {SITE_FEATURES[(place + feature) % len(SITE_FEATURES)]}"
                yield f"{name} {turn + 1}" if turn else name

    return list(islice(endless(), number))
