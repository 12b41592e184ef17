"""Backups by themselves: into a folder, at their time, the oldest deleted; and onto a disk while it is plugged in."""

import fcntl
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import structlog

from broadcaster import clock
from broadcaster.settings import Settings

log = structlog.get_logger(__name__)

_NAMES = "broadcaster-*.age"
_NAME = "broadcaster-%Y%m%dT%H%M%SZ.age"
#: seconds after a backup that failed until the next try
_AGAIN = 600.0


def newest(folder: Path) -> tuple[Path, float] | None:
    """The newest backup of a folder and its instant, as its name tells. None: there is none."""
    found = _all(folder)
    return found[-1] if found else None


def look(settings: Settings) -> None:
    """Make the backup that is due, bring it to where else it belongs, delete those that are too many.

    Several workers look; one does it. It runs in a process of its own, whose memory goes with it.
    """
    wanted = settings.district.backups
    folder = Path(wanted.folder)
    if not wanted.folder or not _is_there(folder):
        return
    with _alone(folder) as first:
        if not first:
            return
        last = newest(folder)
        if last is None or clock.now() - last[1] >= wanted.every_hours * 3600:
            _make(folder)
        for place in (folder, *map(Path, wanted.copies)):
            if place.is_dir():  # a disk that is not plugged in has its copy later
                with suppress(OSError):
                    _bring(folder, place)
                    _forget(place, wanted.keep)


def _is_there(folder: Path) -> bool:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        log.error("backup_failed", cause=error.strerror)  # noqa: TRY400 - the cause is all there is to say
        return False
    return True


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    with (folder / ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _make(folder: Path) -> None:
    failed = folder / ".failed"
    if failed.exists() and clock.now() - failed.stat().st_mtime < _AGAIN:
        return
    path = folder / datetime.fromtimestamp(clock.now(), UTC).strftime(_NAME)
    command = [sys.executable, "-m", "broadcaster", "backup", str(path), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        failed.touch()
        lines = done.stderr.strip().splitlines() or ["?"]
        log.error("backup_failed", code=done.returncode, cause=lines[-1])
    else:
        failed.unlink(missing_ok=True)
        log.info("backup_made", file=path.name, bytes=path.stat().st_size)


def _bring(folder: Path, place: Path) -> None:
    last = newest(folder)
    if last is None or (place / last[0].name).exists():
        return
    half = place / f".{last[0].name}"
    shutil.copyfile(last[0], half)
    half.chmod(0o600)
    half.replace(place / last[0].name)


def _forget(place: Path, keep: int) -> None:
    for path, _ in _all(place)[:-keep]:
        path.unlink()


def _all(folder: Path) -> list[tuple[Path, float]]:
    """Ours, the oldest first. Files with other names are not ours to count or to delete."""
    found = []
    for path in folder.glob(_NAMES):
        with suppress(ValueError):
            found.append((path, datetime.strptime(path.name, _NAME).replace(tzinfo=UTC).timestamp()))
    return sorted(found, key=lambda one: one[1])
