"""Time. Instants are seconds since 1970 in UTC, as floats, in code and in the ledger alike (docs/decisions/002)."""

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def now() -> float:
    """This instant, in seconds since 1970 (UTC)."""
    return time.time()


def local(instant: float, zone: str) -> datetime:
    """The instant on the wall clock of `zone` (an IANA name)."""
    return datetime.fromtimestamp(instant, ZoneInfo(zone))


def iso(instant: float | None) -> str | None:
    """The instant as ISO 8601 in UTC with whole milliseconds, for JSON; None stays None."""
    if instant is None:
        return None
    return datetime.fromtimestamp(instant, UTC).isoformat(timespec="milliseconds")
