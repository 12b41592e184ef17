"""A worker's lease on the batches it holds: renewed while it lives, and known to be lost when it could not be."""

import asyncio
import contextlib
import os
import secrets
import socket
import time
from collections.abc import AsyncIterator, Callable

from broadcaster import clock
from broadcaster.delivery.ledger import Ledger
from broadcaster.delivery.queue import batches
from broadcaster.settings import SETTINGS


class Lease:
    """One drain's lease. `worker` is its name in its claims, unique to it; `stopping` tells that it shall end."""

    def __init__(self, stopping: Callable[[], bool]) -> None:
        self.worker = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"
        self.stopping = stopping
        self._seconds = SETTINGS.district.policies.lease_seconds
        self._renewed = _clocks()

    def lost(self) -> bool:
        """Whether others may have taken our batches over by now, by either clock."""
        wall, steady = self._renewed
        return clock.now() - wall > self._seconds or time.monotonic() - steady > self._seconds

    def holds(self) -> bool:
        """Whether our batches are surely ours still. May be asked from any thread."""
        return not self.lost()

    @contextlib.asynccontextmanager
    async def kept(self, ledger: Ledger) -> AsyncIterator[None]:
        """Renew the lease every third of its length, for as long as the block runs."""
        keeper = asyncio.create_task(self._keep(ledger))
        try:
            yield
        finally:
            keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await keeper

    async def _keep(self, ledger: Ledger) -> None:
        while True:
            now = _clocks()
            await ledger.run(batches.renew, self.worker, now[0] + self._seconds)
            self._renewed = now
            await asyncio.sleep(self._seconds / 3)


def _clocks() -> tuple[float, float]:
    """The wall's clock, which goes on while a machine sleeps and may be set back, and one that does neither."""
    return clock.now(), time.monotonic()
