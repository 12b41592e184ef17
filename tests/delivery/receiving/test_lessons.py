"""What did not arrive teaches the roster once it is sure. A drill teaches nothing, nor what the ledger did not take."""

import pytest
from django.db import transaction

from broadcaster.broadcasts.models import Broadcast
from broadcaster.delivery.models import Delivery
from broadcaster.delivery.outcomes import Change, write
from broadcaster.delivery.receiving import lessons, settling
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.kinds import Channel
from broadcaster.providers.reasons import Reason
from broadcaster.roster.models import Consent, Contact, Suppression
from tests import builders
from tests.delivery import worker

pytestmark = pytest.mark.django_db


def failed(channel: Channel, reason: Reason, told: lessons.Told, *, drill: bool = False) -> Broadcast:
    """One more broadcast, whose only message does not arrive."""
    if not Contact.objects.exists():
        builders.families(1)
    made = builders.broadcast(channels=[channel], drill=drill)
    worker.plan(made.pk)
    (delivery,) = Delivery.objects.filter(broadcast_id=made.pk)
    change = Change(delivery.pk, DeliveryStatus.FAILED, 100.0, reason)
    with transaction.atomic():
        write([change])
        lessons.learn([change], told)
    return made


def causes() -> list[str]:
    return list(Suppression.objects.filter(lifted_at=None).values_list("cause", flat=True))


@pytest.mark.parametrize(
    ("channel", "reason", "cause"),
    [
        (Channel.SMS, Reason.INVALID_NUMBER, "invalid number"),
        (Channel.SMS, Reason.NOT_A_MOBILE, "landline"),
        (Channel.SMS, Reason.OPTED_OUT, "carrier stop"),
        (Channel.EMAIL, Reason.INVALID_ADDRESS, "invalid address"),
        (Channel.EMAIL, Reason.MAILBOX_MISSING, "bounced"),
        (Channel.EMAIL, Reason.SUPPRESSED, "bounced"),
    ],
)
def test_an_address_that_the_vendor_refuses_for_good_is_not_written_to_again(
    channel: Channel, reason: Reason, cause: str
) -> None:
    failed(channel, reason, lessons.Told.AT_ONCE)
    assert causes() == [cause]
    worker.plan(builders.broadcast(channels=[channel]).pk)
    assert Delivery.objects.latest("pk").status == "suppressed"


@pytest.mark.parametrize(
    "reason", [Reason.HANDSET_UNREACHABLE, Reason.FILTERED, Reason.UNREGISTERED_SENDER, Reason.EXPIRED, Reason.OTHER]
)
def test_what_says_nothing_of_the_address_suppresses_nothing(reason: Reason) -> None:
    failed(Channel.SMS, reason, lessons.Told.AT_ONCE)
    assert causes() == []


def test_a_phone_that_a_receipt_calls_unknown_is_given_up_when_the_next_message_fails_too() -> None:
    first = failed(Channel.SMS, Reason.INVALID_NUMBER, lessons.Told.BY_RECEIPT)
    assert causes() == []
    assert settling.settle(first.pk, drill=False, over=True)
    failed(Channel.SMS, Reason.INVALID_NUMBER, lessons.Told.BY_RECEIPT)
    assert causes() == ["invalid number"]


def test_a_mail_that_comes_back_is_believed_at_once() -> None:
    failed(Channel.EMAIL, Reason.MAILBOX_MISSING, lessons.Told.BY_RECEIPT)
    assert causes() == ["bounced"]


@pytest.mark.parametrize("reason", [Reason.OPTED_OUT, Reason.COMPLAINT])
def test_mail_that_the_vendor_dropped_for_a_wish_ends_general_mail_only(reason: Reason) -> None:
    failed(Channel.EMAIL, reason, lessons.Told.BY_RECEIPT)
    assert causes() == []
    assert list(Consent.objects.values_list("channel", "purpose", "state")) == [("email", "general", "out")]


def test_a_drill_teaches_nothing() -> None:
    failed(Channel.EMAIL, Reason.MAILBOX_MISSING, lessons.Told.AT_ONCE, drill=True)
    failed(Channel.EMAIL, Reason.COMPLAINT, lessons.Told.AT_ONCE, drill=True)
    assert causes() == []
    assert not Consent.objects.exists()


def test_an_outcome_that_came_too_late_for_the_ledger_teaches_nothing() -> None:
    builders.families(1)
    worker.plan(builders.broadcast(channels=[Channel.SMS]).pk)
    delivery = Delivery.objects.get()
    late = Change(delivery.pk, DeliveryStatus.FAILED, 100.0, Reason.INVALID_NUMBER)
    with transaction.atomic():
        write([Change(delivery.pk, DeliveryStatus.DELIVERED, 99.0)])
        write([late])
        lessons.learn([late], lessons.Told.AT_ONCE)
    assert causes() == []
