"""Law 2: claim, mark the lot, call, record. A worker killed at any instruction leaves at most one lot per batch in
doubt.
"""

from collections.abc import Callable, Sequence

import pytest

from broadcaster import clock
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery.models import Batch, Delivery
from broadcaster.delivery.queue import batches, pacing
from broadcaster.delivery.send import recording
from broadcaster.delivery.unknown import doubts
from broadcaster.kinds import Channel
from broadcaster.providers.base import Accepted, Content, Message, Provider, Result
from tests import builders
from tests.delivery import worker
from tests.sandbox.stage import Stage

pytestmark = pytest.mark.django_db(transaction=True)

LOT = 4


class Killed(BaseException):
    """kill -9: nothing in the worker runs after it."""


def killed_at(call: int) -> worker.Wrap:
    """Kill the worker when it is about to make, or has just made, its n-th call."""

    def wrap(real: Provider) -> Provider:
        made = 0
        send = real.send

        async def dying(sender: str, content: Content, messages: Sequence[Message], request: str) -> list[Result]:
            nonlocal made
            made += 1
            if made == call:
                raise Killed
            results = await send(sender, content, messages, request)
            if made == call:
                raise Killed
            return results

        real.send = dying  # type: ignore[method-assign]
        return real

    return wrap


@pytest.mark.parametrize("call", [1, 3, 4, 5, 9, 12])
def test_a_killed_worker_leaves_queued_recorded_or_one_lot(
    vendors: Stage, monkeypatch: pytest.MonkeyPatch, policies: Callable[..., None], call: int
) -> None:
    monkeypatch.setattr(pacing, "LOT_TEXTS", LOT)
    monkeypatch.setattr("broadcaster.delivery.send.sending.LOT_TEXTS", LOT)
    monkeypatch.setattr("broadcaster.delivery.send.sending.IN_HAND", 1)
    policies(lease_seconds=30, absent_after_seconds=0.3)
    builders.families(12)
    made = builders.broadcast(channels=[Channel.SMS])
    worker.plan(made.pk)

    with pytest.raises(BaseExceptionGroup) as ended:
        worker.send(vendors, Channel.SMS, killed_at(call))
    assert ended.group_contains(Killed)

    Batch.objects.update(lease_until=0)
    assert doubts.take_over(clock.now()) == 1
    states = [d.status for d in Delivery.objects.order_by("id")]
    in_doubt = states.count("unknown")
    assert in_doubt <= LOT
    assert states == ["sent"] * states.count("sent") + ["unknown"] * in_doubt + ["queued"] * states.count("queued")

    _until_settled(vendors)
    assert vendors.counts()["accepted"]["sms"] == 12
    assert vendors.counts()["twice"]["count"] == 0


def _until_settled(vendors: Stage) -> None:
    until = clock.now() + 10
    while Delivery.objects.exclude(status__in=("sent", "delivered")).exists():
        assert clock.now() < until, list(Delivery.objects.values_list("status", flat=True))
        worker.settle(vendors)
        worker.send(vendors, Channel.SMS)


def test_a_lot_that_waits_for_its_pace_is_not_in_doubt() -> None:
    builders.families(4)
    worker.plan(builders.broadcast(channels=[Channel.SMS]).pk)
    held = batches.claim(Channel.SMS, "one", clock.now())
    assert held is not None
    pace = pacing.Pace(Channel.SMS, held.sender, rate=2)
    first = recording.advance(held, None, held.items, pace, most=2)
    assert isinstance(first, recording.Lot)
    accepted = recording.Sent("r", [(item, Accepted("id"), clock.now()) for item in first.items])
    second = recording.advance(held, accepted, held.items[2:], pace, most=2)
    assert isinstance(second, recording.Later)

    doubts.take_over(clock.now() + 60)
    assert sorted(Delivery.objects.values_list("status", flat=True)) == ["queued", "queued", "sent", "sent"]
    assert second.at > clock.now()


def test_nothing_is_sent_from_a_claim_that_was_lost(vendors: Stage) -> None:
    builders.families(2)
    made = builders.broadcast(channels=[Channel.SMS])
    worker.plan(made.pk)
    held = batches.claim(Channel.SMS, "slow", clock.now())
    assert held is not None
    assert doubts.take_over(clock.now() + 60) == 1
    assert not batches.open_lot(held, held.items, clock.now())


def test_of_two_claims_of_one_worker_the_one_that_was_lost_marks_nothing() -> None:
    builders.families(2)
    worker.plan(builders.broadcast(channels=[Channel.SMS]).pk)
    lost = batches.claim(Channel.SMS, "one", clock.now())
    assert lost is not None
    assert doubts.take_over(clock.now() + 60) == 1
    held = batches.claim(Channel.SMS, "one", clock.now())
    assert held is not None
    assert held.batch_id == lost.batch_id

    assert not batches.open_lot(lost, lost.items, clock.now())
    batches.give_back(lost, clock.now())
    assert batches.open_lot(held, held.items, clock.now())


def test_a_worker_renews_all_its_claims_and_no_others() -> None:
    builders.families(2)
    worker.plan(builders.broadcast(channels=[Channel.SMS, Channel.EMAIL]).pk)
    for channel, name in ((Channel.SMS, "one"), (Channel.EMAIL, "one more")):
        assert batches.claim(channel, name, clock.now())
    batches.renew("one", 5e9)
    assert {batch.channel: batch.lease_until == 5e9 for batch in Batch.objects.all()} == {"sms": True, "email": False}


def test_a_paused_broadcast_is_not_claimed_and_its_next_lot_not_marked() -> None:
    builders.families(2)
    made = builders.broadcast(channels=[Channel.SMS])
    worker.plan(made.pk)
    held = batches.claim(Channel.SMS, "one", clock.now())
    assert held is not None
    made.move(made.pk, BroadcastStatus.PAUSED)
    assert not batches.open_lot(held, held.items, clock.now())
    batches.give_back(held, clock.now())
    assert batches.claim(Channel.SMS, "two", clock.now()) is None
    assert Batch.objects.get().done_at is None
