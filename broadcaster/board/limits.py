"""How often one may ask: a bucket for each place that asks, and one for everybody, in this process's memory.

A guessed code tells no more than that we sent something; still nobody shall read the whole board of codes, nor keep a
family waiting. Behind a proxy the place is the last address that the proxy itself saw.
"""

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from django.http import HttpRequest


class Limit:
    """So many at once, then so many a second; for each key alike. Safe to use from several threads."""

    def __init__(self, at_once: float, each_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._at_once, self._each_second, self._clock = at_once, each_second, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, key: str = "") -> bool:
        """Whether this one may pass; it counts if it does."""
        now = self._clock()
        with self._lock:
            left, since = self._buckets.pop(key, (self._at_once, now))
            left = min(self._at_once, left + (now - since) * self._each_second)
            passes = left >= 1
            self._buckets[key] = (left - 1 if passes else left, now)
            while len(self._buckets) > _MOST_KEYS:
                self._buckets.popitem(last=False)
            return passes


_MOST_KEYS = 20_000
#: look-ups from one place: a family tries some; a school's network may have hundreds of families behind one address
_OF_A_PLACE = Limit(at_once=60, each_second=0.5)
#: look-ups of all: the guessing of 480 million codes would take a year
_OF_ALL = Limit(at_once=300, each_second=15)


def may_look_up(request: HttpRequest) -> bool:
    """Whether this request may ask for a code or a message."""
    return _OF_A_PLACE.allows(place(request)) and _OF_ALL.allows()


def place(request: HttpRequest) -> str:
    """Where a request comes from. What a proxy says is believed only of one on this machine or in a private network."""
    seen: str = request.META.get("REMOTE_ADDR", "")
    try:
        trusted = ipaddress.ip_address(seen).is_private
    except ValueError:
        trusted = True  # a socket file: our own proxy
    told = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    return told if trusted and told else seen
