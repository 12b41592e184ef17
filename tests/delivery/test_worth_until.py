"""Until when a text is worth delivering, as the vendor is told."""

import pytest

from broadcaster import clock
from broadcaster.broadcasts.models import Broadcast
from broadcaster.delivery import batches, retry
from broadcaster.kinds import Channel, Purpose
from tests import builders
from tests.delivery import worker

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


def test_mail_does_not_wait_at_a_vendor_and_carries_no_end() -> None:
    assert worth_until(Purpose.GENERAL, Channel.EMAIL) is None
