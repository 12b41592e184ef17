"""Many rounds become one figure each: the median, and ratios of medians from the same run."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from bench import plan
from bench.measure import Case, Result

#: both workers of the product, with 64 connections each
CONNECTIONS = 2 * 64


@dataclass(frozen=True, slots=True)
class Row:
    """The medians of all rounds of a way at a case; duplicates and losses are sums."""

    way: str
    case: Case
    rate: float
    first: float
    cpu_per_1000: float
    memory: float
    duplicates: int
    lost: int


class Table:
    """All rows of a run, in the order in which they were first measured."""

    def __init__(self, results: Iterable[Result]) -> None:
        rounds: dict[tuple[str, Case], list[Result]] = {}
        for result in results:
            rounds.setdefault((result.way, result.case), []).append(result)
        self.rows = [_row(way, case, found) for (way, case), found in rounds.items()]

    def row(self, way: str, channels: tuple[str, ...], delay: float = 0.0) -> Row:
        """The row of a way."""
        return next(row for row in self.rows if (row.way, row.case.channels, row.case.delay) == (way, channels, delay))


def _row(way: str, case: Case, rounds: list[Result]) -> Row:
    return Row(
        way,
        case,
        rate=median(one.rate for one in rounds),
        first=median(one.first for one in rounds),
        cpu_per_1000=median(one.cpu_per_1000 for one in rounds),
        memory=median(one.memory for one in rounds),
        duplicates=sum(one.duplicates for one in rounds),
        lost=sum(one.lost for one in rounds),
    )


@dataclass(frozen=True, slots=True)
class Target:
    """What issue and design ask for, and what was measured. `most`: the figure may be at most `wanted`."""

    say: str
    wanted: float
    got: float
    most: bool = False

    @property
    def met(self) -> bool:
        """Whether it was reached."""
        return self.got <= self.wanted if self.most else self.got >= self.wanted

    @property
    def verdict(self) -> str:
        """Met or missed, and by how much."""
        if self.met:
            return "met"
        far = self.got / self.wanted if self.most else self.wanted / self.got
        return f"missed, by a factor of {far:.2f}"


def targets(table: Table) -> list[Target]:
    """Every target that this run can judge, for both databases."""
    both = plan.TEXTS + plan.MAILS
    task, notify = table.row(plan.TASK, both), table.row(plan.NOTIFY, both)
    found = []
    for way in (plan.OURS_SQLITE, plan.OURS_POSTGRESQL):
        ours, texts, mails = (table.row(way, channels) for channels in (both, plan.TEXTS, plan.MAILS))
        slow = table.row(way, plan.TEXTS, plan.SLOW)
        name = way.removeprefix("e: this product, ")
        found += [
            Target(f"{name}: texts, of a bare loop over the SDK", 0.8, texts.rate / _rate(table, plan.SDK)),
            Target(
                f"{name}: texts, of two bare loops on our HTTP client", 0.8, texts.rate / _rate(table, plan.TUNED_TWICE)
            ),
            Target(f"{name}: texts at 80 ms, of connections / latency", 0.8, slow.rate * plan.SLOW / CONNECTIONS),
            Target(
                f"{name}: mail, of the SDK loop with prepared requests",
                1,
                mails.rate / _mail_rate(table, plan.PREPARED),
            ),
            Target(f"{name}: mail, of the SDK loop with its helpers", 1, mails.rate / _mail_rate(table, plan.MADE)),
            Target(f"{name}: messages/s, times (b)", 30, ours.rate / task.rate),
            Target(f"{name}: messages/s, times (c)", 50, ours.rate / notify.rate),
            Target(f"{name}: CPU per message, a part of (b): one in", 30, task.cpu_per_1000 / ours.cpu_per_1000),
            Target(f"{name}: peak memory, of (b)", 1, ours.memory / task.memory, most=True),
            Target(f"{name}: seconds to the first message", 0.5, ours.first, most=True),
        ]
    return found


def _rate(table: Table, way: str) -> float:
    return table.row(way, plan.TEXTS).rate


def _mail_rate(table: Table, way: str) -> float:
    return table.row(way, plan.MAILS).rate
