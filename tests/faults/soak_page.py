"""What a soak came to: its totals in a line, and its page."""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench import machine
from tests.faults.acts import Plan
from tests.faults.promises import Verdict

#: seeds in a row of the page's table
_GROUP = 10
#: parameters of other faults, which are none themselves
_NO_FAULTS = frozenset({"slow_seconds", "late_seconds", "channels"})
#: what the page calls an act, where its own name does not say enough
NAMES = {
    "kill worker": "one worker killed",
    "kill workers": "all workers killed at once",
    "kill web": "the web process killed",
    "flush": "the broker emptied",
    "restart_broker": "the broker killed and started again",
    "restart_database": "PostgreSQL restarted",
    "pause": "a broadcast paused and resumed",
    "throttled": "requests answered 429",
    "error": "requests answered 500",
    "error_after": "accepted, then answered 500",
    "cut": "connections cut before the vendor accepted",
    "cut_after": "accepted, then the connection cut",
    "black_hole": "requests never answered",
    "slow": "some requests answered seconds late",
    "latency": "every request answered late",
    "callbacks_lost": "callbacks lost",
    "callbacks_late": "callbacks late",
    "callbacks_doubled": "callbacks doubled",
    "callbacks_reordered": "callbacks out of order",
    "events_lost": "mail events lost for good",
}


def kinds(plan: Plan) -> list[str]:
    """Everything that goes wrong in a plan, as often as it does; a pause and its resume are one."""
    found = []
    for act in plan.acts:
        if act.name == "faults":
            found += [name for name in act.what if name not in _NO_FAULTS]
        elif act.name == "kill":
            found.append(f"kill {act.what}")
        elif act.name not in ("send", "resume"):
            found.append(act.name)
    return found


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a seed. `wrong` is what went wrong on purpose; `story` explains a broken promise, line by line."""

    seed: int
    wrong: tuple[str, ...]
    acts: int
    seconds: float
    settling: float
    verdict: Verdict | None
    broken: bool
    story: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over some seeds. A seed that broke off counts no deliveries."""

    seeds: int
    acts: int
    deliveries: int
    unknown: int
    resent: int
    twice: int
    lost: int
    broken: int
    longest: float

    @classmethod
    def of(cls, outcomes: Sequence[Outcome]) -> "Totals":
        """Add them up."""
        verdicts = [one.verdict for one in outcomes if one.verdict]
        return cls(
            seeds=len(outcomes),
            acts=sum(one.acts for one in outcomes),
            deliveries=sum(verdict.deliveries for verdict in verdicts),
            unknown=sum(verdict.unknown for verdict in verdicts),
            resent=sum(verdict.resent for verdict in verdicts),
            twice=sum(verdict.twice for verdict in verdicts),
            lost=sum(verdict.lost for verdict in verdicts),
            broken=sum(one.broken for one in outcomes),
            longest=max((one.seconds for one in outcomes), default=0.0),
        )


@dataclass(frozen=True, slots=True)
class Soak:
    """A whole soak, its outcomes in the order of their seeds."""

    outcomes: Sequence[Outcome]
    seconds: float
    command: str
    database: str

    @property
    def bad(self) -> list[int]:
        """The seeds that broke a promise."""
        return [one.seed for one in self.outcomes if one.broken]

    @property
    def summary(self) -> str:
        """One line."""
        all_of_it = Totals.of(self.outcomes)
        return (
            f"{all_of_it.seeds - all_of_it.broken} of {all_of_it.seeds} seeds kept every promise"
            + (f", not {self.bad}" if self.bad else "")
            + f": {all_of_it.deliveries:,} deliveries, {all_of_it.unknown:,} in doubt at the end, "
            f"{all_of_it.resent:,} resent, {all_of_it.twice:,} twice, {all_of_it.lost:,} lost; {self.seconds:,.0f} s"
        )


_HEAD = """\
# Soaked

Written by `{command}` on {when}; no figure is typed by hand. Each seed is a house of its own on {database} (workers,
web, broker, simulated vendors) with 200 to 320 families and two or three broadcasts, to which things are done at
random for nine seconds. Then all faults end, and everything has to settle. `docs/sending.md` says what the promises
are, `tests/faults/promises.py` how they are judged: by the simulated vendors' own count of what each address got.

**Machine:** {machine}.

**{summary}.**

- *in doubt*: mail that stays `unknown` because no event ever told of it and `mail_silence_seconds` is off in that
  seed, as it is as shipped: a person decides.
- *resent*: sent again after an outcome that nobody knew, and the ledger shows each: a text once Twilio says that it
  never had it, mail as policy says.
- *twice*: copies at one address that no resend in the ledger accounts for. *lost*: counted as sent, and never came.
- *longest*: seconds that the slowest seed took, from an empty folder to everything settled.
"""


def write(soak: Soak, today: datetime.date | None = None) -> str:
    """The page: totals, a row for each ten seeds, what went wrong on purpose, and every seed folded away."""
    today = today or datetime.datetime.now(datetime.UTC).date()
    names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    head = _HEAD.format(
        command=soak.command,
        when=f"{today:%d %B %Y}",
        database=names[soak.database],
        machine=machine.describe(),
        summary=soak.summary,
    )
    every = soak.outcomes
    groups = [every[at : at + _GROUP] for at in range(0, len(every), _GROUP)]
    parts = [
        head,
        _sums([*((_span(group), Totals.of(group)) for group in groups), ("**all**", Totals.of(every))]),
        "\n## What went wrong on purpose\n",
        _causes(every),
        "\n<details><summary>Every seed</summary>\n",
        _sums((str(one.seed), Totals.of([one])) for one in every),
        "\n</details>",
    ]
    return "\n".join(parts) + "\n"


def _span(group: Sequence[Outcome]) -> str:
    return f"{group[0].seed}–{group[-1].seed}" if len(group) > 1 else str(group[0].seed)


def _sums(rows: Iterable[tuple[str, Totals]]) -> str:
    head = "seeds | acts | deliveries | in doubt | resent | twice | lost | longest | broken promises"
    lines = [f"| {head} |", "|---" + "|--:" * head.count("|") + "|"]
    for name, sums in rows:
        cells = (sums.acts, sums.deliveries, sums.unknown, sums.resent, sums.twice, sums.lost)
        counts = " | ".join(f"{cell:,}" for cell in cells)
        lines.append(f"| {name} | {counts} | {sums.longest:.0f} s | {sums.broken or 'none'} |")
    return "\n".join(lines)


def _causes(outcomes: Sequence[Outcome]) -> str:
    times = Counter(name for one in outcomes for name in one.wrong)
    seeds = Counter(name for one in outcomes for name in set(one.wrong))
    lines = ["| what | times | in seeds |", "|---|--:|--:|"]
    lines += [f"| {NAMES.get(name, name)} | {many} | {seeds[name]} |" for name, many in times.most_common()]
    return "\n".join(lines)
