"""One child of `serve`: a command in a process of its own, with a log file that stays small."""

import os
import select
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from broadcaster.running import ports
from broadcaster.running.parentage import PARENT

#: tells a part its own name; it says that it is ready by making the file of that name in BROADCASTER_HOME/run/ready
NAME = "BROADCASTER_PART"
#: tells a part on call the number of the socket that already listens for it
DOOR = "BROADCASTER_DOOR"
#: a log is cut at this size; the piece before stays beside it as .1
LOG_BYTES = 5_000_000
#: who lives this long has started
STARTED_AFTER = 5.0
#: memory that a thread gave back can be taken by any other: glibc otherwise keeps a heap for each thread
SMALL = {"MALLOC_ARENA_MAX": "2"}
#: seconds before the first restart, doubled with each one that fails
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 5.0


def say_ready(home: Path) -> None:
    """Called by a part that has begun its work."""
    if name := os.environ.get(NAME):
        (home / "run" / "ready").mkdir(parents=True, exist_ok=True)
        (home / "run" / "ready" / name).touch()


def door() -> socket.socket | None:
    """Called by a part: the socket that its starter opened for it and already listens on, if it did."""
    number = os.environ.get(DOOR)
    return socket.socket(fileno=int(number)) if number else None


@dataclass(slots=True)
class Part:
    """A child process by name: started, watched, started again, ended."""

    name: str
    command: tuple[str, ...]
    home: Path
    environment: Mapping[str, str]
    failures: int = 0
    starts: int = 0
    due: float = 0.0
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _started: float = 0.0

    @property
    def log(self) -> Path:
        """Where its output goes."""
        return self.home / "logs" / f"{self.name}.log"

    @property
    def _ready(self) -> Path:
        return self.home / "run" / "ready" / self.name

    @property
    def pid(self) -> int | None:
        """None while it does not run."""
        return self._process.pid if self._process and self._process.poll() is None else None

    @property
    def ready(self) -> bool:
        """Whether it runs and has said so itself."""
        return self.pid is not None and self._ready.exists()

    @property
    def wanted(self) -> bool:
        """Whether it should run."""
        return True

    def start(self) -> None:
        """Start the process, in a process group of its own, so that a Ctrl-C on the terminal reaches only `serve`."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._ready.unlink(missing_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                env={**os.environ, **SMALL, **self.environment, NAME: self.name, PARENT: str(os.getpid())},
                pass_fds=self._passed(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,
            )
        self._started = time.monotonic()
        self.starts += 1

    def _passed(self) -> tuple[int, ...]:
        """Open files that it inherits beside the usual three."""
        return ()

    def died(self) -> str | None:
        """How it ended, once, if it has: then it is due again after a pause. None while it runs or waits."""
        if self._process is None or (code := self._process.poll()) is None:
            return None
        stood = time.monotonic() - self._started >= STARTED_AFTER
        # somebody's kill is no sign that it can't start
        self.failures = 0 if stood else self.failures + (code >= 0)
        self.due = time.monotonic() + min(FIRST_PAUSE * 2**self.failures, LONGEST_PAUSE)
        self._end_group()
        self._process = None
        return f"killed by signal {-code}" if code < 0 else f"exit code {code}"

    def ask_to_end(self) -> None:
        """SIGTERM to the process alone."""
        if self._process and self._process.poll() is None:
            self._process.terminate()

    def wait(self, until: float) -> bool:
        """Whether it ended before the monotonic instant `until`."""
        if self._process is None:
            return True
        try:
            self._process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            return False
        return True

    def strike(self) -> int | None:
        """SIGKILL to the process alone, as a crash would; it is started again. Its pid, None if it does not run."""
        pid = self.pid
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
        return pid

    def kill(self) -> None:
        """SIGKILL to it and whatever it started."""
        self._end_group()
        if self._process:
            self._process.wait()
        self._ready.unlink(missing_ok=True)

    def _end_group(self) -> None:
        if self._process:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def last_words(self) -> str:
        """The last line of its log, for an error that names it."""
        try:
            lines = self.log.read_text(errors="replace").splitlines()
        except OSError:
            return ""
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def trim_log(self) -> None:
        """Keep the log small. The process appends, so it goes on writing at the new end."""
        with suppress(OSError):
            if self.log.stat().st_size > LOG_BYTES:
                shutil.copyfile(self.log, self.log.with_suffix(".log.1"))
                os.truncate(self.log, 0)


@dataclass(slots=True)
class PartOnCall(Part):
    """A part that starts when somebody first connects to its address, which is listened on for it until then.

    Whoever connects waits for its start and notices nothing else. A part that nobody calls costs nothing.
    """

    bind: str = ""
    _door: socket.socket | None = field(default=None, repr=False)

    @property
    def wanted(self) -> bool:
        """Whether it has a caller. The first to ask opens the door."""
        if self._door is None:
            self._door = ports.listen(self.bind)
            self.environment = {**self.environment, DOOR: str(self._door.fileno())}
        return bool(select.select([self._door], [], [], 0)[0])

    def _passed(self) -> tuple[int, ...]:
        return (self._door.fileno(),) if self._door else ()

    def kill(self) -> None:
        """As for any part; and the door is shut."""
        super(PartOnCall, self).kill()
        if self._door:
            self._door.close()
            self._door = None
