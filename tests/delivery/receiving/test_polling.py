"""Receipts that never came are asked for, politely, and what nobody says is never taken for delivered."""

import asyncio
from collections.abc import Sequence

import pytest

from broadcaster import clock
from broadcaster.broadcasts.models import Broadcast
from broadcaster.delivery.ledger import Ledger
from broadcaster.delivery.models import Delivery, Polling
from broadcaster.delivery.receiving import polling
from broadcaster.delivery.receiving.polling import next_pass, poll
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.kinds import Channel
from broadcaster.providers.base import Receipt, ReceiptStatus
from broadcaster.providers.errors import ProviderError, Throttled
from tests import builders
from tests.webhooks.rows import delivery, state

pytestmark = pytest.mark.django_db(transaction=True)

AGO = 1000.0


class Vendor:
    """Answers each question with the next of these; then that it delivered it."""

    def __init__(self, answers: Sequence[ProviderError | None] = ()) -> None:
        self.asked: list[str] = []
        self._answers = iter(answers)

    async def fetch(self, provider_id: str) -> Receipt:
        self.asked.append(provider_id)
        await asyncio.sleep(0)
        if error := next(self._answers, None):
            raise error
        return Receipt(
            Channel.SMS, None, provider_id, f"{provider_id}:delivered", "delivered", ReceiptStatus.DELIVERED, 1.0
        )


def silent(number: int) -> tuple[Broadcast, list[Delivery]]:
    """A broadcast that began long ago, and texts of it of which nobody has said anything since."""
    sent = builders.broadcast()
    Broadcast.objects.filter(pk=sent.pk).update(started_at=clock.now() - AGO, finished_at=clock.now() - AGO)
    made = [
        delivery(broadcast_id=sent.pk, sent_at=clock.now() - AGO, provider_id=f"SM{place}") for place in range(number)
    ]
    Polling.objects.create(broadcast_id=sent.pk, due_at=clock.now() - 1)
    return sent, made


def ask(vendor: Vendor) -> None:
    ledger = Ledger(0)
    try:
        asyncio.run(poll(lambda _: vendor, ledger, clock.now()))  # type: ignore[arg-type, return-value] - it only fetches
    finally:
        ledger.close()


def test_a_text_without_a_receipt_is_asked_for_and_written() -> None:
    sent, (made,) = silent(1)
    ask(Vendor())
    assert state(made) == DeliveryStatus.DELIVERED
    assert Polling.objects.get(pk=sent.pk).due_at > clock.now() + AGO / 4


def test_a_vendor_that_finds_it_too_much_is_left_alone_and_then_asked_the_same_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(polling, "_ROUND", 20)
    sent, made = silent(30)
    vendor = Vendor([None, Throttled(60.0)])
    ask(vendor)
    assert len(vendor.asked) < 20, "nobody goes on asking who was told to slow down"
    paused = Polling.objects.get(pk=sent.pk)
    assert (paused.cursor, paused.due_at > clock.now() + 50) == (0, True)
    assert state(made[0]) == DeliveryStatus.DELIVERED
    again = Vendor()
    ask(again)
    assert again.asked == [], "not before its time"
    Polling.objects.update(due_at=clock.now() - 1)
    ask(again)
    assert "SM1" in again.asked


def test_the_longer_all_is_out_the_longer_between_two_passes() -> None:
    passes, age, three_days = 0, 120.0, 72 * 3600.0
    while age < three_days:
        age += next_pass(age)
        passes += 1
    assert passes < 25
    assert next_pass(0.0) == 120.0
