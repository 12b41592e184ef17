"""`serve`: one machine runs everything. Starts the parts, starts again what dies, ends them in order.

    broker    unless BROKER_URL names one           web       callbacks, health, pages
    sandbox   where a channel has nothing else,     worker    BROADCASTER_WORKERS of them; each also
              or when a drill first calls it                  rings for due work, as `beat` does

One thread starts and watches all parts: Linux ends a child with the *thread* that started it (see parentage.py).
"""

import os
import sys
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from types import TracebackType
from typing import Self

from broadcaster.kinds import BadInput, Channel
from broadcaster.running import broker, health, ledger, ports, state
from broadcaster.running.part import Part, PartOnCall
from broadcaster.settings import Settings, WrongSetting

#: so many starts in a row that end at once mean that it can't be started
TRIES = 5
#: seconds between two looks at the parts, and between two at the size of their logs
LOOK_EVERY = 0.05
TRIM_EVERY = 5.0
#: SIGTERM to `serve` ends everything within 30 s: workers record what they sent, then the rest goes
WORKERS_END_SECONDS = 15.0
REST_ENDS_SECONDS = 5.0


class PartFailed(BadInput):
    """A part could not be started. The message names it, its last words and its log."""


def sends_to_sandbox(settings: Settings) -> bool:
    """Whether a channel has neither key nor address of its own."""
    own = {Channel.SMS: settings.twilio_base_url, Channel.EMAIL: settings.sendgrid_base_url}
    return any(not settings.live(channel) and not own[channel] for channel in Channel)


def needs_sandbox(settings: Settings) -> bool:
    """Whether somebody may talk to the sandbox: a channel that has nothing else, or a drill.

    A drill of a channel with a live key has nowhere else to go (law 7).
    """
    return sends_to_sandbox(settings) or any(settings.live(channel) for channel in Channel)


