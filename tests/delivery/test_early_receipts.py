"""A receipt that overtakes the answer to its own request: what it told is not in doubt."""

import asyncio
from collections.abc import Callable, Sequence

import pytest
from django.db import connection, transaction

from broadcaster import clock
from broadcaster.delivery.models import Batch, Delivery, Doubt
from broadcaster.delivery.receiving.receipts import apply
from broadcaster.delivery.unknown import doubts
from broadcaster.kinds import Channel
from broadcaster.providers.base import Accepted, Content, Message, Provider, Receipt, ReceiptStatus, Result
from broadcaster.providers.errors import OutcomeUnknown
from tests import builders
from tests.delivery import worker
from tests.sandbox.stage import Stage

pytestmark = pytest.mark.django_db(transaction=True)


def told_before_the_answer(status: ReceiptStatus) -> worker.Wrap:
    """A vendor that takes the first message, says so by a receipt, and only then breaks the connections."""

    def hear(channel: Channel, ref: str) -> None:
        try:
            with transaction.atomic():
                apply([Receipt(channel, ref, "id-1", "event-1", status.value, status, clock.now())])
        finally:
            connection.close()

    def wrap(real: Provider) -> Provider:
        heard: list[str] = []

        async def send(sender: str, content: Content, messages: Sequence[Message], request: str) -> list[Result]:
            if not heard:
                heard.append(messages[0].ref)
                channel = Channel.EMAIL if "@" in messages[0].to else Channel.SMS
                await asyncio.to_thread(hear, channel, messages[0].ref)
            return [OutcomeUnknown("cut") for _ in messages]

        real.send = send  # type: ignore[method-assign]
        return real

    return wrap


@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("status", [ReceiptStatus.SENT, ReceiptStatus.DELIVERED])
def test_an_outcome_that_a_receipt_has_told_already_is_not_in_doubt(
    vendors: Stage, channel: Channel, status: ReceiptStatus
) -> None:
    """Else a broadcast whose every message arrived would wait for a person, and its report count a resend that never
    was.
    """
    builders.families(3)
    worker.plan(builders.broadcast(channels=[channel]).pk)
    worker.send(vendors, channel, told_before_the_answer(status))
    told = Delivery.objects.get(status=status.value)
    unknown = set(Delivery.objects.filter(status="unknown").values_list("pk", flat=True))
    assert len(unknown) == 2
    assert told.pk not in unknown
    assert set(Doubt.objects.values_list("delivery_id", flat=True)) == unknown


def taken_over_before_the_answer(answer: Result) -> worker.Wrap:
    """A vendor so slow that the worker's lease runs out and its batch is taken over while it waits."""

    def take_over() -> None:
        try:
            Batch.objects.update(lease_until=clock.now() - 1)
            assert doubts.take_over(clock.now()) == 1
        finally:
            connection.close()

    def wrap(real: Provider) -> Provider:
        async def send(sender: str, content: Content, messages: Sequence[Message], request: str) -> list[Result]:
            await asyncio.to_thread(take_over)
            return [answer for _ in messages]

        real.send = send  # type: ignore[method-assign]
        return real

    return wrap


def test_a_delivery_is_in_doubt_once_though_its_worker_and_whoever_took_over_both_doubt_it(vendors: Stage) -> None:
    """The second doubt would be settled on its own, and queue a newer attempt again that the vendor may have taken."""
    builders.families(1)
    worker.plan(builders.broadcast(channels=[Channel.SMS]).pk)
    worker.send(vendors, Channel.SMS, taken_over_before_the_answer(OutcomeUnknown("cut")))
    assert Doubt.objects.get().cause == "its worker stopped"


def test_an_answer_after_the_take_over_ends_the_doubt_and_counts_no_resend(
    vendors: Stage, policies: Callable[..., None]
) -> None:
    policies(absent_after_seconds=0.001)
    builders.families(1)
    worker.plan(builders.broadcast(channels=[Channel.SMS]).pk)
    worker.send(vendors, Channel.SMS, taken_over_before_the_answer(Accepted("SM1")))
    assert Delivery.objects.get().status == "sent"
    worker.settle(vendors)
    assert Doubt.objects.get().verdict == "receipt"
