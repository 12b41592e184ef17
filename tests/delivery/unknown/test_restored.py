"""A ledger from a backup asks before it sends: what left after the backup is found, what did not goes out once."""

from collections.abc import Callable

import pytest
from django.db import transaction

from broadcaster import clock
from broadcaster.broadcasts.models import Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery import epoch, progress, wake
from broadcaster.delivery.models import Batch, Delivery, Doubt
from broadcaster.delivery.receiving.receipts import apply
from broadcaster.delivery.unknown import doubts, mail_log, restored
from broadcaster.kinds import Channel, Purpose
from broadcaster.providers.base import Receipt, ReceiptStatus
from broadcaster.reports import counts
from tests import builders
from tests.delivery import worker
from tests.sandbox.stage import Stage, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nobody_hears_the_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wake, "_ring", lambda *_: None)


def statuses(channel: Channel) -> set[str]:
    return set(Delivery.objects.filter(channel=channel).values_list("status", flat=True))


def accepted(vendors: Stage) -> int:
    return sum(vendors.counts()["accepted"].values())


def as_in_the_backup() -> None:
    """The ledger forgets what was sent: it is from before."""
    Delivery.objects.update(status="queued", provider_id="", sent_at=None, ended_at=None)
    Batch.objects.update(done_at=None, worker="somebody who is lost", lease_until=clock.now() + 999)


def test_what_left_after_the_backup_is_found_and_what_did_not_leaves_once(
    vendors: Stage, policies: Callable[..., None]
) -> None:
    policies(absent_after_seconds=0.5)
    builders.families(6)
    made = builders.broadcast(channels=[Channel.SMS])
    worker.plan(made.pk)
    Batch.objects.update(size=3)
    with transaction.atomic():  # three of six had left
        later = list(Delivery.objects.order_by("pk")[3:].values_list("pk", flat=True))
        Delivery.objects.filter(pk__in=later).update(batch_id=None)
    worker.send(vendors, Channel.SMS)
    Delivery.objects.filter(pk__in=later).update(batch_id=Batch.objects.get().pk)
    assert accepted(vendors) == 3
    as_in_the_backup()

    assert restored.begin(clock.now()).deliveries == 6
    worker.send(vendors, Channel.SMS)
    assert accepted(vendors) == 3, "nobody was asked yet, so nothing goes out"
    until = clock.now() + 15
    while not statuses(Channel.SMS) <= {"sent", "delivered"}:
        assert clock.now() < until, statuses(Channel.SMS)
        worker.settle(vendors)
        worker.send(vendors, Channel.SMS)
        progress.sweep(clock.now())
    assert accepted(vendors) == 6
    assert vendors.counts()["twice"]["count"] == 0
    progress.sweep(clock.now())
    assert Broadcast.objects.get().status == "completed"
    assert counts.report(made.pk).resends == 0, "none of them was sent again"


def test_a_broadcast_that_the_lost_machine_may_have_planned_is_asked_about_too() -> None:
    builders.families(3)
    made = builders.broadcast(channels=[Channel.SMS], status=BroadcastStatus.APPROVED)
    later = builders.broadcast(channels=[Channel.SMS], due_at=clock.now() + 3600)
    assert restored.begin(clock.now() + 1).deliveries == 0
    worker.plan(made.pk)
    assert set(Delivery.objects.values_list("status", flat=True)) == {"unknown"}
    assert not Batch.objects.filter(done_at__isnull=True).exists()
    worker.plan(later.pk)
    assert set(Delivery.objects.filter(broadcast_id=later.pk).values_list("status", flat=True)) == {"queued"}


def test_mail_that_says_nothing_after_a_restore_is_not_taken_for_absent(
    vendors: Stage, policies: Callable[..., None]
) -> None:
    policies(mail_silence_seconds=1)
    builders.families(3)
    worker.plan(builders.broadcast(channels=[Channel.EMAIL]).pk)
    restored.begin(clock.now())
    Doubt.objects.update(since=clock.now() - 100, next_ask_at=0)
    worker.settle(vendors)
    assert statuses(Channel.EMAIL) == {"unknown"}
    Doubt.objects.update(since=clock.now() - doubts.PATIENCE - 1, next_ask_at=0)
    worker.settle(vendors)
    assert statuses(Channel.EMAIL) == {"unknown"}
    assert set(Doubt.objects.values_list("person", flat=True)) == {True}


def test_mail_that_the_vendors_log_has_after_a_restore_is_not_sent_again(
    vendors: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There each mail is asked about: the lost machine alone knew which of them went out in one request."""
    builders.families(6)
    worker.plan(builders.broadcast(channels=[Channel.EMAIL]).pk)
    ids = list(Delivery.objects.order_by("pk").values_list("pk", flat=True))
    worker.send(vendors, Channel.EMAIL)
    until(lambda: vendors.counts()["states"]["email"].get("delivered") == 6)
    as_in_the_backup()
    restored.begin(clock.now())
    monkeypatch.setattr(mail_log, "_ROUND", 4)
    for sure in (4, 6):
        Doubt.objects.update(next_ask_at=0)
        worker.settle(vendors)
        assert Delivery.objects.filter(status="delivered").count() == sure
    assert not Doubt.objects.filter(settled_at__isnull=True).exists()
    assert vendors.counts()["accepted"]["email"] == len(ids)


def test_an_event_about_mail_from_before_the_restore_proves_what_its_request_carried_before_it() -> None:
    builders.families(6)
    before = epoch.current()
    worker.plan(builders.broadcast(channels=[Channel.EMAIL]).pk)
    ids = list(Delivery.objects.order_by("pk").values_list("pk", flat=True))
    request = epoch.request_name(before, Batch.objects.get().pk, ids[1])
    restored.begin(clock.now())
    event = Receipt(
        Channel.EMAIL,
        epoch.reference(before, ids[3]),
        "id",
        "event",
        "delivered",
        ReceiptStatus.DELIVERED,
        clock.now(),
        request=request,
    )
    with transaction.atomic():
        apply([event])
    found = list(Delivery.objects.order_by("pk").values_list("status", flat=True))
    assert found == ["unknown", "sent", "sent", "delivered", "unknown", "unknown"]


@pytest.mark.parametrize("purpose", [Purpose.EMERGENCY, Purpose.GENERAL])
def test_an_old_backup_sends_nothing_that_no_longer_matters(
    vendors: Stage, policies: Callable[..., None], purpose: Purpose
) -> None:
    policies(absent_after_seconds=0.1)
    builders.families(2)
    made = builders.broadcast(channels=[Channel.SMS], purpose=purpose)
    worker.plan(made.pk)
    Broadcast.objects.update(approved_at=clock.now() - 2 * 86_400)
    restored.begin(clock.now())
    Doubt.objects.update(since=clock.now() - 60, next_ask_at=0)
    worker.settle(vendors)
    worker.send(vendors, Channel.SMS)
    assert accepted(vendors) == 0
    assert set(Doubt.objects.values_list("person", flat=True)) == {True}
