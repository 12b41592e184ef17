"""What `serve` tells other commands of its home: the runtime file `BROADCASTER_HOME/run/serve.json`.

The file counts only while a `serve` lives. That is not asked of its pid, which another program may have after a power
cut, but of a lock that the kernel lets go of with the process that held it.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from broadcaster.kinds import BadInput
from broadcaster.settings import SETTINGS, Settings


class AlreadyServing(BadInput):
    """Two `serve` on one home would send from one ledger with two clocks."""


@dataclass(frozen=True, slots=True)
class Serving:
    """What a running `serve` has started, and where. `sandbox` is empty where it runs none."""

    pid: int
    broker: str
    sandbox: str
    bind: str


def _folder(home: Path) -> Path:
    folder = home / "run"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the home for one `serve`. Raises AlreadyServing."""
    with (_folder(home) / "serve.lock").open("a") as lock:
        if not _locked(lock, patience=1.0):
            pid = _written(home)
            named = f" (pid {pid.pid})" if pid else ""
            raise AlreadyServing(f"BROADCASTER_HOME {home}: a `broadcaster serve` already runs there{named}")
        try:
            yield
        finally:
            with suppress(FileNotFoundError):
                (_folder(home) / "serve.json").unlink()


def _locked(lock: IO[str], patience: float) -> bool:
    """Take the lock; for a moment a command that only looks may have it."""
    end = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
        else:
            return True


def write(home: Path, serving: Serving) -> None:
    """Tell other commands. Readers see the old file or the new one, never a half."""
    path = _folder(home) / "serve.json"
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_text(json.dumps(asdict(serving)))
    fresh.replace(path)


def read(home: Path) -> Serving | None:
    """What a living `serve` wrote; None where none lives or none is ready yet."""
    try:
        with (home / "run" / "serve.lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _written(home)
    except OSError:
        return None
    return None


def _written(home: Path) -> Serving | None:
    try:
        return Serving(**json.loads((home / "run" / "serve.json").read_text()))
    except (OSError, ValueError, TypeError):
        return None


def broker_url(settings: Settings = SETTINGS) -> str | None:
    """BROKER_URL, else the embedded broker's while `serve` runs, else None."""
    if settings.broker_url:
        return settings.broker_url
    serving = read(settings.broadcaster_home)
    return serving.broker if serving else None
