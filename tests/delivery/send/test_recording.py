"""What a provider's answer does to a delivery, by the class of the answer."""

import asyncio
from collections.abc import Callable, Sequence

import pytest
from django.db import connection

from broadcaster import clock
from broadcaster.broadcasts.models import AuditEntry, Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery.models import Batch, Delivery, Doubt, Pace
from broadcaster.delivery.queue import retry
from broadcaster.kinds import Channel, Purpose
from broadcaster.providers.base import Accepted, Content, Message, Provider, Result
from broadcaster.providers.errors import KeyRefused, OutcomeUnknown, Rejected, Throttled, Unreachable
from broadcaster.providers.reasons import Reason
from broadcaster.roster import consent
from broadcaster.roster.models import ConsentState
from tests import builders
from tests.delivery import worker
from tests.sandbox.stage import Stage

pytestmark = pytest.mark.django_db(transaction=True)


def answering(*answers: Result) -> worker.Wrap:
    """A provider that gives these answers to the first messages, and takes the rest."""

    def wrap(real: Provider) -> Provider:
        left = list(answers)

        async def send(sender: str, content: Content, messages: Sequence[Message], request: str) -> list[Result]:
            return [left.pop(0) if left else Accepted(f"id-{message.ref}") for message in messages]

        real.send = send  # type: ignore[method-assign]
        return real

    return wrap


def planned(families: int = 1, **fields: object) -> Broadcast:
    builders.families(families)
    made = builders.broadcast(channels=[Channel.SMS], **fields)  # type: ignore[arg-type]
    worker.plan(made.pk)
    return made


def test_accepted_is_sent_with_the_vendors_id(vendors: Stage) -> None:
    planned()
    worker.send(vendors, Channel.SMS, answering(Accepted("SM1")))
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.provider_id) == ("sent", "SM1")
    assert delivery.sent_at is not None
    assert Batch.objects.get().done_at is not None


def test_rejected_has_failed_for_good_with_its_reason(vendors: Stage) -> None:
    planned()
    worker.send(vendors, Channel.SMS, answering(Rejected(Reason.NOT_A_MOBILE, "21614")))
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.reason, delivery.code) == ("failed", "not a mobile", "21614")


@pytest.mark.parametrize("answer", [Throttled(retry_after=7.0), Unreachable("refused")])
def test_what_the_vendor_did_not_process_is_queued_again_in_a_batch_of_its_own(vendors: Stage, answer: Result) -> None:
    planned(3)
    before = clock.now()
    worker.send(vendors, Channel.SMS, answering(answer))
    again = Delivery.objects.get(status="queued")
    batch = Batch.objects.get(pk=again.batch_id)
    assert (batch.attempt, batch.size, batch.worker) == (1, 1, "")
    assert batch.due_at - before >= (7.0 if isinstance(answer, Throttled) else 0.5)
    assert Delivery.objects.filter(status="sent").count() == 2


def test_a_throttled_sender_is_held_back_for_as_long_as_the_vendor_asked(vendors: Stage) -> None:
    planned(2)
    before = clock.now()
    worker.send(vendors, Channel.SMS, answering(Throttled(retry_after=9.0)))
    assert Pace.objects.get().free_at - before >= 9.0


def test_what_can_not_go_while_it_still_matters_has_expired(vendors: Stage) -> None:
    made = planned()
    Broadcast.objects.filter(pk=made.pk).update(approved_at=clock.now() - retry.VALIDITY[Purpose.GENERAL])
    worker.send(vendors, Channel.SMS, answering(Throttled(retry_after=5.0)))
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.reason) == ("failed", "expired")


def test_a_refused_key_pauses_the_broadcast_and_fails_nothing(vendors: Stage) -> None:
    made = planned(4)
    worker.send(vendors, Channel.SMS, answering(KeyRefused("Twilio refuses our key."), KeyRefused("again")))
    made.refresh_from_db()
    assert (made.status, made.status_reason) == (BroadcastStatus.PAUSED, "Twilio refuses our key.")
    assert Delivery.objects.filter(status="queued").count() == 2
    assert Batch.objects.get().worker == ""
    assert AuditEntry.objects.filter(act="paused", broadcast_id=made.pk).count() == 1

    Broadcast.move(made.pk, BroadcastStatus.SENDING)
    worker.send(vendors, Channel.SMS)
    assert set(Delivery.objects.values_list("status", flat=True)) == {"sent"}


def test_an_unknown_outcome_is_kept_with_its_cause_and_its_own_request(vendors: Stage) -> None:
    planned()
    worker.send(vendors, Channel.SMS, answering(OutcomeUnknown("TimeoutError", "part.2")))
    assert Delivery.objects.get().status == "unknown"
    doubt = Doubt.objects.get()
    assert (doubt.cause, doubt.request) == ("TimeoutError", "part.2")


