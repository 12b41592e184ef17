"""When a broadcast is to go out, as somebody types it: on the district's clock."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from broadcaster.kinds import BadInput
from broadcaster.settings import SETTINGS


def instant(given: str) -> float:
    """The instant that a wall-clock time in the district's zone means. A time without a date is today's.

    Raises BadInput for what is no time, is over, or is left out when the clocks go forward.
    """
    zone = ZoneInfo(SETTINGS.district.district.time_zone)
    now = datetime.now(zone)
    try:
        if len(given.strip()) <= len("HH:MM"):
            wall = datetime.combine(now.date(), datetime.strptime(given.strip(), "%H:%M").time())  # noqa: DTZ007 - the zone follows
        else:
            wall = datetime.fromisoformat(given.strip())
    except ValueError:
        raise BadInput(f"{given!r} should be HH:MM or YYYY-MM-DD HH:MM") from None
    found = wall if wall.tzinfo else wall.replace(tzinfo=zone)
    if found < now - timedelta(minutes=1):
        raise BadInput(f"{given!r} is in the past: it is {now:%Y-%m-%d %H:%M} in {zone.key}")
    if found.astimezone(zone).replace(tzinfo=None) != found.astimezone(ZoneInfo("UTC")).astimezone(zone).replace(
        tzinfo=None
    ):
        raise BadInput(f"{given!r} does not exist in {zone.key}: the clocks go forward over it")
    return found.timestamp()
