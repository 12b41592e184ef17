"""Operators hear of a broadcast that does not go on, once, by both vendors, and of nothing that is well."""

import asyncio
from collections.abc import Callable

import pytest
from django.db import OperationalError

from broadcaster import clock
from broadcaster.broadcasts import audit, kill_switch
from broadcaster.broadcasts.models import Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery import epoch, wake
from broadcaster.delivery.models import Batch
from broadcaster.delivery.word import alerting, stuck
from broadcaster.delivery.word.stuck import Cause
from broadcaster.district import Alerts
from broadcaster.kinds import Channel
from broadcaster.settings import SETTINGS
from tests import builders
from tests.delivery import worker
from tests.sandbox.stage import Stage, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nobody_hears_the_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wake, "_ring", lambda *_: None)


@pytest.fixture
def operators(monkeypatch: pytest.MonkeyPatch) -> None:
    alerts = Alerts(email=("it@example.org",), phones=("+16125550170",), after_seconds=60)
    monkeypatch.setitem(vars(SETTINGS), "district", SETTINGS.district.model_copy(update={"alerts": alerts}))


def causes(later: float = 0.0) -> list[Cause]:
    return [one.cause for one in stuck.find(clock.now() + later, 60)]


def test_a_broadcast_that_no_worker_takes_up_is_stuck_after_a_while() -> None:
    builders.broadcast(status=BroadcastStatus.APPROVED)
    assert causes() == []
    assert causes(later=61) == [Cause.NOT_BEGUN]
    Broadcast.objects.update(due_at=clock.now() + 3600)
    assert causes(later=61) == []


def test_due_messages_that_nobody_sends_are_stuck_and_those_in_line_behind_a_slow_sender_are_not() -> None:
    builders.families(2)
    worker.plan(builders.broadcast(channels=[Channel.SMS]).pk)
    assert causes() == []
    assert causes(later=61) == [Cause.NOT_SENDING]
    Batch.objects.update(worker="a worker", lease_until=clock.now() + 90)
    assert causes(later=61) == []


def test_what_a_vendor_stopped_is_stuck_and_what_a_person_stopped_is_not() -> None:
    made = builders.broadcast(status=BroadcastStatus.PAUSED)
    audit.write("a person", "paused", made.pk)
    assert causes() == []
    audit.write("worker", "paused", made.pk)
    assert causes() == [Cause.PAUSED]
    kill_switch.throw("a person", "")
    assert causes() == []


@pytest.mark.usefixtures("operators")
def test_operators_hear_of_it_once_on_both_channels_and_again_after_an_hour(vendors: Stage) -> None:
    made = builders.broadcast(status=BroadcastStatus.APPROVED)
    now = clock.now() + 61
    found = alerting.due(now)
    assert [one.broadcast_id for one in found] == [made.pk]

    async def tell() -> list[int]:
        taken = []
        for channel in Channel:
            provider = worker.provider(vendors, channel)
            taken.append(await alerting.tell(found, channel, provider))
            await provider.close()
        return taken

    assert asyncio.run(tell()) == [1, 1]
    assert vendors.counts()["accepted"] == {"email": 1, "sms": 1}
    until(lambda: [post for post in vendors.listener.posts if f"d={epoch.TO_STAFF}" in post.url])  # let go, as of staff
    assert alerting.due(now) == []
    assert alerting.due(now + alerting.AGAIN + 1) != []
    assert audit.first_break() is None


@pytest.mark.usefixtures("operators")
def test_operators_hear_that_nothing_can_be_written_though_that_can_not_be_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def touch() -> None:
        raise OperationalError("attempt to write a readonly database")

    monkeypatch.setattr(epoch, "touch", touch)
    monkeypatch.setattr(alerting, "_unwritable_said", [])
    now = clock.now()
    assert [one.cause for one in alerting.due(now)] == [Cause.NO_WRITES]
    assert alerting.due(now + 60) == []
    assert len(alerting.due(now + alerting.AGAIN)) == 1


def test_where_nobody_wants_to_hear_nobody_is_told(policies: Callable[..., None]) -> None:
    builders.broadcast(status=BroadcastStatus.APPROVED)
    assert alerting.due(clock.now() + 61) == []
