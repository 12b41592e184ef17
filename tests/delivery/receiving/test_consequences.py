"""Whoever tells that a message did not arrive, the same follows from it."""

import asyncio
from collections.abc import Callable

import pytest
from django.db import transaction

from broadcaster import clock
from broadcaster.broadcasts.models import Broadcast
from broadcaster.delivery.epoch import current, reference
from broadcaster.delivery.ledger import Ledger
from broadcaster.delivery.models import Delivery, Doubt, Polling
from broadcaster.delivery.outcomes import Change, write
from broadcaster.delivery.queue import batches
from broadcaster.delivery.queue.pacing import Pace
from broadcaster.delivery.receiving.polling import poll
from broadcaster.delivery.receiving.receipts import apply
from broadcaster.delivery.send import recording
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.delivery.unknown import doubts
from broadcaster.kinds import Channel, Purpose
from broadcaster.providers.base import Receipt, ReceiptStatus
from broadcaster.providers.errors import Rejected
from broadcaster.providers.reasons import Reason
from broadcaster.roster.models import Family, Suppression
from tests import builders
from tests.delivery import worker

pytestmark = pytest.mark.django_db(transaction=True)

BEST, NEXT = builders.phone(60), builders.phone(61)
AGO = 1000.0


def stopped(delivery: Delivery) -> Receipt:
    """The vendor says that the phone stopped us."""
    ref = reference(current(), delivery.pk)
    return Receipt(
        Channel.SMS, ref, "SM1", "SM1:undelivered", "undelivered", ReceiptStatus.UNDELIVERED, 1.0, Reason.OPTED_OUT
    )


def when_it_was_handed_over(delivery: Delivery) -> None:
    held = batches.claim(Channel.SMS, "one", clock.now())
    assert held
    item = next(item for item in held.items if item.delivery_id == delivery.pk)
    pace = Pace(Channel.SMS, held.sender, rate=100.0)
    with transaction.atomic():
        calls = [(item, Rejected(Reason.OPTED_OUT, "21610"), clock.now())]
        recording.record(held, recording.Sent("e-1-1", calls), pace, clock.now())
        batches.give_back(held, clock.now())


def by_a_receipt(delivery: Delivery) -> None:
    with transaction.atomic():
        apply([stopped(delivery)])


def when_it_was_asked_for(delivery: Delivery) -> None:
    write([Change(delivery.pk, DeliveryStatus.SENT, clock.now() - AGO, provider_id="SM1")])
    Broadcast.objects.update(started_at=clock.now() - AGO)
    Polling.objects.create(broadcast_id=delivery.broadcast_id, due_at=clock.now() - 1)
    receipt = stopped(delivery)

    class Vendor:
        async def fetch(self, _provider_id: str) -> Receipt:
            return receipt

    ledger = Ledger(0)
    try:
        asyncio.run(poll(lambda _: Vendor(), ledger, clock.now()))  # type: ignore[arg-type, return-value] - it only fetches
    finally:
        ledger.close()


def when_a_doubt_was_settled(delivery: Delivery) -> None:
    raised = {"broadcast_id": delivery.broadcast_id, "channel": delivery.channel, "request": "e-1-1"}
    now = clock.now()
    with transaction.atomic():
        doubts.raise_doubts([Doubt(delivery_id=delivery.pk, cause="timeout", since=now, next_ask_at=now, **raised)])
    doubts.accepted(Doubt.objects.get(), stopped(delivery))


@pytest.mark.parametrize(
    "told", [when_it_was_handed_over, by_a_receipt, when_it_was_asked_for, when_a_doubt_was_settled]
)
def test_the_familys_next_address_comes_first_and_the_dead_one_is_remembered(told: Callable[[Delivery], None]) -> None:
    builders.families(3)
    home = Family.objects.create()
    builders.student(*(builders.guardian(family=home, sms=address) for address in (BEST, NEXT, builders.phone(62))))
    worker.plan(builders.broadcast(purpose=Purpose.EMERGENCY, channels=[Channel.SMS]).pk)
    told(Delivery.objects.get(address=BEST))
    first = batches.claim(Channel.SMS, "two", clock.now())
    assert first is not None
    assert {item.address for item in first.items} == {NEXT}
    assert Suppression.objects.get().address == BEST
