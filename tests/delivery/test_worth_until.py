"""Until when a text is worth delivering, as the vendor is told."""

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from broadcaster import clock
from broadcaster.broadcasts.models import Broadcast
from broadcaster.delivery.models import Batch, Delivery
from broadcaster.delivery.queue import batches, retry
from broadcaster.kinds import Channel, Purpose
from broadcaster.settings import SETTINGS
from tests import builders
from tests.delivery import worker
from tests.sandbox.stage import Stage

pytestmark = pytest.mark.django_db(transaction=True)


def worth_until(purpose: Purpose, channel: Channel = Channel.SMS, **moments: float) -> float | None:
    builders.families(1)
    made = builders.broadcast(channels=[channel], purpose=purpose)
    worker.plan(made.pk)
    Broadcast.objects.filter(pk=made.pk).update(**moments)
    held = batches.claim(channel, "w1", clock.now())
    assert held is not None
    return held.content.worth_until


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_text_is_worth_delivering_for_as_long_as_its_purpose_says(purpose: Purpose) -> None:
    approved = clock.now() - 60
    assert worth_until(purpose, approved_at=approved) == pytest.approx(approved + retry.VALIDITY[purpose])


def test_a_text_approved_for_later_is_worth_delivering_from_then_on() -> None:
    """Approved on Friday for Monday: by the approval alone it would be stale before it left."""
    now = clock.now()
    until = worth_until(Purpose.GENERAL, approved_at=now - 3 * 86_400, due_at=now - 60)
    assert until == pytest.approx(now - 60 + retry.VALIDITY[Purpose.GENERAL])


def test_a_general_text_that_waits_for_the_end_of_a_holiday_is_worth_delivering_from_then_on(
    policies: Callable[..., None],
) -> None:
    """Approved before a long weekend, it would be stale before it may leave, and each refusal its last."""
    friday = datetime(2026, 11, 27, 12, 0, tzinfo=ZoneInfo(SETTINGS.district.district.time_zone)).timestamp()
    policies(quiet_hours=("21:00", "07:00"), holidays=[date(2026, 11, day) for day in (27, 28, 29)])
    opens = friday + 2 * 86_400 + 19 * 3600
    assert retry.worth_until(Purpose.GENERAL, friday) == opens + retry.VALIDITY[Purpose.GENERAL]
    assert retry.worth_until(Purpose.EMERGENCY, friday) == friday + retry.VALIDITY[Purpose.EMERGENCY]


def test_mail_does_not_wait_at_a_vendor_and_carries_no_end() -> None:
    assert worth_until(Purpose.GENERAL, Channel.EMAIL) is None


LONG_AGO = retry.VALIDITY[Purpose.GENERAL] + 60


def drained(vendors: Stage, **moments: float) -> list[tuple[str, str]]:
    """What becomes of a broadcast to three families, approved longer ago than it is worth."""
    builders.families(3)
    made = builders.broadcast(channels=[Channel.SMS])
    worker.plan(made.pk)
    Broadcast.objects.filter(pk=made.pk).update(approved_at=clock.now() - LONG_AGO, **moments)
    worker.send(vendors, Channel.SMS)
    return sorted(Delivery.objects.values_list("status", "reason"))


def test_what_lay_still_for_as_long_as_it_is_worth_expires_untried(vendors: Stage) -> None:
    """The workers were away over the weekend: Friday's message must not go out on Monday by itself."""
    assert drained(vendors) == [("failed", "expired")] * 3
    assert Batch.objects.filter(done_at=None).count() == 0


def test_who_resumes_a_broadcast_says_that_it_is_still_worth_sending(vendors: Stage) -> None:
    assert drained(vendors, resumed_at=clock.now()) == [("sent", "")] * 3


def test_a_slow_senders_last_messages_are_worth_sending(vendors: Stage) -> None:
    builders.families(3)
    made = builders.broadcast(channels=[Channel.SMS])
    worker.plan(made.pk)
    Broadcast.objects.filter(pk=made.pk).update(approved_at=clock.now() - LONG_AGO)
    first = Delivery.objects.order_by("pk")[0].pk
    Delivery.objects.filter(pk=first).update(status="sent", sent_at=clock.now() - 60)
    worker.send(vendors, Channel.SMS)
    assert set(Delivery.objects.values_list("status", flat=True)) == {"sent"}
