"""When a message that could not go is tried again, and until when it still matters."""

import random

from broadcaster.kinds import Purpose

#: seconds from the approval after which a message is no longer worth sending
VALIDITY: dict[Purpose, float] = {
    Purpose.EMERGENCY: 4 * 3600.0,
    Purpose.ATTENDANCE: 10 * 3600.0,
    Purpose.GENERAL: 24 * 3600.0,
}

_FIRST, _MOST = 1.0, 60.0


def wait(attempt: int, asked: float | None) -> float:
    """Seconds until the next try: what the vendor asked for, else doubling from 1 to 60, half of it at random."""
    doubled: float = min(_FIRST * 2.0 ** min(attempt, 10), _MOST)
    spread = doubled * (0.5 + random.random() / 2)  # noqa: S311 - spreads load, guards nothing
    return max(spread, asked or 0.0)
