"""What `doctor` makes of what the workers answer."""

from typing import Any

import pytest

from broadcaster.celery import app
from broadcaster.cli import checks
from broadcaster.settings import SETTINGS

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
