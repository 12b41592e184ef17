"""The numbers for Prometheus. Whoever asks often gets the same page for some seconds, so that asking costs little."""

import asyncio
from http import HTTPStatus

from broadcaster import clock
from broadcaster.asgi.call import Answer, Call
from broadcaster.delivery.ledger import Ledger

_CONTENT_TYPE = "text/plain; version=1.0.0; charset=utf-8"
#: seconds for which a page is good: on a ledger in full flight it takes some tenths of a second to make
_GOOD_FOR = 5.0


class Metrics:
    """The handler for one event loop, with a ledger of its own."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._page, self._until = b"", 0.0
        self._making = asyncio.Lock()

    async def ask(self, _call: Call) -> Answer:
        """200 with the numbers."""
        async with self._making:
            if clock.now() >= self._until:
                from broadcaster.reports import metrics  # where nobody asks, nobody pays for it

                self._page = await self._ledger.run(metrics.page)
                self._until = clock.now() + _GOOD_FOR
        return Answer(HTTPStatus.OK, self._page, _CONTENT_TYPE)
