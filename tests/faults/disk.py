"""`python -m tests.faults.disk`: a real disk that is full, then a ledger that can only be read, while `serve` sends.

Needs Linux and root, who may mount: a disk of 48 MB in memory, which a file fills. Takes a minute; ends with 1 if a
promise was broken. Each line is what was seen.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.faults.saying import say
from tests.whole.conftest import Told, settle_in
from tests.whole.home import until
from tests.whole.house import House

_FAMILIES, _SEGMENTS_A_SECOND = 150, 20
#: so long nothing may leave, and within so long it has to go on
_QUIET, _AGAIN = 8.0, 30.0
_MOUNT, _UNMOUNT = (shutil.which(name) or name for name in ("mount", "umount"))
_SAYS, _SAYS_AGAIN = "nothing is sent: ", "messages can leave again: "


def main() -> int:
    """Do both, one after the other."""
    if os.geteuid() != 0:
        sys.exit("only root may mount a disk: run it as root (in a container: with --cap-add SYS_ADMIN)")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what we started ends with us
    with tempfile.TemporaryDirectory(prefix="disk-") as folder:
        full(Path(folder) / "full")
        read_only(Path(folder) / "read-only")
    return 0


def full(folder: Path) -> None:
    """The disk fills while messages go out, and is freed."""
    home = folder / "home"
    home.mkdir(parents=True)
    with _mounted(home, "-t", "tmpfs", "-o", "size=48m", "tmpfs"), _house(folder) as told:
        house, since = told.house, time.time()
        number = house.send("district", "--channels", "sms")
        until(lambda: len(house.sandbox.reached(since)) > 30, "some messages left")
        _fill(home / "filler")
        begun = time.monotonic()
        _sees(told, since, "full")
        (home / "filler").unlink()
        _goes_on(told, since, number, time.monotonic() - begun)


def read_only(folder: Path) -> None:
    """`serve` starts on a ledger that can only be read; then it can be written again."""
    house = _House(folder, rate=_SEGMENTS_A_SECOND, path=os.environ["PATH"])
    told = settle_in(house, {"Oak School": _FAMILIES})
    number, since = house.send("district", "--channels", "sms"), time.time()
    ledger = house.home / "broadcaster.sqlite3"
    with _mounted(ledger, "--bind", str(ledger)) as undo:
        subprocess.run([_MOUNT, "-o", "remount,bind,ro", str(ledger)], check=True)
        with house:
            begun = time.monotonic()
            _sees(told, since, "readonly")
            undo()
            _goes_on(told, since, number, time.monotonic() - begun)


class _House(House):
    """A house, and what its `serve` says on the terminal."""

    def said(self, begins: str) -> list[str]:
        return [line for line in (self.folder / "serve.log").read_text().splitlines() if line.startswith(begins)]


@contextmanager
def _house(folder: Path) -> Iterator[Told]:
    with _House(folder, rate=_SEGMENTS_A_SECOND, path=os.environ["PATH"]) as house:
        yield settle_in(house, {"Oak School": _FAMILIES})


@contextmanager
def _mounted(place: Path, *how: str) -> Iterator["_Undo"]:
    subprocess.run([_MOUNT, *how, str(place)], check=True)
    undo = _Undo(place)
    try:
        yield undo
    finally:
        undo()


class _Undo:
    """Unmounts once, whoever uses it still."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._done = False

    def __call__(self) -> None:
        if not self._done:
            self._done = True
            subprocess.run([_UNMOUNT, "--lazy", str(self._place)], check=True)


def _fill(path: Path) -> None:
    """To the last byte."""
    with path.open("wb", buffering=0) as file:
        for size in (65536, 512, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue


def _sees(told: Told, since: float, word: str) -> None:
    """Everybody who asks hears of it, nothing leaves, and the terminal says so once."""
    house = told.house
    assert isinstance(house, _House)
    until(lambda: house.said(_SAYS), "serve says so", _AGAIN)
    ready = requests.get(f"{house.url}/ready", timeout=20)
    assert ready.status_code == 503, ready.text
    assert word in ready.json()["database"]
    before, end = house.sandbox.reached(since), time.monotonic() + _QUIET
    for command in (("doctor",), ("send", "mps-technical-difficulties", "--audience", "district")):
        done = house.run(*command)
        assert done.code == 1, done
        said = [
            line for line in (done.out + done.err).splitlines() if word in line and line.startswith(("NO", "broad"))
        ]
        assert said, done
        say(f"broadcaster {command[0]}, exit 1: {said[0]}")
    until(lambda: time.monotonic() > end, "a message that was still to come would have come")
    assert house.sandbox.reached(since) == before, "messages left that nobody could record"
    assert len(house.said(_SAYS)) == 1
    say(f"serve: {house.said(_SAYS)[0]}")
    say(f"{sum(before.values())} messages had left, none in {_QUIET:.0f} s since")


def _goes_on(told: Told, since: float, number: int, lasted: float) -> None:
    """It goes on by itself, and in the end everybody has it once."""
    house, begun = told.house, time.monotonic()
    assert isinstance(house, _House)
    before = sum(house.sandbox.reached(since).values())
    until(lambda: sum(house.sandbox.reached(since).values()) > before, "messages leave again", _AGAIN)
    say(f"mended after {lasted:.0f} s: the next message left {time.monotonic() - begun:.1f} s later")
    report = house.settle(number)
    assert report["totals"] == {"delivered": len(told.once(channel="sms"))}, report["totals"]
    assert house.sandbox.reached(since) == told.once(channel="sms")
    until(lambda: house.said(_SAYS_AGAIN), "serve says that it is over", _AGAIN)
    say(f"serve: {house.said(_SAYS_AGAIN)[0]}")
    say(f"all {len(told.once(channel='sms'))} phones got it once, none is in doubt\n")


if __name__ == "__main__":
    sys.exit(main())
