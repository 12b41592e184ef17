"""Quiet hours: general messages wait for the morning, nothing else does."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from broadcaster import clock
from broadcaster.delivery.models import Batch
from broadcaster.delivery.plan import planning
from broadcaster.delivery.queue import batches, quiet
from broadcaster.delivery.queue.pacing import pace_of
from broadcaster.delivery.send import recording
from broadcaster.kinds import Channel, Purpose
from broadcaster.settings import SETTINGS
from tests import builders
from tests.delivery import worker

ZONE = ZoneInfo(SETTINGS.district.district.time_zone)


def at(day: int, hour: str) -> float:
    return datetime.fromisoformat(f"2026-11-{day:02} {hour}").replace(tzinfo=ZONE).timestamp()


@pytest.mark.parametrize(
    ("now", "end"),
    [
        (at(20, "20:59"), None),
        (at(20, "21:00"), at(21, "07:00")),
        (at(20, "23:59"), at(21, "07:00")),
        (at(21, "00:00"), at(21, "07:00")),
        (at(21, "06:59"), at(21, "07:00")),
        (at(21, "07:00"), None),
    ],
)
def test_a_night_lasts_from_its_first_hour_to_its_last(
    policies: Callable[..., None], now: float, end: float | None
) -> None:
    policies(quiet_hours=("21:00", "07:00"))
    assert quiet.ends(now) == end


def test_hours_within_one_day(policies: Callable[..., None]) -> None:
    policies(quiet_hours=("12:00", "13:30"))
    assert quiet.ends(at(20, "12:30")) == at(20, "13:30")
    assert quiet.ends(at(20, "13:30")) is None
    assert quiet.ends(at(20, "03:00")) is None


def test_the_night_on_which_the_clocks_go_back_ends_at_seven_on_the_wall(policies: Callable[..., None]) -> None:
    policies(quiet_hours=("21:00", "07:00"))
    end = quiet.ends(datetime(2026, 10, 31, 22, 0, tzinfo=ZONE).timestamp())
    assert end == datetime(2026, 11, 1, 7, 0, tzinfo=ZONE).timestamp()


def test_a_holiday_lasts_the_whole_day_and_into_the_morning_after(policies: Callable[..., None]) -> None:
    policies(quiet_hours=("21:00", "07:00"), holidays=(date(2026, 11, 26), date(2026, 11, 27)))
    assert quiet.ends(at(26, "12:00")) == at(28, "07:00")
    assert quiet.ends(at(25, "22:00")) == at(28, "07:00")
    assert quiet.ends(at(28, "07:00")) is None


def test_a_holiday_without_quiet_hours_ends_at_midnight(policies: Callable[..., None]) -> None:
    policies(quiet_hours=False, holidays=(date(2026, 11, 26),))
    assert quiet.ends(at(26, "12:00")) == at(27, "00:00")


def test_without_the_policy_nothing_ever_waits(policies: Callable[..., None]) -> None:
    policies(quiet_hours=False)
    assert quiet.ends(at(20, "23:00")) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("purpose", "goes"), [(Purpose.EMERGENCY, True), (Purpose.ATTENDANCE, True), (Purpose.GENERAL, False)]
)
def test_only_general_messages_wait(policies: Callable[..., None], purpose: Purpose, goes: bool) -> None:
    policies(quiet_hours=("21:00", "07:00"))
    builders.families(1)
    made = builders.broadcast(purpose=purpose, channels=[Channel.SMS])
    assert planning.hold(made.pk, clock.now())
    while planning.advance(made.pk):
        pass
    tonight, morning = at(27, "23:00") + 86_400 * 365, at(28, "07:01") + 86_400 * 365
    assert (batches.claim(Channel.SMS, "one", tonight) is not None) == goes
    if not goes:
        assert batches.claim(Channel.SMS, "one", morning) is not None


@pytest.mark.django_db
def test_a_batch_in_hand_stops_before_its_next_lot_when_the_quiet_hours_begin(policies: Callable[..., None]) -> None:
    """A sender of one text a second takes quarters of an hour for a batch."""
    builders.families(1)
    worker.plan(builders.broadcast(purpose=Purpose.GENERAL, channels=[Channel.SMS]).pk)
    held = batches.claim(Channel.SMS, "one", clock.now())
    assert held
    wall = clock.local(clock.now(), ZONE.key)
    policies(quiet_hours=(f"{wall:%H:%M}", f"{wall + timedelta(hours=1):%H:%M}"))
    assert recording.advance(held, None, held.items, pace_of(Channel.SMS, held.sender), 10) is None
    assert Batch.objects.get().worker == ""
