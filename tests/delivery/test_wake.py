"""The bell from the caller's side: a broker that does not answer costs him a moment, and never his command."""

from typing import Any

import pytest
from kombu.exceptions import OperationalError

from broadcaster.celery import app
from broadcaster.delivery import wake


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The rings that were tried, all into a broker that says nothing."""
    rings: list[str] = []

    def silent(name: str, *_: Any, **__: Any) -> None:
        rings.append(name)
        raise OperationalError("Timeout reading from socket")

    monkeypatch.setattr(app, "send_task", silent)
    return rings


def test_a_silent_broker_is_waited_for_once_and_not_for_each_ring(
    tried: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wake, "broker_url", lambda: "redis://127.0.0.1:1/0")
    wake.wake(1)
    assert tried == ["broadcaster.delivery.tasks.plan"]


def test_where_nobody_serves_nothing_is_rung(tried: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wake, "broker_url", lambda: None)
    wake.wake(1)
    wake.wake_reconciler()
    assert tried == []
