"""Law 1: the database is the ledger; the broker is only a bell."""

import inspect

import pytest

from broadcaster import clock
from broadcaster.broadcasts.models import Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery import progress, tasks, wake
from broadcaster.delivery.models import Delivery
from broadcaster.kinds import Channel, Queue
from tests import builders
from tests.delivery import worker
from tests.sandbox.stage import Stage

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_broadcast_whose_every_ring_is_lost_still_goes_out(vendors: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    builders.families(3)
    made = builders.broadcast(status=BroadcastStatus.APPROVED)
    heard: list[tuple[str, str, tuple[object, ...]]] = []
    monkeypatch.setattr(wake, "_ring", heard.extend)

    wake.wake(made.pk)
    heard.clear()  # the broker was emptied: nothing of it is left
    progress.sweep(clock.now())
    assert ("plan", Queue.CONTROL, (made.pk,)) in heard

    assert progress.start(made.pk, clock.now())
    worker.plan(made.pk)
    heard.clear()
    progress.sweep(clock.now())
    assert {told for task, _, told in heard if task == "drain"} == {("sms",), ("email",)}

    for channel in Channel:
        worker.send(vendors, channel)
    progress.sweep(clock.now())
    assert Broadcast.objects.get(pk=made.pk).status == BroadcastStatus.COMPLETED
    assert not Delivery.objects.filter(status="queued").exists()


def test_a_task_says_no_more_than_that_there_is_work() -> None:
    for task in (tasks.sweep, tasks.plan, tasks.drain, tasks.reconcile, tasks.tell):
        assert set(inspect.signature(task.run).parameters) <= {"broadcast_id", "channel"}
