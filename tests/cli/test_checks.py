"""What `doctor` makes of what the workers answer."""

from pathlib import Path
from typing import Any

import pytest

from broadcaster.celery import app
from broadcaster.cli import checks
from broadcaster.settings import SETTINGS
from broadcaster.templating import standing

AT = checks.Looking(SETTINGS, None, "redis://127.0.0.1:1/0")


@pytest.mark.parametrize(
    ("replies", "ok", "say"),
    [
        ([{"worker-1@here": ""}, {"worker-2@here": ""}], True, "2 answer"),
        (None, False, "none: start `broadcaster worker`"),
        (
            [{"worker-1@here": ""}, {"worker-2@here": "OperationalError: disk is full"}],
            False,
            "1 of 2 can't write to the database: worker-2@here: OperationalError: disk is full",
        ),
    ],
)
def test_a_worker_that_listens_but_cannot_work_is_not_well(
    monkeypatch: pytest.MonkeyPatch, replies: list[dict[str, str]] | None, ok: bool, say: str
) -> None:
    def broadcast(command: str, **_: Any) -> list[dict[str, str]] | None:
        return replies if command == "ledger" else None

    monkeypatch.setattr(app.control, "broadcast", broadcast)
    assert checks._workers(AT) == checks.Check("workers", ok, say)


def test_lines_that_nobody_has_reviewed_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "waiting", lambda: ["es", "so"])
    said = checks._standing_lines(AT)
    assert (said.ok, said.say) == (True, "Spanish, Somali wait for review: no emergency has one over its English")
    monkeypatch.setattr(standing, "waiting", list)
    assert checks._standing_lines(AT).say == "reviewed in every language"


def test_lines_that_cannot_be_used_are_not_well(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(standing, "FILE", tmp_path / "standing.toml")
    said = checks._standing_lines(AT)
    assert not said.ok
    assert "can't be read" in said.say