class Supervisor:
    """The parts of one home. As a context manager: started inside, everything ended outside.

    `say` gets one calm line for each thing that happens.
    """

    def __init__(self, settings: Settings, say: Callable[[str], None] = lambda _: None) -> None:
        self.settings = settings
        self.broker_url = settings.broker_url or broker.url(ports.free())
        chosen = "broadcaster_sandbox_bind" in settings.model_fields_set
        self.sandbox_bind = settings.broadcaster_sandbox_bind if chosen else f"{ports.LOOPBACK}:{ports.free()}"
        self.helpers = self._plan_helpers()
        self.parts = self._plan_parts()
        self._say = say
        self._begun = threading.Event()
        self._end = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._live, name="supervisor")

    @property
    def sandbox_url(self) -> str:
        """Where the sandbox of this home listens; empty where nobody needs one."""
        return f"http://{self.sandbox_bind}" if needs_sandbox(self.settings) else ""

    def start(self) -> None:
        """Start everything. Returns when all parts are on their way; `wait_until_ready` says when they work.

        Raises WrongSetting for an address that can't be listened on, AlreadyServing where the home has a `serve`.
        """
        self._refuse_taken_addresses()
        self._thread.start()
        self._begun.wait()
        self.check()

    def wait_until_ready(self, seconds: float = 60.0) -> bool:
        """Whether web answered and every worker listens within so many seconds. Raises PartFailed."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self._end.is_set():
            if (
                all(part.ready for part in self._named("worker"))
                and health.status(self.settings.broadcaster_bind) == HTTPStatus.OK
            ):
                return True
            self._end.wait(LOOK_EVERY)
        self.check()
        return False

    def wait(self, seconds: float | None = None) -> bool:
        """Until somebody ends it, a part fails, or so many seconds are over. Says whether it has ended. Raises
        PartFailed.
        """
        ended = self._end.wait(seconds)
        if ended:
            self._thread.join()
        self.check()
        return ended

    def ask_to_end(self) -> None:
        """Begin to end and return at once: for signal handlers."""
        self._end.set()

    def stop(self) -> None:
        """End all parts, within 30 seconds. May be called twice."""
        self._end.set()
        if self._thread.ident:
            self._thread.join()

    def check(self) -> None:
        """Raise what ended it, if something did."""
        if self._failure:
            raise self._failure

    def pids(self, kind: str) -> list[int]:
        """The processes of one kind (`worker`, `web`, `broker`, `sandbox`) that run now."""
        return [pid for part in self._named(kind) if (pid := part.pid) is not None]

    def kill(self, kind: str, index: int = 0) -> int | None:
        """kill -9 one process, as a crash would. Its pid; None if it does not run now. It is started again."""
        return self._named(kind)[index].strike()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    # ---- what there is to start ----

    def _plan_helpers(self) -> list[Part]:
        """Those that need no ledger."""
        found = []
        if not self.settings.broker_url:
            found.append(self._part("broker", "broker", "--port", self.broker_url.rpartition(":")[2].partition("/")[0]))
        if sends_to_sandbox(self.settings):
            found.append(self._part("sandbox", "sandbox"))
        elif needs_sandbox(self.settings):
            found.append(self._part_on_call("sandbox", self.sandbox_bind))
        return found

    def _plan_parts(self) -> list[Part]:
        numbers = range(1, self.settings.broadcaster_workers + 1)
        # each rings, so that no single one is missed: a second ring finds nothing to do
        return [self._part("web", "web"), *(self._part(f"worker-{number}", "worker", "--beat") for number in numbers)]

    def _part(self, name: str, *arguments: str) -> Part:
        settings = self.settings
        environment = {
            "BROADCASTER_HOME": str(settings.broadcaster_home),
            "BROADCASTER_CONFIG": str(settings.config_path),
            "BROADCASTER_BIND": settings.broadcaster_bind,
            "BROADCASTER_SANDBOX_BIND": self.sandbox_bind,
            "BROKER_URL": self.broker_url,
        }
        return Part(name, (sys.executable, "-m", "broadcaster", *arguments), settings.broadcaster_home, environment)

    def _part_on_call(self, name: str, bind: str) -> PartOnCall:
        made = self._part(name, name)
        return PartOnCall(name, made.command, made.home, made.environment, bind=bind)

    def _named(self, kind: str) -> list[Part]:
        return [part for part in (*self.helpers, *self.parts) if part.name.partition("-")[0] == kind]

    def _refuse_taken_addresses(self) -> None:
        listening = {"BROADCASTER_BIND": self.settings.broadcaster_bind}
        if needs_sandbox(self.settings):
            listening["BROADCASTER_SANDBOX_BIND"] = self.sandbox_bind
        for name, bind in listening.items():
            if why := ports.why_not(bind):
                raise WrongSetting(f"{name} {bind}: {why}")

    # ---- the supervisor's own thread ----

    def _live(self) -> None:
        try:
            with state.only_one(self.settings.broadcaster_home):
                try:
                    self._begin()
                    self._begun.set()
                    self._watch()
                finally:
                    self._end_all()
        except BaseException as error:  # noqa: BLE001 - carried to the thread that waits: `check` raises it there
            self._failure = error
        finally:
            self._end.set()
            self._begun.set()

    def _begin(self) -> None:
        home, bind = self.settings.broadcaster_home, self.settings.broadcaster_bind
        for part in self.helpers:
            if part.wanted:
                part.start()
        if made := ledger.migrate_apart():
            self._say(f"database: {made} migrations done")
        for part in self.parts:
            part.start()
        state.write(home, state.Serving(os.getpid(), self.broker_url, self.sandbox_url, bind))

    def _watch(self) -> None:
        trim_at = 0.0
        while not self._end.wait(LOOK_EVERY):
            for part in (*self.helpers, *self.parts):
                self._look_after(part)
            if time.monotonic() > trim_at:
                trim_at = time.monotonic() + TRIM_EVERY
                for part in (*self.helpers, *self.parts):
                    part.trim_log()

    def _look_after(self, part: Part) -> None:
        if how := part.died():
            if part.failures >= TRIES:
                raise PartFailed(f"{part.name} can't be started ({how}): {part.last_words()} (all of it in {part.log})")
            self._say(f"{part.name} ended ({how})")
        if part.pid is None and time.monotonic() >= part.due and part.wanted:
            part.start()
            self._say(f"{part.name} {'started again' if part.starts > 1 else 'is called for'} (pid {part.pid})")

    def _end_all(self) -> None:
        """Workers first: while they record what they sent, receipts still come in."""
        senders = self._named("worker")
        rest = [part for part in (*self.parts, *self.helpers) if part not in senders]
        for parts, seconds in ((senders, WORKERS_END_SECONDS), (rest, REST_ENDS_SECONDS)):
            for part in parts:
                part.ask_to_end()
            until = time.monotonic() + seconds
            for part in parts:
                if not part.wait(until):
                    self._say(f"{part.name} did not end in {seconds:.0f} s and was killed")
                part.kill()
