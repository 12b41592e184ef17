"""A stretch of days on the district's calendar, as somebody typed it or as the school year so far."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from broadcaster import clock
from broadcaster.kinds import BadInput
from broadcaster.settings import SETTINGS

#: a school year begins on the first of this month
JULY = 7


class BadPeriod(BadInput):
    """What was given is no day, or the last day comes before the first. The message is one line that repeats it."""


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included, in the district's time zone."""

    first: date
    last: date

    @property
    def since(self) -> float:
        """The instant at which it begins."""
        return _midnight(self.first)

    @property
    def until(self) -> float:
        """The instant at which it is over: the first that is not in it."""
        return _midnight(self.last + timedelta(days=1))


def period(first: str | None = None, last: str | None = None) -> Period:
    """From the first day named to the last. Raises BadPeriod.

    Without a first day: from the July in which the school year of the last day began. Without a last: until today.
    """
    today = clock.local(clock.now(), SETTINGS.district.district.time_zone).date()
    end = today if last is None else _day("--to", last)
    begin = school_year(end) if first is None else _day("--from", first)
    if begin > end:
        raise BadPeriod(f"--from {begin} comes after --to {end}" if last else f"--from {begin} is after today, {end}")
    return Period(begin, end)


def school_year(day: date) -> date:
    """The first day of the school year that the day lies in."""
    return date(day.year if day.month >= JULY else day.year - 1, JULY, 1)


def _day(option: str, given: str) -> date:
    try:
        found = datetime.strptime(given.strip(), "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise BadPeriod(f"{option} {given!r} should be a day such as 2026-07-01") from None
    if not 1970 <= found.year <= 9000:
        raise BadPeriod(f"{option} {given!r} should be a day such as 2026-07-01")
    return found


def _midnight(day: date) -> float:
    return datetime.combine(day, time(), ZoneInfo(SETTINGS.district.district.time_zone)).timestamp()
