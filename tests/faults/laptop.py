"""`python -m tests.faults.laptop`: the machine is lost in the middle of a broadcast, and a blank laptop goes on.

Timed as a person would do it: a fresh clone, nothing in HOME, `make setup`, `restore` from the locked copy, `serve`.
Needs git, make and a package index. Ends with 1 if somebody got a text twice or none. Each line is what was seen.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from broadcaster.running import ports
from broadcaster.settings import ROOT
from tests.faults.saying import say
from tests.whole.conftest import settle_in
from tests.whole.home import Done, Home, until
from tests.whole.house import House
from tests.whole.sandbox import Sandbox

_FAMILIES, _SEGMENTS_A_SECOND = 400, 25
_PASSPHRASE = {"BROADCASTER_BACKUP_PASSPHRASE": "four words nobody guesses"}
#: what installing may know of the machine beside PATH: where its packages are
_OF_PIP = ("PIP_", "SSL_", "REQUESTS_", "HTTP", "NO_PROXY")


class _Laptop(House):
    """A house whose commands are the clone's."""

    program: Path

    def start(self, *arguments: str, **options: Any) -> "subprocess.Popen[str]":
        options = {"stderr": subprocess.PIPE, **options}
        command = [str(self.program), *arguments]
        return subprocess.Popen(
            command, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, **options
        )

    def run(self, *arguments: str) -> Done:
        """Each with its own start, as somebody types it."""
        return Home.run(self, *arguments)


class _Watch:
    """Says each step with its seconds."""

    def __init__(self) -> None:
        self.begun = self._last = time.monotonic()

    def step(self, what: str) -> None:
        now = time.monotonic()
        say(f"{now - self._last:6.1f} s  {what}")
        self._last = now


def main() -> int:
    """Lose a machine, and replace it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what we started ends with us
    with tempfile.TemporaryDirectory(prefix="laptop-") as name, _vendors(Path(name)) as (vendors, settings):
        folder = Path(name)
        backup = folder / "monday.age"
        number, phones = _lose(folder / "lost", settings, vendors, backup)
        left = len(vendors.messages("sms"))
        say(f"lost with {left} of {phones} texts sent; the copy has {backup.stat().st_size / 1e6:.1f} MB")
        watch = _Watch()
        laptop = _laptop(folder, settings, watch)
        restored = laptop.ask("restore", str(backup))
        watch.step(f"broadcaster restore: {restored['in_question']} messages are asked about")
        with laptop:
            watch.step("broadcaster serve")
            until(lambda: len(vendors.messages("sms")) > left, "the next text leaves", 120)
            watch.step("the next text leaves")
            say(f"{time.monotonic() - watch.begun:6.1f} s  from an empty folder to sending")
            laptop.until_report(
                number, lambda report: report["totals"].keys() <= {"sent", "delivered"}, "all texts left"
            )
        got = [one["to"] for one in vendors.messages("sms")]
        say(f"in the end {len(set(got))} of {phones} phones got it, {len(got) - len(set(got))} of them twice")
        return int(sorted(set(got)) != sorted(got) or len(got) != phones)


@contextmanager
def _vendors(folder: Path) -> Iterator[tuple[Sandbox, Mapping[str, str]]]:
    """The vendors, who live on, and the settings of both machines."""
    port = ports.free()
    public = {"BROADCASTER_BIND": f"127.0.0.1:{port}", "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}"}
    lost = Home(folder / "lost", public)
    lost.ask("migrate")  # makes the key that both sides know
    bind = f"127.0.0.1:{ports.free()}"
    key = {"BROADCASTER_SANDBOX_BIND": bind, "SECRET_KEY": (lost.home / "secret-key").read_text()}
    process = Home(folder / "vendors", {**key, **public}).start("sandbox", stderr=subprocess.DEVNULL)
    found = Sandbox(f"http://{bind}")
    try:
        until(lambda: ports.answers(bind), "the vendors answer")
        yield found, {**public, **_PASSPHRASE, "TWILIO_BASE_URL": found.url, "SENDGRID_BASE_URL": found.url}
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


def _lose(folder: Path, settings: Mapping[str, str], vendors: Sandbox, backup: Path) -> tuple[int, int]:
    """Send, make the copy in the middle, send on, and fall. The broadcast, and how many phones it is for."""
    with House(folder, settings, path=os.environ["PATH"], rate=_SEGMENTS_A_SECOND) as lost:
        told = settle_in(lost, {"Oak School": _FAMILIES})
        number = lost.send("district", "--channels", "sms")
        until(lambda: len(vendors.messages("sms")) > 50, "texts are on their way")
        lost.ask("backup", str(backup))
        known = len(vendors.messages("sms"))
        until(lambda: len(vendors.messages("sms")) > known + 50, "more has left than the copy knows")
        lost.end(signal.SIGKILL)
    return number, len(told.once(channel="sms"))


def _laptop(folder: Path, settings: Mapping[str, str], watch: _Watch) -> _Laptop:
    """A clone of this checkout, installed with an empty HOME."""
    empty = folder / "nobody"
    empty.mkdir()
    pip = {name: value for name, value in os.environ.items() if name.upper().startswith(_OF_PIP)}
    bare = {"PATH": os.environ["PATH"], "HOME": str(empty), **pip}
    clone = folder / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], env=bare, check=True)  # noqa: S607 - whichever git there is
    watch.step("git clone")
    subprocess.run(["make", "setup"], cwd=clone, env=bare, check=True)  # noqa: S607 - whichever make there is
    watch.step("make setup")
    laptop = _Laptop(folder / "laptop", {**settings, "HOME": str(empty)}, path=bare["PATH"], rate=_SEGMENTS_A_SECOND)
    laptop.program = clone / ".venv" / "bin" / "broadcaster"
    return laptop


if __name__ == "__main__":
    sys.exit(main())
