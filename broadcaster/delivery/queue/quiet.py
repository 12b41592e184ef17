"""Quiet hours and holidays: general messages wait, emergencies and attendance never do."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from broadcaster import clock
from broadcaster.kinds import Purpose
from broadcaster.settings import SETTINGS

_MIDNIGHT = time(0)


def ends(now: float) -> float | None:
    """When the quiet that `now` lies in is over; None: nobody is to be left in peace now."""
    zone = ZoneInfo(SETTINGS.district.district.time_zone)
    wall = clock.local(now, zone.key)
    end = _end_of_day_off(wall) or _end_of_hours(wall)
    if end is None:
        return None
    # a holiday may end in the quiet hours of the next day, and a night at a holiday
    instant = end.replace(tzinfo=zone).timestamp()
    return ends(instant) or instant


def _end_of_day_off(wall: datetime) -> datetime | None:
    if wall.date() not in SETTINGS.district.policies.holidays:
        return None
    return datetime.combine(wall.date() + timedelta(days=1), _MIDNIGHT)


def _end_of_hours(wall: datetime) -> datetime | None:
    hours = SETTINGS.district.policies.quiet_hours
    if not hours:
        return None
    first, last = (time.fromisoformat(hour) for hour in hours)
    here = wall.time()
    inside = first <= here < last if first < last else here >= first or here < last
    if not inside:
        return None
    return datetime.combine(wall.date() if here < last else wall.date() + timedelta(days=1), last)


def least_urgent(now: float) -> int:
    """The rank of the least urgent purpose that may go out now."""
    return Purpose.ATTENDANCE.rank if ends(now) else Purpose.GENERAL.rank
