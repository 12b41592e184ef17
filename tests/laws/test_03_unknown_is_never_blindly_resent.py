"""Law 3: an outcome that nobody knows is `unknown`, and is settled by asking, never by sending again in the hope."""

from collections.abc import Callable

import pytest
from django.db import transaction

from broadcaster import clock
from broadcaster.broadcasts import control
from broadcaster.broadcasts.models import Broadcast
from broadcaster.delivery import progress, wake
from broadcaster.delivery.epoch import current, reference, request_name
from broadcaster.delivery.models import Answer, Delivery, Doubt
from broadcaster.delivery.receiving.receipts import apply
from broadcaster.delivery.unknown import deciding, doubts
from broadcaster.kinds import Channel, Purpose
from broadcaster.providers.base import Receipt, ReceiptStatus
from broadcaster.reports import counts
from tests import builders
from tests.delivery import worker
from tests.sandbox.stage import Stage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nobody_hears_the_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wake, "_ring", lambda *_: None)


def going_out(channel: Channel, families: int = 6, purpose: Purpose = Purpose.GENERAL) -> None:
    builders.families(families)
    worker.plan(builders.broadcast(channels=[channel], purpose=purpose).pk)


def statuses() -> set[str]:
    return set(Delivery.objects.values_list("status", flat=True))


def doubted(delivery: Delivery, request: str = "") -> Doubt:
    return Doubt(
        delivery_id=delivery.pk,
        broadcast_id=delivery.broadcast_id,
        channel=delivery.channel,
        request=request,
        cause="timeout",
        since=clock.now(),
        next_ask_at=clock.now(),
    )


def waiting_for_a_person(vendors: Stage, channel: Channel, **faults: float) -> Broadcast:
    """A general broadcast of whose every message nobody could tell for so long that a person has to."""
    going_out(channel)
    vendors.faults(**faults)
    worker.send(vendors, channel)
    Doubt.objects.update(since=clock.now() - doubts.PATIENCE - 1, next_ask_at=0)
    vendors.faults(refuse_keys=True)
    worker.settle(vendors)
    vendors.faults()
    assert set(Doubt.objects.values_list("person", flat=True)) == {True}
    return Broadcast.objects.get()


def until_nothing_is_in_doubt(vendors: Stage, channel: Channel) -> None:
    until = clock.now() + 15
    while Doubt.objects.filter(settled_at__isnull=True).exists() or "queued" in statuses():
        assert clock.now() < until
        worker.settle(vendors)
        worker.send(vendors, channel)


def test_a_text_that_was_taken_before_the_line_was_cut_is_found_and_not_sent_again(
    vendors: Stage, policies: Callable[..., None]
) -> None:
    policies(absent_after_seconds=2)
    going_out(Channel.SMS)
    vendors.faults(cut_after=1)
    worker.send(vendors, Channel.SMS)
    assert statuses() == {"unknown"}
    vendors.faults()
    until_nothing_is_in_doubt(vendors, Channel.SMS)
    assert set(Doubt.objects.values_list("verdict", flat=True)) == {"accepted"}
    assert vendors.counts()["accepted"]["sms"] == 6


def test_a_text_that_the_vendor_never_took_is_sent_again_once_that_is_sure(
    vendors: Stage, policies: Callable[..., None]
) -> None:
    policies(absent_after_seconds=1)
    going_out(Channel.SMS)
    vendors.faults(error=1)
    worker.send(vendors, Channel.SMS)
    vendors.faults()
    worker.settle(vendors)
    assert statuses() == {"unknown"}, "a vendor that has not listed it yet may still be at it"
    until_nothing_is_in_doubt(vendors, Channel.SMS)
    assert set(Doubt.objects.values_list("verdict", flat=True)) == {"absent"}
    assert vendors.counts()["twice"]["count"] == 0


