"""A receipt that overtakes the answer to its own request: what it told is not in doubt."""

import asyncio
from collections.abc import Sequence

import pytest
from django.db import connection, transaction

from broadcaster import clock
from broadcaster.delivery.models import Delivery, Doubt
from broadcaster.delivery.receipts import apply
from broadcaster.kinds import Channel
from broadcaster.providers.base import Content, Message, Provider, Receipt, ReceiptStatus, Result
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
