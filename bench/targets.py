"""What was promised (issue "The delivery engine", "Measured, not claimed") against what was measured."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench import paced, plan
from bench.findings import Findings
from bench.medians import NotMeasuredError, Row, Table

#: the product's workers, each with so many connections
WORKERS, CONNECTIONS = 2, 64


@dataclass(frozen=True, slots=True)
class Target:
    """`most`: the figure may be at most `wanted`. `stretch`: it was hoped for, not promised."""

    say: str
    wanted: float
    got: float
    most: bool = False
    stretch: bool = False

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
        return f"{'not reached' if self.stretch else '**missed**'}, by a factor of {far:.2f}"


@dataclass(frozen=True, slots=True)
class _Ask:
    """A target before its figure is known; `ratio` raises NotMeasuredError where the run left it out."""

    say: str
    wanted: float
    ratio: Callable[[], float]
    most: bool = False
    stretch: bool = False


def targets(found: Findings) -> dict[str, list[Target]]:
    """For each of our databases every target that this run can judge."""
    judged = {way: list(_judge(found, way)) for way in plan.OURS}
    return {way: those for way, those in judged.items() if those}


def _judge(found: Findings, way: str) -> Iterator[Target]:
    for ask in (*_rates(found.ways, way), *_sizes(found, way), *_pace(found, way)):
        try:
            got = ask.ratio()
        except NotMeasuredError:
            continue
        yield Target(ask.say, ask.wanted, got, ask.most, ask.stretch)


def _rates(table: Table, way: str) -> list[_Ask]:
    def row(who: str, *channels: str, delay: float = 0.0) -> Row:
        return table.row(who, channels or plan.BOTH, delay)

    def times(other: str, *channels: str) -> Callable[[], float]:
        return lambda: row(way, *channels).rate.median / row(other, *channels).rate.median

    def cpu() -> float:
        return row(plan.TASK).cpu_per_1000.median / row(way).cpu_per_1000.median

    return [
        _Ask("texts/s, of a bare loop over the same SDK client", 0.8, times(plan.TUNED, "sms")),
        _Ask("the same, of the loop over the SDK's own HTTP client", 0.8, times(plan.SDK, "sms")),
        _Ask("the same, of two loops at once, one for each of our workers", 0.8, times(plan.TUNED_TWICE, "sms")),
        _Ask(
            f"texts/s at 80 ms, of connections / latency = {WORKERS} x {CONNECTIONS} / 0.08 s = {ceiling():,.0f}/s",
            0.8,
            lambda: row(way, "sms", delay=plan.SLOW).rate.median / ceiling(),
        ),
        _Ask("mails/s, of the SDK posting prepared requests of 1000", 1, times(plan.PREPARED, "email")),
        _Ask("the same, of the SDK and its helpers making each request", 1, times(plan.MADE, "email")),
        _Ask("messages/s, times (b)", 30, times(plan.TASK)),
        _Ask("messages/s, times (b), the stretch", 150, times(plan.TASK), stretch=True),
        _Ask("messages/s, times (c)", 50, times(plan.NOTIFY)),
        _Ask("CPU for a message: (b) needs so many times ours", 30, cpu),
        _Ask("CPU for a message: (b) needs so many times ours, the stretch", 100, cpu, stretch=True),
        _Ask(
            "peak memory, of (b)'s",
            1,
            lambda: row(way).memory.median / row(plan.TASK).memory.median,
            most=True,
        ),
        _Ask(
            f"seconds to the first message, {_largest(table, way)} contacts",
            0.5,
            lambda: row(way).first.median,
            most=True,
        ),
    ]


def ceiling() -> float:
    """Messages a second that so many connections can carry at most, where each answer takes SLOW seconds."""
    return WORKERS * CONNECTIONS / plan.SLOW


def _largest(table: Table, way: str) -> str:
    try:
        return f"{table.row(way, plan.BOTH).case.contacts:,}"
    except NotMeasuredError:
        return ""


def _sizes(found: Findings, way: str) -> list[_Ask]:
    def few_and_many() -> tuple[Row, Row]:
        rows = sorted((row for row in found.size.rows if row.way == way), key=lambda row: row.case.messages)
        if len(rows) < 2:
            raise NotMeasuredError(way)
        return rows[0], rows[-1]

    def cpu() -> float:
        few, many = few_and_many()
        return many.cpu_per_1000.median / few.cpu_per_1000.median

    def memory() -> float:
        few, many = few_and_many()
        return many.memory.median / few.memory.median

    return [
        _Ask("CPU for a message at the most deliveries, of that at the fewest", 1.15, cpu, most=True),
        _Ask("peak memory at the most deliveries, of that at the fewest", 1.2, memory, most=True),
    ]


def _pace(found: Findings, way: str) -> list[_Ask]:
    def run() -> paced.Paced:
        for one in found.paced:
            if one.result.way == way:
                return one
        raise NotMeasuredError(way)

    allowed = paced.texts_allowed(paced.RATE)
    return [
        _Ask("paced: how far off its rate over the whole run", 0.02, lambda: abs(run().overall / paced.RATE - 1), True),
        _Ask(f"paced: the most texts in any {paced.STRETCH:.0f} s", allowed, lambda: run().fastest, True),
        _Ask("paced: 99 % of the families, of families / rate", 1.02, lambda: run().families_by, True),
    ]
