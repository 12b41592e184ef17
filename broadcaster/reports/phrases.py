"""Numbers, shares, durations, instants and money as commands, pages and reports word them."""

from collections.abc import Sequence

from broadcaster import clock
from broadcaster.kinds import Channel
from broadcaster.settings import SETTINGS
from broadcaster.text.languages import english_name

#: what a channel is called on a screen
CHANNELS = {Channel.SMS.value: "Text", Channel.EMAIL.value: "Email"}

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
NOON = 12


def number(value: int) -> str:
    """Thousands separated: 1,803."""
    return f"{value:,}"


def counted(value: int, one: str, many: str) -> str:
    """1 family, 1,803 families."""
    return f"{number(value)} {one if value == 1 else many}"


def percent(reached: int, total: int) -> str:
    """A share that never flatters: rounded down to a tenth, 100 % only of all, and 0 % only of none. "" of nothing."""
    if not total:
        return ""
    if reached in (0, total):
        return "100 %" if reached else "0 %"
    tenths = 1000 * reached // total
    return f"{tenths // 10}.{tenths % 10} %" if tenths else "under 0.1 %"


def language(tag: str) -> str:
    """Its name in English; what stands for none as it is."""
    return tag if tag.startswith("(") else english_name(tag)


def money(cost: float, currency: str) -> str:
    """512.30 USD."""
    return f"{cost:,.2f} {currency}"


def duration(seconds: float) -> str:
    """0.4 s, 15 s, 3 min 5 s, 2 h 10 min, 3 days."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return _two(whole // _MINUTE, "min", whole % _MINUTE, "s")
    if whole < 2 * _DAY:
        return _two(whole // _HOUR, "h", whole % _HOUR // _MINUTE, "min")
    return f"{whole // _DAY} days"


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large} {large_unit} {small} {small_unit}" if small else f"{large} {large_unit}"


def moment(instant: float, now: float) -> str:
    """The instant on the district's clock, and how far away it is: 22 Nov 2026, 8:14:05 p.m. CST (2 min ago)."""
    away = duration(abs(now - instant))
    return f"{_wall(instant, '%M:%S')} ({away} ago)" if instant <= now else f"{_wall(instant, '%M:%S')} (in {away})"


def short_moment(instant: float) -> str:
    """The instant on the district's clock to the minute: 22 Nov 2026, 8:14 p.m. CST."""
    return _wall(instant, "%M")


def day(instant: float) -> str:
    """The day on the district's calendar: 22 Nov 2026."""
    at = clock.local(instant, SETTINGS.district.district.time_zone)
    return f"{at.day} {at:%b %Y}"


def listed(parts: Sequence[str]) -> str:
    """a; a and b; a, b and c."""
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def _wall(instant: float, minutes: str) -> str:
    at = clock.local(instant, SETTINGS.district.district.time_zone)
    return f"{at.day} {at:%b %Y}, {at.hour % 12 or 12}:{at:{minutes}} {'a.m.' if at.hour < NOON else 'p.m.'} {at:%Z}"
