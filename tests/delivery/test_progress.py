"""A broadcast's way from approved to settled."""

import pytest

from broadcaster import clock
from broadcaster.broadcasts import control
from broadcaster.broadcasts.models import Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery import progress, wake
from broadcaster.delivery.models import Delivery, Doubt
from broadcaster.delivery.outcomes import Change, write
from broadcaster.delivery.queue import batches
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.kinds import Channel
from broadcaster.settings import SETTINGS
from tests import builders
from tests.delivery import worker
from tests.sandbox.stage import Stage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def rings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    heard: list[str] = []
    monkeypatch.setattr(wake, "_ring", lambda calls: heard.extend(task for task, _, _ in calls))
    return heard


def planned(families: int = 2) -> Broadcast:
    builders.families(families)
    made = builders.broadcast(channels=[Channel.SMS])
    worker.plan(made.pk)
    return made


def swept(made: Broadcast) -> Broadcast:
    progress.sweep(clock.now())
    made.refresh_from_db()
    return made


def test_completed_means_nothing_queued_sending_or_unknown(vendors: Stage) -> None:
    made = planned()
    assert swept(made).status == "sending"
    worker.send(vendors, Channel.SMS)
    assert swept(made).status == "completed"
    assert made.finished_at is not None


def test_a_doubt_keeps_a_broadcast_open(vendors: Stage) -> None:
    made = planned()
    vendors.faults(error=1)
    worker.send(vendors, Channel.SMS)
    assert swept(made).status == "sending"
    Doubt.objects.update(settled_at=clock.now())
    assert swept(made).status == "completed"


def test_settled_means_every_receipt_is_in_or_its_time_is_over(vendors: Stage) -> None:
    made = planned()
    worker.send(vendors, Channel.SMS)
    assert swept(made).settled_at is None
    write([Change(pk, DeliveryStatus.DELIVERED, clock.now()) for pk in Delivery.objects.values_list("pk", flat=True)])
    assert swept(made).settled_at is not None

    silent = planned()
    worker.send(vendors, Channel.SMS)
    swept(silent)
    progress.sweep(clock.now() + progress.CONFIRMATION_ENDS + 1)
    silent.refresh_from_db()
    assert silent.settled_at is not None
    assert Delivery.objects.filter(broadcast_id=silent.pk, status="sent").exists(), "never told as delivered"


def test_a_cancelled_broadcast_sends_no_more_and_keeps_what_has_gone(vendors: Stage) -> None:
    made = planned(3)
    held = batches.claim(Channel.SMS, "one", clock.now())
    assert held is not None
    write([Change(held.items[0].delivery_id, DeliveryStatus.SENT, clock.now())])
    control.cancel(made, "a person")
    swept(made)
    assert Delivery.objects.filter(status="cancelled").count() == 0, "a worker still holds the batch"
    batches.give_back(held, clock.now())
    swept(made)
    assert sorted(Delivery.objects.values_list("status", flat=True)) == ["cancelled", "cancelled", "sent"]
    assert made.finished_at is not None


def test_a_broadcast_for_later_is_not_started_before_its_time(rings: list[str]) -> None:
    made = builders.broadcast(status=BroadcastStatus.APPROVED, due_at=clock.now() + 60)
    progress.sweep(clock.now())
    assert "plan" not in rings
    assert not progress.start(made.pk, clock.now())
    progress.sweep(clock.now() + 61)
    assert "plan" in rings
    assert progress.start(made.pk, clock.now() + 61)


def test_a_plan_whose_planner_died_is_rung_for_again(rings: list[str]) -> None:
    from broadcaster.delivery.plan import planning

    builders.families(1)
    made = builders.broadcast()
    assert planning.hold(made.pk, clock.now())
    progress.sweep(clock.now())
    assert "plan" not in rings
    progress.sweep(clock.now() + SETTINGS.district.policies.lease_seconds + 1)
    assert "plan" in rings


def test_it_waits_for_a_person_once_nothing_else_is_under_way(vendors: Stage) -> None:
    made = planned()
    vendors.faults(error=1)
    Doubt.objects.update(person=True)
    assert not progress.waits_for_a_person(made.pk)
    worker.send(vendors, Channel.SMS)
    assert not progress.waits_for_a_person(made.pk)
    Doubt.objects.update(person=True)
    assert progress.waits_for_a_person(made.pk)
    Doubt.objects.update(settled_at=clock.now())
    assert not progress.waits_for_a_person(made.pk)
