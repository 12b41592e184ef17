"""The servers that a run starts and ends: the stub, a real Redis, a PostgreSQL of its own."""

import contextlib
import http.client
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from broadcaster.running import ports
from tests import postgres

T = TypeVar("T")
ROOT = Path(__file__).resolve().parent.parent
_STARTS_IN = 20.0


class StuckError(RuntimeError):
    """Something did not happen in its time. The message says what."""


def until(ready: Callable[[], T], what: str, seconds: float, every: float = 0.02) -> T:
    """Ask until the answer is true, and give it. Raises StuckError."""
    end = time.monotonic() + seconds
    while not (found := ready()):
        if time.monotonic() > end:
            raise StuckError(f"after {seconds:.0f} s still not: {what}")
        time.sleep(every)
    return found


@dataclass(frozen=True, slots=True)
class Stub:
    """The running stub."""

    port: int

    @property
    def url(self) -> str:
        """Its base URL."""
        return f"http://127.0.0.1:{self.port}"

    def reset(self, delay: float) -> None:
        """Forget everything; answer after so many seconds."""
        self._ask("POST", f"/reset?delay={delay}")

    def progress(self) -> Any:
        """Accepted so far."""
        return self._ask("GET", "/progress")

    def tally(self) -> Any:
        """Accepted, by address. Reads all bodies: not while somebody is measured."""
        return self._ask("GET", "/tally")

    def texts(self) -> list[tuple[float, str]]:
        """Instant and number of each accepted text, in the order of their instants."""
        return [(instant, number) for instant, number in self._ask("GET", "/texts")["texts"]]

    def _ask(self, method: str, path: str) -> Any:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            line.request(method, path)
            return json.loads(line.getresponse().read())
        finally:
            line.close()


@contextlib.contextmanager
def stub() -> Iterator[Stub]:
    """The stub while the block runs."""
    with started([sys.executable, "-m", "bench.stub"], cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout
        yield Stub(json.loads(process.stdout.readline())["port"])


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[tuple[int, str]]:
    """A real Redis that keeps nothing on disk: its pid and URL."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        raise StuckError("redis-server is not installed (Debian: apt-get install redis-server)")
    port = ports.free()
    options = ("--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder))
    with started([program, *options], stdout=subprocess.DEVNULL) as process:
        until(lambda: ports.answers(f"127.0.0.1:{port}"), "Redis answers", _STARTS_IN)
        yield process.pid, f"redis://127.0.0.1:{port}/0"


@contextlib.contextmanager
def postgresql(folder: Path, *, safe: bool = False) -> Iterator[postgres.Server]:
    """A PostgreSQL, as the tests start one; a `safe` one as it is shipped."""
    server = postgres.start(folder, safe=safe)
    try:
        yield server
    finally:
        server.stop()


@contextlib.contextmanager
def started(command: list[str], **options: Any) -> Iterator["subprocess.Popen[str]"]:
    """A process while the block runs; then it is asked to end, and made to after 30 s."""
    process = subprocess.Popen(command, text=True, stdin=subprocess.DEVNULL, **options)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()
