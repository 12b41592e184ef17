"""The automatic pause: each outcome is counted once, whenever in its lot it becomes known."""

import asyncio
import time
from collections.abc import Sequence

import pytest
from django.db import connection

from broadcaster.broadcasts.models import Broadcast
from broadcaster.delivery.models import Batch, Delivery
from broadcaster.delivery.send import refusals
from broadcaster.delivery.send import worker as workers
from broadcaster.delivery.send.refusals import Refusals
from broadcaster.kinds import Channel
from broadcaster.providers import registry
from broadcaster.providers.base import Accepted, Content, Message, Provider, Result
from broadcaster.providers.errors import Rejected, Throttled, Unreachable
from broadcaster.providers.reasons import Reason
from tests import builders
from tests.delivery import worker
from tests.sandbox.stage import Stage

OURS = Rejected(Reason.UNREGISTERED_SENDER, "30034")
THEIRS = Rejected(Reason.INVALID_NUMBER, "21211")


@pytest.fixture(autouse=True)
def _of_the_last_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "LAST", 10)


def test_more_than_the_share_of_the_last_outcomes_is_too_many() -> None:
    seen = Refusals()
    assert seen.too_many(1, [OURS] * 5 + [Accepted("SM")] * 5) == ""
    assert seen.too_many(2, [OURS] * 6 + [Accepted("SM")] * 4).startswith("6 of the last 10 messages were refused")


def test_outcomes_add_up_over_lots_and_not_over_broadcasts() -> None:
    seen = Refusals()
    for _ in range(3):
        assert seen.too_many(1, [OURS] * 3) == ""
        assert seen.too_many(2, [THEIRS] * 3) == ""
    assert seen.too_many(1, [OURS])
    assert seen.too_many(2, [THEIRS]) == ""


def test_of_many_broadcasts_the_oldest_is_forgotten_and_no_memory_fills_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "_MOST", 2)
    seen = Refusals()
    for broadcast in (1, 2, 3):
        seen.too_many(broadcast, [OURS] * 9)
    assert seen.too_many(3, [OURS])
    assert seen.too_many(1, [OURS]) == ""


@pytest.mark.django_db(transaction=True)
def test_outcomes_add_up_over_the_drains_of_a_worker(vendors: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sender of one text a second has twenty of them in a drain, and goes on to the next."""
    monkeypatch.setattr(workers, "_refusals", {Channel.SMS: Refusals()})
    monkeypatch.setattr(registry, "build", lambda channel, *_: refusing([])(worker.provider(vendors, channel)))
    builders.families(7)
    for expected in ("sending", "paused"):
        made = Broadcast.objects.first() or builders.broadcast(channels=[Channel.SMS])
        worker.plan(made.pk) if expected == "sending" else Batch.objects.update(done_at=None)
        Delivery.objects.update(status="queued")
        workers.drain_channel(Channel.SMS)
        assert Broadcast.objects.get().status == expected


def test_what_is_queued_again_is_no_outcome() -> None:
    """A vendor that is full now and then must not hide that it refuses all the rest."""
    seen = Refusals()
    assert seen.too_many(1, [OURS] * 9 + [Throttled(), Unreachable("cut")] * 20) == ""
    assert seen.too_many(1, [OURS])


def test_who_resumes_it_gets_as_many_tries_again() -> None:
    seen = Refusals()
    assert seen.too_many(1, [OURS] * 10)
    assert seen.too_many(1, [OURS] * 9) == ""
    assert seen.too_many(1, [OURS])


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


@pytest.mark.django_db(transaction=True)
def test_outcomes_that_come_while_their_lot_is_under_way_count_at_once(
    vendors: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broadcaster.delivery.send.sending.RECORD_EVERY", 0.02)
    builders.families(12)
    worker.plan(builders.broadcast(channels=[Channel.SMS]).pk)
    paused_in_time: list[bool] = []
    worker.send(vendors, Channel.SMS, refusing(paused_in_time))
    assert paused_in_time == [True]
