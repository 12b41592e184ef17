"""What is done to a house during one run, drawn from a seed: the same seed on the same database gives the same acts."""

import random
from dataclasses import dataclass, field
from typing import Any

#: families of the district, drawn between these
FEWEST, MOST = 200, 320
#: seconds in which the acts take place, and the most there are of them beside broadcasts
STAGE = 9.0
MOST_ACTS = 12
#: units a second: most make broadcasts last as long as the acts, one lets them go at once
RATES = (60, 120, 250, 1_000_000)
#: seconds of `mail_silence_seconds`; 0 is off, as shipped: then mail that nobody can tell of stays unknown
SILENCES = (0.0, 2.0, 2.0)

#: an emergency and a general message; some plans send the first again in the very same words
ORDERS = (
    ("weather-closure", "--set", "date=2026-12-01"),
    ("mps-technical-difficulties",),
)


@dataclass(frozen=True, slots=True)
class Act:
    """One act, `at` seconds after the beginning. `name` says what (see `Stage` in performing.py), `what` with what."""

    at: float
    name: str
    what: Any = None

    def __str__(self) -> str:
        return f"{self.at:5.2f} {self.name}" + ("" if self.what is None else f" {self.what}")


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole run: the house it happens in, and the acts in the order of their time.

    `rate` is every sender's, `silence` is `mail_silence_seconds`; `python_broker`: even where a Redis is on PATH.
    """

    seed: int
    families: int
    rate: int
    silence: float
    python_broker: bool
    acts: tuple[Act, ...] = field(repr=False)

    @property
    def longest_request(self) -> float:
        """Seconds until the product gives up waiting for an answer: 30 where a request may find a black hole."""
        return 30.0 if any(act.name == "faults" and act.what.get("black_hole") for act in self.acts) else 0.0

    @property
    def loses_events(self) -> bool:
        """Whether mail events may be lost for good: mail that was taken is not asked for, so it stays `sent`."""
        return any(act.name == "faults" and act.what.get("events_lost") for act in self.acts)


def plan(seed: int, *, database_restarts: bool = False) -> Plan:
    """The plan of a seed. With `database_restarts` the database is restarted too, which needs PostgreSQL."""
    dice = random.Random(seed)
    kinds = {
        "faults": _faults,
        "kill": _kill,
        "broker": _broker,
        "pause": _pause,
    }
    if database_restarts:
        kinds["database"] = _database
    acts = _broadcasts(dice)
    for kind in dice.choices(list(kinds), weights=[4, 4, 3, 2, 3][: len(kinds)], k=dice.randint(5, MOST_ACTS)):
        acts += kinds[kind](dice)
    return Plan(
        seed,
        dice.randint(FEWEST, MOST),
        dice.choice(RATES),
        dice.choice(SILENCES),
        dice.random() < 0.3,
        tuple(sorted(acts, key=lambda act: act.at)),
    )


def _broadcasts(dice: random.Random) -> list[Act]:
    orders = [*ORDERS, *dice.choices(ORDERS, k=dice.randint(0, 1))]
    dice.shuffle(orders)
    times = [0.0, *(dice.uniform(0, STAGE / 2) for _ in orders[1:])]
    return [Act(at, "send", order) for at, order in zip(times, orders, strict=True)]


def _when(dice: random.Random) -> float:
    return dice.uniform(0.3, STAGE)


def _kill(dice: random.Random) -> list[Act]:
    return [Act(_when(dice), "kill", dice.choice(("worker", "worker", "workers", "web")))]


def _broker(dice: random.Random) -> list[Act]:
    return [Act(_when(dice), dice.choice(("flush", "flush", "restart_broker")))]


def _database(dice: random.Random) -> list[Act]:
    return [Act(_when(dice), "restart_database", round(dice.uniform(0.0, 2.0), 2))]


def _pause(dice: random.Random) -> list[Act]:
    """`what` is the place of the broadcast among those sent so far."""
    at, which = _when(dice), dice.randint(0, len(ORDERS) - 1)
    return [Act(at, "pause", which), Act(at + dice.uniform(0.5, 2), "resume", which)]


def _faults(dice: random.Random) -> list[Act]:
    """Faults that come, and go after a while or are replaced by the next ones."""
    wrong: dict[str, Any] = {}
    for name in dice.sample(("throttled", "error", "error_after", "cut", "cut_after"), dice.randint(0, 3)):
        wrong[name] = round(dice.uniform(0.02, 0.3), 2)
    if dice.random() < 0.3:
        wrong |= {"slow": round(dice.uniform(0.05, 0.4), 2), "slow_seconds": round(dice.uniform(0.3, 4), 1)}
    if dice.random() < 0.3:
        wrong["latency"] = round(dice.uniform(0.02, 0.3), 2)
    if dice.random() < 0.03:
        wrong["black_hole"] = 0.02
    for name in ("callbacks_lost", "callbacks_late", "callbacks_doubled", "callbacks_reordered"):
        if dice.random() < 0.4:
            wrong[name] = round(dice.uniform(0.05, 0.6), 2)
    if "callbacks_late" in wrong:
        wrong["late_seconds"] = round(dice.uniform(0.5, 4), 1)
    if dice.random() < 0.1:
        wrong["events_lost"] = 0.2
    if dice.random() < 0.3:
        wrong["channels"] = [dice.choice(("sms", "email"))]
    wrong = wrong or {"cut_after": 0.2}
    at = dice.uniform(0, STAGE)
    return [Act(at, "faults", wrong), *([Act(at + dice.uniform(1, 4), "faults", {})] if dice.random() < 0.5 else [])]
