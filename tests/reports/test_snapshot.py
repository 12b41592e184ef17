"""How a broadcast stands while it goes out, and the list of broadcasts."""

import pytest

from broadcaster.broadcasts.models import Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.kinds import Channel
from broadcaster.reports.models import Summary
from broadcaster.reports.overview import overview
from broadcaster.reports.report import Share
from broadcaster.reports.snapshot import ChannelProgress, snapshot
from tests import builders as roster
from tests.reports import builders

pytestmark = pytest.mark.django_db
S = DeliveryStatus


def test_every_state_of_a_delivery_is_in_one_column() -> None:
    sent, ana = builders.broadcast(channels=[Channel.SMS]), builders.family()
    for status in S:
        if status is not S.SENDING:
            builders.delivery(sent, ana, status)
    seen = snapshot(sent.pk)
    assert seen.channels == {"sms": ChannelProgress(waiting=2, sent=1, delivered=1, failed=3, suppressed=1)}
    assert (seen.waiting, seen.left) == (2, 5)


def test_families_and_staff_reached_are_counted_once_each() -> None:
    sent, ana, ben = builders.broadcast(), builders.family(), roster.staff_member()
    builders.meant(sent, ana, ben, builders.family())
    builders.delivery(sent, ana, channel=Channel.EMAIL)
    builders.shared(builders.delivery(sent, ana), ben)
    seen = snapshot(sent.pk)
    assert (seen.families, seen.people) == (Share(2, 1), Share(1, 1))


def test_while_it_is_planned_the_families_are_those_that_the_approval_counted() -> None:
    sent, ana = (
        builders.broadcast(planned=False, status=BroadcastStatus.SENDING, counts={"families": 40}),
        builders.family(),
    )
    builders.meant(sent, ana)
    assert snapshot(sent.pk).families == Share(40, 0)


def test_a_broadcast_that_is_not_planned_at_all_has_empty_channels() -> None:
    sent = roster.broadcast(status=BroadcastStatus.APPROVED)
    seen = snapshot(sent.pk)
    assert (seen.planned, seen.complete, seen.families) == (False, False, Share(0, 0))
    assert seen.channels == {"email": ChannelProgress(), "sms": ChannelProgress()}


def test_the_list_has_the_newest_first_and_counts_per_broadcast() -> None:
    first, second, ana = builders.broadcast(), builders.broadcast(drill=True), builders.family()
    builders.meant(first, ana, builders.family())
    builders.delivery(first, ana)
    builders.delivery(first, ana, S.FAILED)
    lines = overview()
    assert [line.id for line in lines] == [second.pk, first.pk]
    assert (lines[1].deliveries, lines[1].families) == (2, Share(2, 1))
    assert (lines[0].deliveries, lines[0].families, lines[0].drill) == (0, Share(0, 0), True)
    assert lines[1].as_json()["approved_at"] == "2026-11-23T02:00:00.000+00:00"


def test_the_list_stops_at_its_limit() -> None:
    for _ in range(3):
        newest = builders.broadcast()
    assert [line.id for line in overview(limit=1)] == [newest.pk]


def test_an_empty_list_is_empty() -> None:
    assert not Broadcast.objects.exists()
    assert overview() == []


def test_who_was_reached_by_a_settled_broadcast_is_read_from_its_summary() -> None:
    """Its deliveries are not read again: a year of them would be, each time that somebody looks at the list."""
    settled, ana = builders.broadcast(), builders.family()
    builders.meant(settled, ana)
    builders.delivery(settled, ana)
    Summary.objects.create(broadcast_id=settled.pk, frozen_at=1.0, total=7, reachable=6, reached=5)
    assert [line.families for line in overview()] == [Share(7, 5)]