def test_who_opts_out_after_the_plan_is_not_written_to(vendors: Stage) -> None:
    planned(3)
    consent.record(Channel.SMS, builders.phone(1), Purpose.GENERAL, ConsentState.OPTED_OUT, source="test")
    worker.send(vendors, Channel.SMS)
    delivery = Delivery.objects.get(address=builders.phone(1))
    assert (delivery.status, delivery.reason) == ("suppressed", "opted out")
    assert vendors.counts()["accepted"]["sms"] == 2


def test_a_family_that_opted_out_of_general_still_gets_an_emergency(vendors: Stage) -> None:
    builders.families(1)
    consent.record(Channel.SMS, builders.phone(0), Purpose.GENERAL, ConsentState.OPTED_OUT, source="test")
    worker.plan(builders.broadcast(channels=[Channel.SMS], purpose=Purpose.EMERGENCY).pk)
    worker.send(vendors, Channel.SMS)
    assert Delivery.objects.get().status in ("sent", "delivered")


def test_each_familys_own_text_is_measured_and_filled(vendors: Stage) -> None:
    builders.families(1)
    made = builders.broadcast(channels=[Channel.SMS], sms="News of [[student_names]]. " + "x" * 150)
    worker.plan(made.pk)
    worker.send(vendors, Channel.SMS)
    assert Delivery.objects.get().segments == 2
    body = vendors.http.get(f"{vendors.url}/sandbox/messages", timeout=5).json()["messages"][0]["text"]
    assert body.startswith("News of Student ")


def test_a_mail_request_with_one_bad_address_costs_one_delivery(vendors: Stage) -> None:
    builders.families(5)
    bad = builders.guardian(email="invalid.someone@example.org")
    builders.student(bad)
    worker.plan(builders.broadcast(channels=[Channel.EMAIL]).pk)
    worker.send(vendors, Channel.EMAIL)
    assert Delivery.objects.get(address="invalid.someone@example.org").status == "failed"
    assert Delivery.objects.filter(status__in=("sent", "delivered")).count() == 5


def test_a_lot_holds_no_more_than_its_pace(vendors: Stage, slow: Callable[[float], None]) -> None:
    slow(4)
    planned(8)
    began = clock.now()
    worker.send(vendors, Channel.SMS)
    took = clock.now() - began
    assert Delivery.objects.filter(status="sent").count() == 8
    assert took >= 8 / 4 - 0.3, "eight texts at four a second start over at least a second and three quarters"


def test_an_outcome_is_recorded_while_the_rest_of_its_lot_is_still_under_way(
    vendors: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broadcaster.delivery.send.sending.RECORD_EVERY", 0.02)
    planned(2)
    seen: list[str] = []

    def waiting(real: Provider) -> Provider:
        slow = builders.phone(1)

        async def send(sender: str, content: Content, messages: Sequence[Message], request: str) -> list[Result]:
            if messages[0].to == slow:
                for _ in range(500):
                    if await asyncio.to_thread(_recorded):
                        seen.append("recorded")
                        break
            return [Accepted("id")]

        real.send = send  # type: ignore[method-assign]
        return real

    worker.send(vendors, Channel.SMS, waiting)
    assert seen
    assert Delivery.objects.filter(status="sent").count() == 2


def _recorded() -> bool:
    try:
        return Delivery.objects.filter(address=builders.phone(0), status="sent").exists()
    finally:
        connection.close()


def test_a_broadcast_most_of_which_is_refused_for_our_own_fault_is_paused_and_says_why(
    vendors: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broadcaster.delivery.send.sending.LOT_TEXTS", 10)
    monkeypatch.setattr("broadcaster.delivery.receiving.refusals.LAST", 10)
    made = planned(60)
    refused = Rejected(Reason.UNREGISTERED_SENDER, "30034")
    worker.send(vendors, Channel.SMS, answering(*[refused] * 60))
    made.refresh_from_db()
    assert made.status == BroadcastStatus.PAUSED
    assert "10 of the last 10 messages were refused: Our sending number is not registered." in made.status_reason
    assert Delivery.objects.filter(status="queued").exists()


def test_wrong_numbers_are_the_familys_side_and_pause_nothing(vendors: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broadcaster.delivery.receiving.refusals.LAST", 10)
    made = planned(20)
    worker.send(vendors, Channel.SMS, answering(*[Rejected(Reason.INVALID_NUMBER, "21211")] * 20))
    made.refresh_from_db()
    assert made.status == BroadcastStatus.SENDING
