"""The ledger as an event loop uses it: one thread with one connection does all of a worker's transactions, in turn."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

import structlog
from django.db import InterfaceError, OperationalError, connection, connections

P = ParamSpec("P")
T = TypeVar("T")

log = structlog.get_logger()

#: how long a transaction is tried again while the database is away or locked, in seconds
PATIENCE = 30.0
_PAUSE = 0.5


class Ledger:
    """Runs functions on the ledger's thread. Every function is one transaction that may safely run again."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ledger")

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of `work`. Tries again for `patience` seconds while the database is away, then raises."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: _patiently(self._patience, work, *args, **kwargs))

    def close(self) -> None:
        """Finish what runs and let go of the connection."""
        self._thread.submit(connections.close_all).result()  # `connection.close` would be the caller's own
        self._thread.shutdown()


def _patiently(patience: float, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    deadline, said = time.monotonic() + patience, False
    while True:
        try:
            return work(*args, **kwargs)
        except (OperationalError, InterfaceError) as error:
            connection.close()  # a restart of the database has cut it
            if time.monotonic() > deadline:
                raise
            if not said:  # once for each wait: a line for each try would fill what room the disk has left
                log.warning("ledger.away", error=type(error).__name__, why=str(error).partition("\n")[0])
            said = True
            time.sleep(_PAUSE)