def test_the_same_words_to_the_same_phone_on_the_same_day_are_not_mistaken_for_each_other(
    vendors: Stage, policies: Callable[..., None]
) -> None:
    policies(absent_after_seconds=1)
    going_out(Channel.SMS, families=2)
    worker.send(vendors, Channel.SMS)
    worker.plan(builders.broadcast(channels=[Channel.SMS]).pk)
    vendors.faults(error=1)
    worker.send(vendors, Channel.SMS)
    vendors.faults()
    until_nothing_is_in_doubt(vendors, Channel.SMS)
    assert vendors.counts()["accepted"]["sms"] == 4
    assert set(Doubt.objects.values_list("verdict", flat=True)) == {"absent"}


def test_a_message_that_may_be_another_broadcasts_settles_nothing_until_receipts_had_their_time(
    vendors: Stage, policies: Callable[..., None]
) -> None:
    """The vendor took only the second of two texts that read alike, and says so after it was asked about the first."""
    policies(absent_after_seconds=1)
    going_out(Channel.SMS, families=1)
    vendors.faults(error=1)
    worker.send(vendors, Channel.SMS)
    worker.plan(builders.broadcast(channels=[Channel.SMS]).pk)
    vendors.faults(error_after=1)
    worker.send(vendors, Channel.SMS)
    vendors.faults()
    worker.settle(vendors)
    assert statuses() == {"unknown"}
    second = Delivery.objects.latest("pk")
    sid = vendors.listener.posts[0].form["MessageSid"]
    with transaction.atomic():
        apply(
            [Receipt(Channel.SMS, reference(current(), second.pk), sid, "e", "sent", ReceiptStatus.SENT, clock.now())]
        )
    until_nothing_is_in_doubt(vendors, Channel.SMS)
    assert vendors.counts()["accepted"]["sms"] == 2
    assert vendors.counts()["same_reference_twice"]["sms"]["StatusCallback"] == 0


def test_a_message_made_after_the_vendor_had_answered_is_not_the_one_it_answered_about(
    vendors: Stage, policies: Callable[..., None]
) -> None:
    """The vendor failed the first of two texts that read alike, took the second much later, and its receipt is lost."""
    policies(absent_after_seconds=1, ask_after_seconds=0)
    going_out(Channel.SMS, families=1)
    vendors.faults(error=1)
    worker.send(vendors, Channel.SMS)
    Doubt.objects.update(since=clock.now() - 60)
    worker.plan(builders.broadcast(channels=[Channel.SMS]).pk)
    vendors.faults(error_after=1)
    worker.send(vendors, Channel.SMS)
    vendors.faults()
    until_nothing_is_in_doubt(vendors, Channel.SMS)
    assert vendors.counts()["accepted"]["sms"] == 2
    assert vendors.counts()["same_reference_twice"]["sms"]["StatusCallback"] == 0


def test_of_two_doubts_that_read_alike_the_one_nearer_to_the_message_gets_it(
    vendors: Stage, policies: Callable[..., None]
) -> None:
    """Neither request was answered, the vendor took the second alone, and its receipt is lost."""
    policies(absent_after_seconds=1, ask_after_seconds=0)
    going_out(Channel.SMS, families=1)
    vendors.faults(cut=1)
    worker.send(vendors, Channel.SMS)
    Doubt.objects.update(since=clock.now() - 1)
    worker.plan(builders.broadcast(channels=[Channel.SMS]).pk)
    vendors.faults(cut_after=1, callbacks_lost=1)
    worker.send(vendors, Channel.SMS)
    vendors.faults()
    until_nothing_is_in_doubt(vendors, Channel.SMS)
    assert vendors.counts()["accepted"]["sms"] == 2
    assert vendors.counts()["same_reference_twice"]["sms"]["StatusCallback"] == 0


def test_a_text_from_early_in_a_long_lot_is_found(vendors: Stage, policies: Callable[..., None]) -> None:
    """A slow vendor made the lot last longer than it takes to be sure of the last of its texts."""
    policies(absent_after_seconds=1)
    going_out(Channel.SMS)
    vendors.faults(cut_after=1)
    worker.send(vendors, Channel.SMS)
    vendors.faults()
    Doubt.objects.update(since=clock.now() + 100)
    worker.settle(vendors)
    assert set(Doubt.objects.values_list("verdict", flat=True)) == {"accepted"}


