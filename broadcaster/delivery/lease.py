"""A worker's lease on the batches it holds: renewed while it lives, and known to be lost when it could not be."""

import asyncio
import contextlib
import os
import secrets
import socket
from collections.abc import AsyncIterator, Callable

from broadcaster import clock
from broadcaster.delivery import batches
from broadcaster.delivery.ledger import Ledger
from broadcaster.settings import SETTINGS


class Lease:
    """One drain's lease. `worker` is its name in its claims, unique to it; `stopping` tells that it shall end."""

    def __init__(self, stopping: Callable[[], bool]) -> None:
        self.worker = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"
        self.stopping = stopping
        self._seconds = SETTINGS.district.policies.lease_seconds
        self._until = clock.now() + self._seconds

    def lost(self) -> bool:
        """Whether others may have taken our batches over by now."""
        return clock.now() > self._until

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
            until = clock.now() + self._seconds
            await ledger.run(batches.renew, self.worker, until)
            self._until = until
            await asyncio.sleep(self._seconds / 3)
