"""Backups by themselves: at their time, once, onto each disk that is there, and no more of them than wanted."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from broadcaster import clock
from broadcaster.backups import scheduled
from broadcaster.district import Backups, District

Look = Callable[..., None]


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    moving = SimpleNamespace(at=1_800_000_000.0)
    monkeypatch.setattr(clock, "now", lambda: moving.at)
    return moving


@pytest.fixture
def look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: SimpleNamespace) -> Look:
    """Looks as a worker does; a backup is a file with one word in it."""

    def run(command: list[str], **_: Any) -> SimpleNamespace:
        Path(command[-2]).write_text("backup")
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(scheduled.subprocess, "run", run)

    def looks(**wanted: Any) -> None:
        backups = Backups(folder=str(tmp_path / "backups"), **wanted)
        scheduled.look(SimpleNamespace(district=District(backups=backups)))  # type: ignore[arg-type]  # all it looks at

    return looks


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.age"))


def test_one_is_made_when_the_newest_is_old_enough(look: Look, tmp_path: Path, now: SimpleNamespace) -> None:
    look()
    look()
    assert len(names(tmp_path / "backups")) == 1
    now.at += 23 * 3600
    look()
    assert len(names(tmp_path / "backups")) == 1
    now.at += 3600
    look()
    assert len(names(tmp_path / "backups")) == 2


def test_the_oldest_go_and_what_is_not_ours_stays(look: Look, tmp_path: Path, now: SimpleNamespace) -> None:
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "broadcaster-by-hand.age").touch()
    for _ in range(5):
        look(keep=2)
        now.at += 86_400
    assert len(names(tmp_path / "backups")) == 3
    assert "broadcaster-by-hand.age" in names(tmp_path / "backups")


def test_a_disk_gets_its_copy_once_it_is_plugged_in(look: Look, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    look(copies=(str(disk),))
    assert not disk.exists()
    disk.mkdir()
    look(copies=(str(disk),))
    assert names(disk) == names(tmp_path / "backups")


def test_a_backup_that_fails_is_tried_again_later_and_not_every_minute(
    look: Look, tmp_path: Path, now: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[float] = []

    def fails(*_: Any, **__: Any) -> SimpleNamespace:
        tries.append(now.at)
        return SimpleNamespace(returncode=2, stderr="broadcaster: BROADCASTER_BACKUP_PASSPHRASE is not set")

    monkeypatch.setattr(scheduled.subprocess, "run", fails)
    now.at = (tmp_path.stat()).st_mtime
    for _ in range(3):
        look()
        now.at += 60
    assert len(tries) == 1
    now.at += 900
    look()
    assert len(tries) == 2