def test_one_event_of_a_mail_request_proves_that_all_of_it_was_taken(vendors: Stage) -> None:
    going_out(Channel.EMAIL)
    vendors.faults(error_after=1, callback_delay=60)
    worker.send(vendors, Channel.EMAIL)
    assert statuses() == {"unknown"}
    doubt = Doubt.objects.first()
    assert doubt is not None
    event = Receipt(
        Channel.EMAIL,
        reference(current(), doubt.delivery_id),
        "id",
        "event",
        "open",
        None,
        clock.now(),
        request=doubt.request,
    )
    with transaction.atomic():
        apply([event])
    assert statuses() == {"sent"}
    assert not Doubt.objects.filter(settled_at__isnull=True).exists()


def test_an_event_proves_its_request_even_if_it_came_before_anybody_doubted_it(vendors: Stage) -> None:
    going_out(Channel.EMAIL)
    first = Delivery.objects.order_by("pk")[0]
    request = request_name(current(), first.batch_id or 0, first.pk)
    with transaction.atomic():
        apply(
            [
                Receipt(
                    Channel.EMAIL,
                    reference(current(), first.pk),
                    "id",
                    "e",
                    "delivered",
                    ReceiptStatus.DELIVERED,
                    clock.now(),
                    request=request,
                )
            ]
        )
    with transaction.atomic():
        doubts.raise_doubts([doubted(one, request) for one in Delivery.objects.all()])
    assert statuses() == {"delivered", "unknown"}
    worker.settle(vendors)
    assert statuses() == {"delivered", "sent"}
    assert set(Doubt.objects.values_list("verdict", flat=True)) == {"accepted"}


def test_mail_whose_events_are_lost_is_found_in_the_vendors_log_and_not_sent_again(vendors: Stage) -> None:
    going_out(Channel.EMAIL)
    vendors.faults(error_after=1)
    worker.send(vendors, Channel.EMAIL)
    assert statuses() == {"unknown"}
    vendors.faults()
    until = clock.now() + 15
    while "unknown" in statuses():
        assert clock.now() < until
        Doubt.objects.update(next_ask_at=0)
        worker.settle(vendors)
    assert statuses() <= {"sent", "delivered"}, "one message of the request proves that all of it was taken"
    assert Doubt.objects.filter(settled_at__isnull=True).count() == 0
    assert vendors.counts()["accepted"]["email"] == 6


@pytest.mark.parametrize("say", [Answer.NOT_LISTED, ""])
def test_that_the_log_has_no_mail_or_is_closed_to_us_settles_nothing(vendors: Stage, say: str) -> None:
    going_out(Channel.EMAIL)
    vendors.faults(error=1)
    worker.send(vendors, Channel.EMAIL)
    vendors.faults(refuse_logs=not say)
    Doubt.objects.update(next_ask_at=0)
    worker.settle(vendors)
    assert statuses() == {"unknown"}
    assert set(Doubt.objects.values_list("answer", flat=True)) == {say}
    assert Broadcast.objects.get().status == "sending", "a key that may not read the log may still send"


def test_silent_mail_is_not_sent_again_unless_policy_says_so(vendors: Stage, policies: Callable[..., None]) -> None:
    going_out(Channel.EMAIL)
    vendors.faults(error=1)
    worker.send(vendors, Channel.EMAIL)
    Doubt.objects.update(since=clock.now() - 100, next_ask_at=0)
    worker.settle(vendors)
    assert statuses() == {"unknown"}
    policies(mail_silence_seconds=50)
    Doubt.objects.update(next_ask_at=0)
    worker.settle(vendors)
    assert statuses() == {"queued"}


@pytest.mark.parametrize(("purpose", "ends"), [(Purpose.EMERGENCY, "queued"), (Purpose.GENERAL, "unknown")])
def test_what_stays_unknown_goes_once_more_in_an_emergency_and_else_waits_for_a_person(
    vendors: Stage, purpose: Purpose, ends: str
) -> None:
    going_out(Channel.EMAIL, purpose=purpose)
    vendors.faults(error=1)
    worker.send(vendors, Channel.EMAIL)
    Doubt.objects.update(since=clock.now() - doubts.PATIENCE - 1, next_ask_at=0)
    worker.settle(vendors)
    assert statuses() == {ends}
    assert Doubt.objects.filter(person=True).exists() == (ends == "unknown")


