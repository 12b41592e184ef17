"""How long a vendor asks us to wait, from the headers of its answer."""

import math
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from broadcaster import clock

#: a vendor that asks for more is not taken at its word: the broadcast's own validity decides
LONGEST_SECONDS = 3600.0


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, from `Retry-After` (RFC 9110 10.2.3) or else `X-RateLimit-Reset` (seconds since 1970).

    None where the vendor does not say, or says something that can't be read. At least 0, at most LONGEST_SECONDS.
    """
    asked = _from_retry_after(headers.get("Retry-After"))
    if asked is None:
        reset = _number(headers.get("X-RateLimit-Reset"))
        asked = None if reset is None else reset - clock.now()
    return None if asked is None else min(max(asked, 0.0), LONGEST_SECONDS)


def _from_retry_after(value: str | None) -> float | None:
    seconds = _number(value)
    if seconds is not None or value is None:
        return seconds
    try:
        return parsedate_to_datetime(value).timestamp() - clock.now()
    except (ValueError, OverflowError):
        return None


def _number(value: str | None) -> float | None:
    try:
        number = float(value or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None
