"""Group commit: many callbacks, one transaction, and no 2xx before it is on disk.

A callback puts its receipts in and waits. One thread with its own connection stores all that waits in one
transaction; while it commits the next group gathers. A lone callback is stored at once, so quiet times cost no delay.
"""

import asyncio
from collections.abc import Callable, Sequence

import structlog

from broadcaster.delivery.ledger import Ledger
from broadcaster.providers.base import Receipt

#: receipts in one transaction, so that none holds SQLite's one write lock for more than 200 ms
GROUP = 2000
#: seconds that a group gathers while callbacks come in numbers
GATHERING = 0.002
#: seconds that we try for while the database is away; then the vendor, who waits 15 s at most, is told to come again
PATIENCE = 2.0

log = structlog.get_logger(__name__)


class NotStored(Exception):  # noqa: N818 - named for what happened
    """The database did not take the receipts. The vendor is told to come again."""


class GroupCommit:
    """Stores receipts for one event loop. `store` keeps and applies them in one transaction, or raises."""

    def __init__(self, store: Callable[[Sequence[Receipt]], None]) -> None:
        self._store = store
        self._ledger = Ledger(PATIENCE)
        self._waiting: list[tuple[Sequence[Receipt], asyncio.Future[None]]] = []
        self._flushing: asyncio.Task[None] | None = None
        self._crowded = False

    async def put(self, receipts: Sequence[Receipt]) -> None:
        """Return once the receipts are committed. Raises NotStored."""
        if not receipts:
            return
        stored = asyncio.get_running_loop().create_future()
        self._waiting.append((receipts, stored))
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush())
        await stored

    def close(self) -> None:
        """Let the thread and its connection go, after what is being committed."""
        self._ledger.close()

    async def _flush(self) -> None:
        while self._waiting:
            if self._crowded:
                await asyncio.sleep(GATHERING)
            group = self._take()
            kept = await self._commit([receipt for receipts, _ in group for receipt in receipts])
            for _, stored in group:
                _tell(stored, kept)
            self._crowded = len(group) > 1

    def _take(self) -> list[tuple[Sequence[Receipt], asyncio.Future[None]]]:
        """As many callbacks as a group holds, and at least one however many receipts it brings."""
        size = taken = 0
        for receipts, _ in self._waiting:
            size += len(receipts)
            if size > GROUP and taken:
                break
            taken += 1
        group, self._waiting = self._waiting[:taken], self._waiting[taken:]
        return group

    async def _commit(self, receipts: Sequence[Receipt]) -> bool:
        """Whether all of them are on disk."""
        try:
            for start in range(0, len(receipts), GROUP):
                await self._ledger.run(self._store, receipts[start : start + GROUP])
        except Exception as error:  # noqa: BLE001 - whatever went wrong, those who wait must hear of it
            fault = type(error).__name__
            log.error("receipts_not_stored", count=len(receipts), fault=fault)  # noqa: TRY400 - a traceback quotes values
            return False
        return True


def _tell(stored: asyncio.Future[None], kept: bool) -> None:
    if stored.done():  # its caller hung up
        return
    if kept:
        stored.set_result(None)
    else:
        stored.set_exception(NotStored())