def test_a_person_who_saw_that_they_went_out_settles_them_and_the_broadcast_completes(vendors: Stage) -> None:
    made = waiting_for_a_person(vendors, Channel.EMAIL, error_after=1, callback_delay=60)
    progress.sweep(clock.now())
    assert Broadcast.objects.get().status == "sending"
    assert deciding.settle(made, deciding.Seen.SENT, "a person", "seen at the vendor's") == 6
    assert statuses() == {"sent"}
    progress.sweep(clock.now())
    assert Broadcast.objects.get().status == "completed"
    assert vendors.counts()["accepted"]["email"] == 6


def test_a_person_who_saw_that_they_did_not_has_them_sent_again_once(vendors: Stage) -> None:
    made = waiting_for_a_person(vendors, Channel.EMAIL, error=1)
    assert deciding.settle(made, deciding.Seen.NOT_SENT, "a person") == 6
    worker.send(vendors, Channel.EMAIL)
    assert vendors.counts()["accepted"]["email"] == 6
    assert counts.report(made.pk).resends == 6
    with pytest.raises(deciding.NothingToSettle):
        deciding.settle(made, deciding.Seen.NOT_SENT, "another person")


@pytest.mark.parametrize("channel", list(Channel))
def test_what_waits_for_a_person_is_settled_by_a_late_receipt_too(vendors: Stage, channel: Channel) -> None:
    made = waiting_for_a_person(vendors, channel, error_after=1, callback_delay=60)
    late = [
        Receipt(channel, reference(current(), one.pk), "id", f"e{one.pk}", "d", ReceiptStatus.DELIVERED, clock.now())
        for one in Delivery.objects.all()
    ]
    with transaction.atomic():
        apply(late)
    assert statuses() == {"delivered"}
    with pytest.raises(deciding.NothingToSettle):
        deciding.settle(made, deciding.Seen.NOT_SENT, "a person")


def test_texts_that_wait_for_a_person_are_asked_about_on(vendors: Stage) -> None:
    """The vendor could not be asked for a quarter of an hour; once it answers, nobody has to decide."""
    waiting_for_a_person(vendors, Channel.SMS, error_after=1, callback_delay=60)
    Doubt.objects.update(next_ask_at=0, since=clock.now())  # when the vendor really made them
    worker.settle(vendors)
    assert statuses() == {"sent"}
    assert vendors.counts()["accepted"]["sms"] == 6


def test_nothing_of_a_cancelled_broadcast_is_sent_again(vendors: Stage) -> None:
    going_out(Channel.EMAIL, purpose=Purpose.EMERGENCY)
    vendors.faults(error_after=1, callback_delay=60)
    worker.send(vendors, Channel.EMAIL)
    made = Broadcast.objects.get()
    control.cancel(made, "a person")
    Doubt.objects.update(since=clock.now() - doubts.PATIENCE - 1, next_ask_at=0)
    worker.settle(vendors)
    progress.sweep(clock.now())
    assert statuses() == {"unknown"}, "it may have been sent, so it is not counted as cancelled"
    assert Broadcast.objects.get().finished_at is not None, "it waits for nobody"
    with pytest.raises(deciding.NothingToSettle, match="cancelled"):
        deciding.settle(made, deciding.Seen.NOT_SENT, "a person")


def test_an_old_answer_does_not_touch_a_newer_attempt(vendors: Stage) -> None:
    going_out(Channel.SMS, families=1)
    vendors.faults(error=1)
    worker.send(vendors, Channel.SMS)
    old = Doubt.objects.get()
    doubts.absent([old])
    worker.send(vendors, Channel.SMS)
    assert statuses() == {"unknown"}
    doubts.absent([old])
    assert statuses() == {"unknown"}
