"""Many rounds become one figure each: the median, with the least and the most beside it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from bench.measure import Case, Result


class NotMeasuredError(LookupError):
    """This run left it out."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure of several rounds."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, figures: Iterable[float]) -> "Spread":
        """Of one figure at least."""
        found = sorted(figures)
        return cls(median(found), found[0], found[-1])


@dataclass(frozen=True, slots=True)
class Row:
    """All rounds of a way at a case; duplicates and losses are sums."""

    way: str
    case: Case
    rounds: int
    rate: Spread
    first: Spread
    cpu_per_1000: Spread
    memory: Spread
    duplicates: int
    lost: int


class Table:
    """All rows of a part, in the order in which they were first measured."""

    def __init__(self, results: Iterable[Result]) -> None:
        rounds: dict[tuple[str, Case], list[Result]] = {}
        for result in results:
            rounds.setdefault((result.way, result.case), []).append(result)
        self.rows = [_row(way, case, found) for (way, case), found in rounds.items()]

    def row(self, way: str, channels: tuple[str, ...], delay: float = 0.0, contacts: int | None = None) -> Row:
        """The row of a way; the one with the most contacts, unless said otherwise. Raises NotMeasuredError."""
        found = [
            row
            for row in self.rows
            if (row.way, row.case.channels, row.case.delay) == (way, channels, delay)
            and contacts in (None, row.case.contacts)
        ]
        if not found:
            raise NotMeasuredError(way)
        return max(found, key=lambda row: row.case.contacts)


def _row(way: str, case: Case, rounds: Sequence[Result]) -> Row:
    return Row(
        way,
        case,
        len(rounds),
        rate=Spread.of(one.rate for one in rounds),
        first=Spread.of(one.first for one in rounds),
        cpu_per_1000=Spread.of(one.cpu_per_1000 for one in rounds),
        memory=Spread.of(one.memory for one in rounds),
        duplicates=sum(one.duplicates for one in rounds),
        lost=sum(one.lost for one in rounds),
    )
