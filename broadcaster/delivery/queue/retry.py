"""When a message that could not go is tried again, and until when it still matters."""

import random

from broadcaster.delivery.queue import quiet
from broadcaster.kinds import Purpose

#: seconds from the instant at which it may go out after which a message is no longer worth sending
VALIDITY: dict[Purpose, float] = {
    Purpose.EMERGENCY: 4 * 3600.0,
    Purpose.ATTENDANCE: 10 * 3600.0,
    Purpose.GENERAL: 24 * 3600.0,
}

_FIRST, _MOST = 1.0, 60.0


def worth_until(purpose: Purpose, due: float) -> float:
    """When a message that is due at an instant is too late. A night or a holiday that it has to wait for is no
    reason.
    """
    begins = (quiet.ends(due) if purpose is Purpose.GENERAL else None) or due
    return begins + VALIDITY[purpose]


def wait(attempt: int, asked: float | None) -> float:
    """Seconds until the next try: what the vendor asked for, else doubling from 1 to 60, half of it at random."""
    doubled: float = min(_FIRST * 2.0 ** min(attempt, 10), _MOST)
    spread = doubled * (0.5 + random.random() / 2)  # noqa: S311 - spreads load, guards nothing
    return max(spread, asked or 0.0)
