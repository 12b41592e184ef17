"""Processes for tests: started here, ended here, waited for by condition and not by time."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from broadcaster.running import ports
from broadcaster.running.broker import PROGRAMS

HERE = Path(__file__).parent
Start = Callable[..., subprocess.Popen[bytes]]
Until = Callable[..., None]


@pytest.fixture
def until() -> Until:
    """Wait for a condition; fail the test, in words, if it does not come true in time."""

    def wait(condition: Callable[[], object], what: str, seconds: float = 15) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"after {seconds} s still not: {what}"
            time.sleep(0.01)

    return wait


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a python process of ours with a home of its own; it is gone after the test."""
    started: list[subprocess.Popen[bytes]] = []

    def run(*arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        env = {"PATH": os.environ["PATH"], "BROADCASTER_HOME": str(tmp_path / "home"), **environment}
        with (tmp_path / f"process-{len(started)}.log").open("wb") as log:
            process = subprocess.Popen([sys.executable, *arguments], env=env, stdout=log, stderr=log)
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.wait()


def alive(pid: int) -> bool:
    """Running, and not a corpse that its parent has yet to bury."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def program_on_path() -> str:
    """PATH, where a Redis program is on it; else the test is skipped, but never in CI."""
    if not any(map(shutil.which, PROGRAMS)):
        assert not os.environ.get("CI"), "in CI no test is skipped: install redis-server"
        pytest.skip("needs redis-server or valkey-server on PATH")
    return os.environ["PATH"]


class Broker:
    """An embedded broker on a port that it keeps over a restart."""

    def __init__(self, start: Start, until: Until, path: str) -> None:
        self._start, self._until, self._path = start, until, path
        self.port = ports.free()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        self._process = self._start("-m", "broadcaster", "broker", "--port", str(self.port), PATH=self._path)
        self._until(lambda: ports.answers(f"127.0.0.1:{self.port}"), "the broker answers")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


@pytest.fixture(params=["redis-server", "fakeredis"])
def broker(request: pytest.FixtureRequest, start: Start, until: Until) -> Broker:
    """Both brokers: the program, and the stand-in that is used where there is no program on PATH."""
    if request.param == "fakeredis":
        return Broker(start, until, path="/nowhere")
    return Broker(start, until, path=program_on_path())
