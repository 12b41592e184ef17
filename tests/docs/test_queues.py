"""Every queue is rung by somebody and heard by a worker, and every task goes to one of them."""

from importlib import import_module
from typing import Any

import pytest

from broadcaster import celery
from broadcaster.celery import app
from broadcaster.delivery import tasks, wake
from broadcaster.kinds import Queue

NAMES = {value for name, value in vars(Queue).items() if name.isupper() and isinstance(value, str)}


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str]]:
    """Everything that anybody rings for, as (task, queue)."""
    heard = {(entry["task"], entry["options"]["queue"]) for entry in app.conf.beat_schedule.values()}

    def send_task(name: str, *_: Any, queue: str, **__: Any) -> None:
        heard.add((name, queue))

    monkeypatch.setattr(app, "send_task", send_task)
    monkeypatch.setattr(wake, "broker_url", lambda: "redis://127.0.0.1:1/0")
    wake.wake(1)
    wake.wake_reconciler()
    wake.wake_teller()
    return heard


def test_every_queue_is_declared() -> None:
    assert set(Queue.ALL) == NAMES
    assert {queue.name for queue in app.conf.task_queues} == NAMES
    assert app.conf.task_default_queue in NAMES


def test_every_queue_is_consumed_by_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "Worker", dict)
    assert set(celery.worker("worker-1")["queues"]) == NAMES


def test_every_task_is_rung_for_on_a_queue_and_every_queue_is_used(rung: set[tuple[str, str]]) -> None:
    for module in app.conf.imports:
        import_module(module)
    ours = {name for name in app.tasks if name.startswith("broadcaster.")}
    assert f"{tasks.__name__}.sweep" in ours
    assert {task for task, _ in rung} == ours
    assert {queue for _, queue in rung} == NAMES
