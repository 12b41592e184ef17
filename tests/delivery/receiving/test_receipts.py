"""Receipts in any order, doubled, early or late: the ledger ends the same and never goes backwards."""

import random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadcaster import clock
from broadcaster.delivery import epoch
from broadcaster.delivery.models import Delivery, Doubt
from broadcaster.delivery.outcomes import Change, write
from broadcaster.delivery.receiving.receipts import apply
from broadcaster.delivery.status import MOVES, DeliveryStatus
from broadcaster.kinds import Channel, Purpose
from broadcaster.providers.base import Receipt, ReceiptStatus
from broadcaster.providers.reasons import Reason
from broadcaster.roster.models import Consent
from tests import builders
from tests.delivery import worker

pytestmark = pytest.mark.django_db

#: what a vendor says of one message, from the first word to the last
STORIES = [
    [ReceiptStatus.SENT, ReceiptStatus.DELIVERED],
    [ReceiptStatus.SENT, ReceiptStatus.UNDELIVERED],
    [ReceiptStatus.SENT, ReceiptStatus.DELIVERED, ReceiptStatus.UNDELIVERED],
    [ReceiptStatus.SENT, ReceiptStatus.FAILED],
    [ReceiptStatus.SENT],
]


def receipt(delivery_id: int, status: ReceiptStatus | None, **fields: object) -> Receipt:
    ref = epoch.reference(epoch.current(), delivery_id)
    word = str(status)
    values = {"channel": Channel.SMS, "provider_id": f"SM{delivery_id}", "at": clock.now(), **fields}
    return Receipt(ref=ref, event_id=f"{ref}:{word}", word=word, status=status, **values)  # type: ignore[arg-type]


def planned(families: int = 1) -> list[Delivery]:
    builders.families(families)
    worker.plan(builders.broadcast(channels=[Channel.SMS]).pk)
    return list(Delivery.objects.order_by("id"))


def take(*receipts: Receipt) -> list[int | None]:
    with transaction.atomic():
        return apply(receipts)


def status_of(delivery: Delivery) -> str:
    delivery.refresh_from_db()
    return delivery.status


def test_a_receipt_that_comes_before_the_send_is_recorded_is_kept() -> None:
    (delivery,) = planned()
    take(receipt(delivery.pk, ReceiptStatus.DELIVERED))
    assert status_of(delivery) == "delivered"
    write([Change(delivery.pk, DeliveryStatus.SENT, clock.now(), provider_id="SM1")])
    assert status_of(delivery) == "delivered"


def test_a_late_sent_receipt_does_not_reopen_a_delivered_delivery() -> None:
    (delivery,) = planned()
    take(receipt(delivery.pk, ReceiptStatus.DELIVERED))
    take(receipt(delivery.pk, ReceiptStatus.SENT))
    assert status_of(delivery) == "delivered"


def test_a_mail_bounce_may_follow_delivered_and_stays() -> None:
    (delivery,) = planned()
    take(receipt(delivery.pk, ReceiptStatus.DELIVERED), receipt(delivery.pk, ReceiptStatus.UNDELIVERED))
    take(receipt(delivery.pk, ReceiptStatus.DELIVERED))
    assert status_of(delivery) == "undelivered"


def test_a_receipt_settles_the_doubt_about_its_delivery() -> None:
    (delivery,) = planned()
    write([Change(delivery.pk, DeliveryStatus.UNKNOWN, clock.now())])
    Doubt.objects.create(
        delivery_id=delivery.pk, broadcast_id=delivery.broadcast_id, channel="sms", cause="x", since=0, next_ask_at=0
    )
    take(receipt(delivery.pk, ReceiptStatus.DELIVERED))
    assert Doubt.objects.get().verdict == "receipt"


def test_a_word_that_moves_nothing_moves_nothing() -> None:
    (delivery,) = planned()
    assert take(receipt(delivery.pk, None)) == [delivery.pk]
    assert status_of(delivery) == "queued"


def test_an_unsubscribe_at_the_mail_vendor_ends_general_mail_only() -> None:
    (delivery,) = planned()
    take(receipt(delivery.pk, None, reason=Reason.OPTED_OUT))
    assert list(Consent.objects.values_list("address", "purpose", "state")) == [
        (delivery.address, Purpose.GENERAL, "out")
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(STORIES), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_ledger_ends_the_same_in_whatever_order_and_however_often_receipts_come(
    stories: list[list[ReceiptStatus]], dice: random.Random
) -> None:
    with transaction.atomic():
        deliveries = planned(len(stories))
        said = [receipt(d.pk, status) for d, story in zip(deliveries, stories, strict=True) for status in story]
        storm = said + dice.choices(said, k=len(said))
        dice.shuffle(storm)
        while storm:
            size = dice.randint(1, len(storm))
            take(*storm[:size])
            storm = storm[size:]
        assert [status_of(d) for d in deliveries] == [story[-1].value for story in stories]
        transaction.set_rollback(True)


@pytest.mark.parametrize("origin", [status for status in DeliveryStatus if status != DeliveryStatus.SENDING])
@pytest.mark.parametrize("goal", [status for status in DeliveryStatus if status != DeliveryStatus.SENDING])
def test_only_the_moves_of_the_table_are_written(origin: DeliveryStatus, goal: DeliveryStatus) -> None:
    (delivery,) = planned()
    Delivery.objects.filter(pk=delivery.pk).update(status=origin)
    moved = write([Change(delivery.pk, goal, clock.now())])
    assert moved == (goal in MOVES[origin])
    assert status_of(delivery) == (goal if moved else origin)
