"""A data folder of a test's own, and commands run on it as an operator runs them: processes, and nothing shared."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

T = TypeVar("T")

#: times short enough to wait for, and long enough for a busy machine
DISTRICT = """\
[district]
name = "Elm Valley Schools"

[[senders]]
channel = "sms"
address = "+16125550199"
rate = {rate}

[[senders]]
channel = "email"
address = "notices@elm-valley.example.org"
rate = {rate}

[policies]
four_eyes = false
unreviewed_translations = true
lease_seconds = 1.5
ask_after_seconds = 3
absent_after_seconds = 1.5
mail_silence_seconds = 2
"""
SENDER = "+16125550199"
#: no limit worth keeping, in segments or messages a second
UNLIMITED = 1_000_000
#: no command may take longer, in seconds: not even `send --wait`, whatever is done to the broadcast
COMMAND_SECONDS = 60.0


def until(ready: Callable[[], T], what: str, seconds: float = 30) -> T:
    """Ask until the answer is true, and give it; at the deadline the test fails, in words."""
    end = time.monotonic() + seconds
    while not (found := ready()):
        assert time.monotonic() < end, f"after {seconds} s still not: {what}"
        time.sleep(0.02)
    return found


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Its stdout, which with `--json` is one document."""
        return json.loads(self.out)


class Home:
    """An empty home with a district.toml beside it. `environment` adds settings; nothing comes from the test's own."""

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str] | None = None,
        *,
        path: str = "/nowhere",
        rate: int = UNLIMITED,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.home = folder / "home"
        config = folder / "district.toml"
        config.write_text(DISTRICT.format(rate=rate))
        self.environment: Mapping[str, str] = {
            "PATH": path,
            "BROADCASTER_HOME": str(self.home),
            "BROADCASTER_CONFIG": str(config),
            **(environment or {}),
        }

    def begin_with(self, ledger: Path) -> Self:
        """It has a copy of this SQLite file, before anything has run in it."""
        self.home.mkdir()
        shutil.copy(ledger, self.home / "broadcaster.sqlite3")
        return self

    def start(self, *arguments: str, **options: Any) -> "subprocess.Popen[str]":
        """A command as a process of its own, without a terminal and with nothing in HOME."""
        return subprocess.Popen(
            [sys.executable, "-m", "broadcaster", *arguments],
            env=self.environment,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=options.pop("stderr", subprocess.PIPE),
            text=True,
            **options,
        )

    def run(self, *arguments: str) -> Done:
        """Run a command to its end."""
        return end_of(self.start(*arguments))

    def ask(self, *arguments: str) -> Any:
        """The document of a command that does its work."""
        return _document(arguments, self.run(*arguments, "--json"))


def end_of(process: "subprocess.Popen[str]") -> Done:
    """How a started command ends."""
    try:
        out, err = process.communicate(timeout=COMMAND_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        raise AssertionError(f"{process.args!r} did not end in {COMMAND_SECONDS} s: {out}{err}") from None
    return Done(process.returncode, out, err)


def answer_of(process: "subprocess.Popen[str]") -> Any:
    """The document of a started command that does its work."""
    return _document(process.args, end_of(process))


def _document(command: object, done: Done) -> Any:
    assert done.code == 0, f"{command!r}: {done}"
    return done.document
