"""Doing a plan's acts to a running house, ending all faults, and waiting until everything is settled."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import redis

from tests.faults.acts import Act, Plan
from tests.faults.promises import Seen
from tests.postgres import Server
from tests.whole import families
from tests.whole.families import Town
from tests.whole.home import until
from tests.whole.house import House

SCHOOL = "Oak School"
#: after the last fault everything is settled within so many seconds, beside the longest request: backoff has grown to
#: some 16 s, and a doubt is asked about for a while
SETTLES_IN = 90.0
#: seconds between two looks
_LOOK_EVERY = 0.7


@dataclass(slots=True)
class Stage:
    """A house, its database if that can be restarted, and the broadcasts sent in it so far. `done` tells the story."""

    house: House
    database: Server | None = None
    numbers: list[int] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def perform(self, acts: Sequence[Act]) -> None:
        """Do the acts one by one, each at its time or as soon after it as the one before is done."""
        acting: dict[str, Callable[[Any], object]] = {
            "send": self._send,
            "kill": self._kill,
            "flush": self._flush,
            "restart_broker": lambda _: self._strike(self.house.broker_pids()),
            "restart_database": self._restart_database,
            "pause": lambda which: self._control("pause", which),
            "resume": lambda which: self._control("resume", which),
            "faults": lambda wrong: self.house.sandbox.faults(**wrong),
        }
        began = time.monotonic()
        for act in acts:
            time.sleep(max(0.0, began + act.at - time.monotonic()))
            said = acting[act.name](act.what)
            self.done.append(f"{time.monotonic() - began:5.2f} for {act}" + (f": {said}" if said else ""))

    def settle(self, seconds: float, *, unknown_mail: bool, open_mail: bool) -> None:
        """End all faults, resume what is paused, and wait until nothing is under way any more.

        Mail may stay unknown where nobody can tell (`unknown_mail`), and sent where its events were lost (`open_mail`).
        """
        self.house.sandbox.faults()
        for number in self.numbers:
            if self.house.report(number)["status"] == "paused":
                self.house.ask("resume", str(number))
        may_stay = {"unknown"} if unknown_mail else set[str]()
        may_stay |= {"sent"} if open_mail else set()

        def calm() -> bool:
            time.sleep(_LOOK_EVERY)
            return all(_is_over(self.house.report(number), may_stay) for number in self.numbers)

        try:
            until(calm, "everything is settled", seconds)
        except AssertionError:
            totals = {
                report["id"]: (report["status"], report["channels"]) for report in map(self.house.report, self.numbers)
            }
            raise AssertionError(f"not settled {seconds:.0f} s after the last fault: {totals}") from None
        until(lambda: not any(self._callbacks().values()), "no callback is under way", 30)

    def _callbacks(self) -> dict[str, int]:
        told = self.house.sandbox.counts()["callbacks"]
        return {channel: one["pending"] for channel, one in told.items()}

    def _send(self, order: Sequence[str]) -> str:
        template, *fields = order
        self.numbers.append(self.house.send(f'school:"{SCHOOL}"', *fields, template=template))
        return str(self.numbers[-1])

    def _kill(self, which: str) -> str:
        found = self.house.pids(which.removesuffix("s"))
        return self._strike(found if which == "workers" else found[:1])

    def _strike(self, pids: list[int]) -> str:
        if not pids:
            return "it is not up"  # it was killed just now, and is being started again
        try:
            self.house.kill(pids)
        except ProcessLookupError:
            return "it ended by itself"
        return f"killed {pids}"

    def _flush(self, _: object) -> str:
        try:
            with redis.Redis.from_url(self.house.broker) as broker:
                broker.flushall()
        except redis.ConnectionError:
            return "the broker is not up"
        return ""

    def _restart_database(self, away: float) -> None:
        assert self.database is not None, "a plan with database restarts needs a database that can be"
        self.database = self.database.restart(away)

    def _control(self, word: str, which: int) -> str:
        if which >= len(self.numbers):
            return "not sent yet"
        done = self.house.run(word, str(self.numbers[which]))
        # it may be completed by now, or never have been paused; anything else is a fault of ours
        assert done.code == 0 or (done.code == 2 and "can't be" in done.err), done
        return done.err.strip() if done.code else ""


def _is_over(report: Any, may_stay: set[str]) -> bool:
    open_texts = report["channels"].get("sms", {}).keys() & {"queued", "sending", "sent", "unknown"}
    open_mail = report["channels"].get("email", {}).keys() & {"queued", "sending", "sent", "unknown"}
    over = report["status"] == "completed" or "unknown" in open_mail
    return bool(report["planned"] and over and not open_texts and open_mail <= may_stay)


@dataclass(frozen=True, slots=True)
class Run:
    """What came of a plan. `failure` says what went wrong before anything could be counted. `settling` is how many of
    the `seconds` lay behind the last act.
    """

    plan: Plan
    seconds: float
    settling: float
    done: Sequence[str]
    seen: Seen | None
    failure: str = ""


def run(
    plan: Plan,
    folder: Path,
    database: Server | None = None,
    environment: Mapping[str, str] | None = None,
    ledger: Path | None = None,
) -> Run:
    """Do a plan in a house of its own in `folder`, which stays. `environment` adds settings to the house's; it begins
    with a copy of this SQLite `ledger`, or makes one.
    """
    began = over = time.monotonic()
    settings = {**(environment or {}), **({"DATABASE_URL": database.url} if database else {})}
    house = House(folder, settings, rate=plan.rate, path="/nowhere" if plan.python_broker else os.environ["PATH"])
    if ledger:
        house.begin_with(ledger)
    config = folder / "district.toml"
    config.write_text(config.read_text().replace("mail_silence_seconds = 2", f"mail_silence_seconds = {plan.silence}"))
    seen, failure, stage = None, "", Stage(house, database)
    try:
        with house:
            told = Town().families(SCHOOL, plan.families)
            house.ask("import", str(families.write(folder / "families.csv", told)))
            stage.perform(plan.acts)
            over = time.monotonic()
            patience = SETTLES_IN + plan.longest_request
            stage.settle(patience, unknown_mail=not plan.silence, open_mail=plan.loses_events)
            seen = Seen(
                addresses=frozenset(address for family in told for address in family.on()),
                rows={number: house.rows(number) for number in stage.numbers},
                messages=house.sandbox.messages(),
                events_lost=plan.loses_events,
                silence=plan.silence,
            )
    except (AssertionError, OSError) as error:  # OSError: a part that nobody touched does not answer
        failure = f"{type(error).__name__}: {error}"
    finally:
        if stage.database is not None:
            stage.database.stop()
    now = time.monotonic()
    return Run(plan, now - began, now - over, stage.done, seen, failure)
