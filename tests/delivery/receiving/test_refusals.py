"""The automatic pause: the ledger's last outcomes are counted whenever one of them is our account's fault."""

import asyncio
import time
from collections.abc import Sequence

import pytest
from django.db import connection, transaction

from broadcaster import clock
from broadcaster.broadcasts import control
from broadcaster.broadcasts.models import AuditEntry, Broadcast
from broadcaster.delivery import epoch
from broadcaster.delivery.models import Batch, Delivery
from broadcaster.delivery.receiving import receipts, refusals
from broadcaster.kinds import Channel
from broadcaster.providers.base import Content, Message, Provider, Receipt, ReceiptStatus, Result
from broadcaster.providers.errors import Rejected, Throttled
from broadcaster.providers.reasons import Reason
from tests import builders
from tests.delivery import worker
from tests.sandbox.stage import Stage

OURS = Rejected(Reason.UNREGISTERED_SENDER, "30034")
THEIRS = Rejected(Reason.INVALID_NUMBER, "21211")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _of_the_last_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "LAST", 10)


def texts(families: int) -> Broadcast:
    """A planned broadcast by text to so many families."""
    builders.families(families)
    made = builders.broadcast(channels=[Channel.SMS])
    worker.plan(made.pk)
    return made


def answering(answers: dict[int, Result]) -> worker.Wrap:
    """Answers the texts to these families so; the vendor itself answers the others."""

    def wrap(real: Provider) -> Provider:
        ask = real.send

        async def send(sender: str, content: Content, messages: Sequence[Message], request: str) -> Sequence[Result]:
            for family, answer in answers.items():
                if messages[0].to == builders.phone(family):
                    return [answer]
            return await ask(sender, content, messages, request)

        real.send = send  # type: ignore[method-assign]
        return real

    return wrap


def status(broadcast: Broadcast) -> str:
    broadcast.refresh_from_db()
    return broadcast.status


def test_more_than_the_share_of_the_last_outcomes_pauses_and_says_why(vendors: Stage) -> None:
    made = texts(10)
    worker.send(vendors, Channel.SMS, answering(dict.fromkeys(range(6), OURS)))
    assert status(made) == "paused"
    assert made.status_reason == "6 of the last 10 messages were refused: Our sending number is not registered."
    assert AuditEntry.objects.filter(broadcast_id=made.pk, act="paused", actor="worker").count() == 1


def test_as_much_as_the_share_goes_on(vendors: Stage) -> None:
    made = texts(10)
    worker.send(vendors, Channel.SMS, answering(dict.fromkeys(range(5), OURS)))
    assert status(made) != "paused"


def test_what_is_the_familys_side_never_pauses(vendors: Stage) -> None:
    made = texts(12)
    worker.send(vendors, Channel.SMS, answering(dict.fromkeys(range(12), THEIRS)))
    assert status(made) != "paused"


def test_fewer_outcomes_than_are_looked_at_say_nothing(vendors: Stage) -> None:
    made = texts(9)
    worker.send(vendors, Channel.SMS, answering(dict.fromkeys(range(9), OURS)))
    assert status(made) != "paused"


def test_what_is_queued_again_is_no_outcome(vendors: Stage) -> None:
    """A vendor that is full now and then must not hide that it refuses all the rest."""
    made = texts(12)
    answers: dict[int, Result] = {**dict.fromkeys(range(10), OURS), 10: Throttled(30.0), 11: Throttled(30.0)}
    worker.send(vendors, Channel.SMS, answering(answers))
    assert status(made) == "paused"


def test_outcomes_add_up_over_batches_and_not_over_broadcasts(vendors: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broadcaster.delivery.plan.chunk.BATCH_SIZE", {Channel.SMS: 3, Channel.EMAIL: 3})
    builders.families(9)
    for last, expected in ((10, "sending"), (10, "sending"), (9, "paused")):
        monkeypatch.setattr(refusals, "LAST", last)
        made = builders.broadcast(channels=[Channel.SMS])
        worker.plan(made.pk)
        worker.send(vendors, Channel.SMS, answering(dict.fromkeys(range(9), OURS)))
        assert status(made) == expected


def test_refusals_that_only_receipts_tell_of_count_too(vendors: Stage) -> None:
    """The vendor takes each text and says only later that our number is not registered with the carriers (30034)."""
    made = texts(30)
    worker.send(vendors, Channel.SMS)
    sent = list(Delivery.objects.order_by("pk").values_list("pk", flat=True))
    with transaction.atomic():
        receipts.apply([receipt(each, ReceiptStatus.DELIVERED) for each in sent[:4]])
        receipts.apply([receipt(each, ReceiptStatus.UNDELIVERED, Reason.UNREGISTERED_SENDER) for each in sent[4:9]])
    assert status(made) != "paused", "nine have ended; twenty-one may still be delivered"
    Broadcast.objects.filter(pk=made.pk).update(status="sending")
    with transaction.atomic():
        receipts.apply([receipt(sent[9], ReceiptStatus.UNDELIVERED, Reason.UNREGISTERED_SENDER)])
    assert status(made) == "paused"
    assert made.status_reason.startswith("6 of the last 10 messages were refused")


def receipt(delivery_id: int, said: ReceiptStatus, reason: Reason | None = None) -> Receipt:
    return Receipt(
        channel=Channel.SMS,
        ref=epoch.reference(epoch.current(), delivery_id),
        provider_id="",
        event_id=f"{delivery_id} {said}",
        word=said.value,
        status=said,
        at=clock.now(),
        reason=reason,
    )


def test_who_resumes_it_gets_as_many_tries_again(vendors: Stage) -> None:
    made = texts(10)
    worker.send(vendors, Channel.SMS, answering(dict.fromkeys(range(10), OURS)))
    assert status(made) == "paused"
    for refused, expected in ((9, "sending"), (1, "paused")):
        if made.status == "paused":
            control.resume(made, "sam")
        again = Delivery.objects.filter(status="failed").exclude(ended_at__gte=made.resumed_at or 0)[:refused]
        Delivery.objects.filter(pk__in=[each.pk for each in again]).update(status="queued", ended_at=None)
        Batch.objects.update(done_at=None)
        worker.send(vendors, Channel.SMS, answering(dict.fromkeys(range(10), OURS)))
        assert status(made) == expected


def test_outcomes_that_come_while_their_lot_is_under_way_count_at_once(
    vendors: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broadcaster.delivery.send.sending.RECORD_EVERY", 0.02)
    texts(12)
    paused_in_time: list[bool] = []
    worker.send(vendors, Channel.SMS, refusing(paused_in_time))
    assert paused_in_time == [True]


def refusing(paused_in_time: list[bool]) -> worker.Wrap:
    """Refuses all texts at once but the last, whose answer takes until the broadcast is paused."""

    def wrap(real: Provider) -> Provider:
        async def send(sender: str, content: Content, messages: Sequence[Message], request: str) -> list[Result]:
            if messages[0].to == builders.phone(11):
                until = time.monotonic() + 5
                while not (paused := await asyncio.to_thread(_paused)) and time.monotonic() < until:
                    pass
                paused_in_time.append(paused)
            return [OURS]

        real.send = send  # type: ignore[method-assign]
        return real

    return wrap


def _paused() -> bool:
    try:
        return Broadcast.objects.get().status == "paused"
    finally:
        connection.close()
