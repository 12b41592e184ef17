"""Which broadcasts were paused or cancelled while their lots are under way: a slow vendor makes a lot last longer than
the two seconds in which a pause stops new messages.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from broadcaster.broadcasts import kill_switch
from broadcaster.broadcasts.models import Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery.ledger import Ledger

#: seconds between two looks at the ledger
LOOK_EVERY = 0.5


class Halts:
    """What one drain knows of them, as of its last look."""

    def __init__(self) -> None:
        self._stopped: frozenset[int] = frozenset()
        self._everything = False

    def __contains__(self, broadcast_id: int) -> bool:
        return self._everything or broadcast_id in self._stopped

    @contextlib.asynccontextmanager
    async def watched(self, ledger: Ledger) -> AsyncIterator[None]:
        """Look again and again, for as long as the block runs."""
        watch = asyncio.create_task(self._watch(ledger))
        try:
            yield
        finally:
            watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watch

    async def _watch(self, ledger: Ledger) -> None:
        while True:
            self._stopped, self._everything = await ledger.run(_look)
            await asyncio.sleep(LOOK_EVERY)


def _look() -> tuple[frozenset[int], bool]:
    halted = Broadcast.objects.filter(status__in=(BroadcastStatus.PAUSED, BroadcastStatus.CANCELLED))
    stopped = frozenset(halted.filter(finished_at__isnull=True).values_list("pk", flat=True))
    return stopped, kill_switch.present() is not None
