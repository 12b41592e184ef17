"""One measurement: somebody sends, the stub counts, the meter reads the processes."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from bench.accounting import Meter
from bench.servers import ROOT, Stub, StuckError, until

CHANNELS = ("sms", "email")
#: whatever is not over after so many seconds is stuck
PATIENCE = 180.0


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked of a way: how many contacts, on which channels, how long the vendor takes to answer (seconds)."""

    contacts: int
    channels: tuple[str, ...] = CHANNELS
    delay: float = 0.0

    @property
    def messages(self) -> int:
        """How many messages that makes."""
        return self.contacts * len(self.channels)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it. Seconds are counted from the decision to send; `cpu` is that of all processes but the stub."""

    way: str
    case: Case
    seconds: float
    first: float
    cpu: float
    memory: int
    duplicates: int
    lost: int

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.case.messages / self.seconds

    @property
    def cpu_per_1000(self) -> float:
        """Processor seconds for 1000 messages."""
        return 1000 * self.cpu / self.case.messages


@dataclass
class Stage:
    """Where ways are measured: the stub, the servers, a folder for files, the wording all of them send."""

    stub: Stub
    folder: Path
    broker: tuple[int, str]
    postgres_pid: int
    postgres_url: str

    @contextmanager
    def new_database(self, name: str) -> Iterator[str]:
        """The URL of a PostgreSQL database that is empty, and gone after the block."""
        with psycopg.connect(self.postgres_url, autocommit=True) as line:
            line.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
            try:
                yield self.postgres_url.rpartition("/")[0] + f"/{name}"
            finally:
                line.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))

    def variables(self, **more: str) -> dict[str, str]:
        """The environment of a child."""
        return {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "BENCH_STUB": self.stub.url,
            "BENCH_WORDING": str(self.folder / "wording.json"),
            **more,
        }


@dataclass
class Run:
    """A measurement that runs. `began` is the instant of the decision to send."""

    meter: Meter
    environment: Mapping[str, str]
    began: float = 0.0

    def child(self, command: list[str], folder: Path) -> str:
        """Run a command to its end, all of its processor time booked; what it prints."""
        process = self._start(command, folder)
        assert process.stdout
        said = process.stdout.read()
        self.meter.book(_end(process))
        return said

    def _start(self, command: list[str], folder: Path) -> "subprocess.Popen[str]":
        process = subprocess.Popen(command, env=self.environment, cwd=folder, stdout=subprocess.PIPE, text=True)
        self.meter.watch(process.pid)
        return process

    def children(self, *commands: list[str]) -> list[str]:
        """Run modules side by side to their end. The first line of each says when it began, and its processor time
        counts from there; what else they print.
        """
        running = [self._start([sys.executable, "-m", *command], ROOT) for command in commands]
        starts = [json.loads(_first_line(process)) for process in running]
        self.began = min(start["started"] for start in starts)
        rest = [process.stdout.read() for process in running if process.stdout]
        for process, start in zip(running, starts, strict=True):
            self.meter.book(_end(process) - start["cpu"])
        return rest


def _first_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"{process.args!r} ended at once")
    return line


def _end(process: "subprocess.Popen[str]") -> float:
    """Wait for a process; its processor seconds, those of its children included."""
    assert process.stdout
    process.stdout.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{process.args!r} failed: {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def measure(
    stage: Stage,
    way: str,
    case: Case,
    send: Callable[[Run], object],
    *,
    servers: Iterable[int] = (),
    recorded: Callable[[], bool] = lambda: True,
    environment: Mapping[str, str] | None = None,
    patience: float = PATIENCE,
) -> Result:
    """Let `send` start it, wait until the stub accepted everything and `recorded` is true, and add up."""
    stage.stub.reset(case.delay)
    with Meter(servers) as meter:
        run = Run(meter, environment or stage.variables())
        send(run)
        try:
            until(lambda: _all_in(stage.stub.progress(), case), f"{way}: all {case.messages} accepted", patience, 0.05)
        except StuckError as error:
            raise StuckError(f"{error}; accepted so far: {stage.stub.progress()}") from None
        until(recorded, f"{way}: all recorded", patience, 0.1)
    return _result(way, case, run, stage.stub.tally())


def _all_in(progress: Any, case: Case) -> bool:
    return all(progress[channel]["messages"] >= case.contacts for channel in case.channels)


def _result(way: str, case: Case, run: Run, tally: Any) -> Result:
    seen = [tally[channel] for channel in case.channels]
    return Result(
        way=way,
        case=case,
        seconds=max(one["last"] for one in seen) - run.began,
        first=min(one["first"] for one in seen) - run.began,
        cpu=run.meter.cpu,
        memory=run.meter.peak,
        duplicates=sum(one["duplicates"] for one in seen),
        lost=sum(case.contacts - one["addresses"] for one in seen),
    )
