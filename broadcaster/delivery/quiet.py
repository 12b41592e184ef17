"""Quiet hours: general messages wait for the morning, emergencies and attendance never do."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from broadcaster import clock
from broadcaster.kinds import Purpose
from broadcaster.settings import SETTINGS


def ends(now: float) -> float | None:
    """When the quiet hours that `now` lies in are over; None: nobody is to be left in peace now."""
    hours = SETTINGS.district.policies.quiet_hours
    if not hours:
        return None
    zone = SETTINGS.district.district.time_zone
    first, last = (time.fromisoformat(hour) for hour in hours)
    wall = clock.local(now, zone)
    here = wall.time()
    inside = first <= here < last if first < last else here >= first or here < last
    if not inside:
        return None
    day = wall.date() if here < last else wall.date() + timedelta(days=1)
    return datetime.combine(day, last, ZoneInfo(zone)).timestamp()


def least_urgent(now: float) -> int:
    """The rank of the least urgent purpose that may go out now."""
    return Purpose.ATTENDANCE.rank if ends(now) else Purpose.GENERAL.rank
