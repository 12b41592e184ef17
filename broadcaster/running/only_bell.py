"""One bell among several machines' `beat`: who holds a key in the broker rings, the others stand by.

The key is only a courtesy, as the broker is: emptied or away it costs a second ring, which finds nothing, or a few
seconds without one.
"""

import secrets
import time
from typing import Any

import redis
import structlog
from celery.beat import ScheduleEntry

from broadcaster.running.consumer import Bell

log = structlog.get_logger(__name__)

KEY = "broadcaster:bell"
#: seconds after which another beat takes over from one that is silent
TURN = 3.0
#: seconds that the broker may take
_PATIENCE = 1.0


class OnlyBell(Bell):
    """Rings while it holds the key, which it renews each time it would ring."""

    me = secrets.token_hex(8)
    holds = False
    _until = 0.0

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        """Ring once, if it is our turn."""
        if time.monotonic() >= self._until:
            self._ask()
        if self.holds:
            super().apply_entry(entry, producer)

    def _ask(self) -> None:
        """Take the key or keep it. Where the broker does not say, ring: what can't be heard does no harm."""
        try:
            with redis.Redis.from_url(
                self.app.conf.broker_url, socket_connect_timeout=_PATIENCE, socket_timeout=_PATIENCE
            ) as broker:
                mine = bool(broker.set(KEY, self.me, nx=True, px=int(TURN * 1000)))
                if not mine and broker.get(KEY) == self.me.encode():
                    mine = bool(broker.pexpire(KEY, int(TURN * 1000)))
        except redis.RedisError:
            mine = True
        if mine != self.holds:
            log.info("bell_rings" if mine else "bell_stands_by")
        self.holds = mine
        self._until = time.monotonic() + TURN / 3
