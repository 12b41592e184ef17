"""Who goes first at a sender that everybody waits for, and that no sender stands idle because another is busy."""

from collections.abc import Callable

import pytest

from broadcaster import clock
from broadcaster.delivery.models import Batch, Delivery
from broadcaster.delivery.queue import batches, pacing
from broadcaster.delivery.queue.batches import Claim
from broadcaster.delivery.queue.pacing import Pace
from broadcaster.delivery.send import recording
from broadcaster.kinds import Channel, Purpose
from broadcaster.providers.base import Accepted
from tests import builders
from tests.delivery import worker
from tests.sandbox.stage import Stage

pytestmark = pytest.mark.django_db(transaction=True)

SLOW = 10.0


def claim(who: str, busy: tuple[str, ...] = ()) -> Claim:
    held = batches.claim(Channel.SMS, who, clock.now(), busy)
    assert held is not None
    return held


def ask(held: Claim, rate: float = SLOW) -> recording.Lot | recording.Later | recording.Behind | None:
    return recording.advance(held, None, held.items, Pace(Channel.SMS, held.sender, rate), most=100)


def both_waves() -> tuple[Claim, Claim]:
    """Batches of both waves of one broadcast, each in a worker's hands, the worse one claimed first."""
    for number, contact in enumerate(builders.families(4)):
        builders.point(contact, Channel.SMS, builders.phone(50 + number), rank=2)
    worker.plan(builders.broadcast(channels=[Channel.SMS]).pk)
    Batch.objects.filter(wave=1).update(due_at=clock.now() + 60)
    second = claim("one")
    Batch.objects.update(due_at=0)
    first = claim("two")
    assert (first.wave, second.wave) == (1, 2)
    return first, second


def test_a_second_wave_waits_for_the_first_that_another_worker_sends() -> None:
    first, second = both_waves()
    assert isinstance(ask(first), recording.Lot)
    assert isinstance(ask(second), recording.Behind)
    assert Batch.objects.get(pk=second.batch_id).worker == ""  # what nobody holds can still be promoted


def test_a_turn_that_the_first_wave_leaves_is_the_second_waves(monkeypatch: pytest.MonkeyPatch) -> None:
    _, second = both_waves()
    Pace(Channel.SMS, second.sender, SLOW).slow_down(until=clock.now() - pacing.LEFT_AFTER - 1, now=0.0)
    assert isinstance(ask(second), recording.Lot)


def test_a_second_wave_waits_for_nobody_where_the_pace_is_no_limit() -> None:
    _, second = both_waves()
    assert isinstance(ask(second, rate=1_000_000), recording.Lot)


def test_a_worker_that_died_with_the_first_wave_does_not_hold_up_the_second() -> None:
    first, second = both_waves()
    Batch.objects.filter(pk=first.batch_id).update(lease_until=clock.now() - 1)
    assert isinstance(ask(second), recording.Lot)


def test_an_emergency_takes_the_next_turn_from_a_general_message_in_hand() -> None:
    builders.families(4)
    worker.plan(builders.broadcast(channels=[Channel.SMS]).pk)
    general = claim("one")
    lot = ask(general)
    assert isinstance(lot, recording.Lot)
    worker.plan(builders.broadcast(channels=[Channel.SMS], purpose=Purpose.EMERGENCY).pk)

    answered = recording.Sent("r", [(item, Accepted("id"), clock.now()) for item in lot.items[:1]])
    left = [item for item in general.items if item not in lot.items[:1]]
    assert recording.advance(general, answered, left, Pace(Channel.SMS, general.sender, SLOW), most=1) is None

    batch = Batch.objects.get(pk=general.batch_id)
    assert (batch.worker, batch.done_at) == ("", None)
    assert claim("one").purpose is Purpose.EMERGENCY


SENDERS = (builders.phone(90), builders.phone(91))


def test_a_busy_sender_does_not_keep_a_worker_from_the_others(senders: Callable[..., None]) -> None:
    senders(*SENDERS, rate=1)
    builders.families(8)
    worker.plan(builders.broadcast(channels=[Channel.SMS]).pk)
    one = claim("me")
    assert claim("me", busy=(one.sender,)).sender != one.sender


def test_two_slow_senders_are_used_at_once(
    vendors: Stage, senders: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first of them has as many batches waiting as a worker takes in hand."""
    monkeypatch.setattr("broadcaster.delivery.send.sending.IN_HAND", 1)
    monkeypatch.setattr("broadcaster.delivery.plan.chunk.BATCH_SIZE", {Channel.SMS: 3, Channel.EMAIL: 3})
    senders(*SENDERS, rate=12)
    builders.families(12)
    worker.plan(builders.broadcast(channels=[Channel.SMS]).pk)
    worker.send(vendors, Channel.SMS)
    sender_of = dict(Batch.objects.values_list("pk", "sender"))
    batches_in_order = Delivery.objects.order_by("sent_at").values_list("batch_id", flat=True)
    order = [sender_of[batch_id] for batch_id in batches_in_order if batch_id is not None]
    assert set(order[:4]) == set(SENDERS)
