"""Law 10: references are `epoch-id`; a receipt for what a restore lost never lands on another family's delivery."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from broadcaster import clock
from broadcaster.delivery import epoch
from broadcaster.delivery.models import Delivery, Epoch
from broadcaster.delivery.receiving.receipts import apply
from broadcaster.kinds import Channel
from broadcaster.providers.base import Receipt, ReceiptStatus
from tests import builders
from tests.delivery import worker

pytestmark = pytest.mark.django_db


def delivered(ref: str) -> Receipt:
    return Receipt(Channel.SMS, ref, "SM1", f"{ref}:delivered", "delivered", ReceiptStatus.DELIVERED, clock.now())


def status_of(delivery: Delivery) -> str:
    delivery.refresh_from_db()
    return delivery.status


def test_a_receipt_from_before_the_restore_finds_what_the_backup_has_and_nothing_newer() -> None:
    builders.families(1)
    before = epoch.current()
    worker.plan(builders.broadcast(channels=[Channel.SMS]).pk)
    kept = Delivery.objects.get()

    epoch.begin()  # restored: the ledger ends at `kept`, and gives the next number to another family
    worker.plan(builders.broadcast(channels=[Channel.SMS]).pk)
    newer = Delivery.objects.exclude(pk=kept.pk).get()
    with transaction.atomic():
        assert apply([delivered(epoch.reference(before, newer.pk))]) == [None]
    assert status_of(newer) == "queued"
    with transaction.atomic():
        assert apply([delivered(epoch.reference(before, kept.pk))]) == [kept.pk]
    assert status_of(kept) == "delivered"
    with transaction.atomic():
        apply([delivered(epoch.reference(epoch.current(), newer.pk))])
    assert status_of(newer) == "delivered"


@pytest.mark.django_db(transaction=True)
def test_workers_that_come_to_a_new_ledger_at_once_go_by_one_epoch() -> None:
    start = threading.Barrier(6)

    def come() -> str:
        try:
            start.wait()
            return epoch.current()
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as workers:
        codes = [come.result() for come in [workers.submit(come) for _ in range(6)]]
    assert len(set(codes)) == Epoch.objects.count() == 1


@pytest.mark.parametrize("ref", [None, "", "17", "nobody-17", "-", "x-", "x-" + "9" * 40])
def test_a_reference_that_is_none_of_ours_finds_nothing(ref: str | None) -> None:
    assert epoch.References().resolve(ref) is None
    assert epoch.References().resolve(ref and ref.replace("x", epoch.current())) is None
