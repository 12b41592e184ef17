"""A drain's provider looks at the lease at the last instant, however long its connection took to make."""

import time
from collections.abc import Callable, Sequence

import pytest

from broadcaster import clock
from broadcaster.delivery.models import Delivery
from broadcaster.delivery.queue.lease import Lease
from broadcaster.delivery.send import worker as workers
from broadcaster.kinds import Channel
from broadcaster.providers import registry
from broadcaster.providers.base import Accepted, Content, MayWrite, Message, Result
from tests import builders
from tests.delivery import worker


class Vendor:
    """Takes every text."""

    channel = Channel.SMS
    request_size = 1
    connections = 1

    async def send(self, sender: str, content: Content, messages: Sequence[Message], request: str) -> list[Result]:
        return [Accepted("SM1") for _ in messages]

    async def close(self) -> None:
        pass


@pytest.mark.django_db(transaction=True)
def test_what_a_drain_sends_with_is_held_back_once_its_lease_is_over(
    monkeypatch: pytest.MonkeyPatch, policies: Callable[..., None]
) -> None:
    policies(lease_seconds=30)
    looks: list[MayWrite] = []

    def build(channel: Channel, accounts: registry.Accounts, may_write: MayWrite) -> Vendor:
        looks.append(may_write)
        return Vendor()

    monkeypatch.setattr(registry, "build", build)
    builders.families(1)
    worker.plan(builders.broadcast(channels=[Channel.SMS]).pk)
    workers.drain_channel(Channel.SMS)
    assert Delivery.objects.get().status == "sent"
    (may_write,) = looks
    assert may_write()
    monkeypatch.setattr(clock, "now", lambda: time.time() + 31)
    assert not may_write(), "the machine slept: somebody else asks about the lot by now"


def test_a_wall_clock_set_back_hides_no_lost_lease(
    monkeypatch: pytest.MonkeyPatch, policies: Callable[..., None]
) -> None:
    policies(lease_seconds=30)
    lease = Lease(lambda: False)
    started = time.monotonic()
    monkeypatch.setattr(clock, "now", lambda: time.time() - 3600)
    assert lease.holds()
    monkeypatch.setattr(time, "monotonic", lambda: started + 31)
    assert lease.lost()
