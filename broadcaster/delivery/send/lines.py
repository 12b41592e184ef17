"""The lines to a provider: as many requests at once as it takes, shared by all lots that a worker has in hand.

A line is one coroutine that makes one call after the other: cheaper than a task for each message, and the next lot's
calls fill the lines that the end of a lot leaves free.
"""

import asyncio
from collections.abc import Awaitable, Callable

from broadcaster.delivery.queue.batches import Item
from broadcaster.providers.base import Result

#: each delivery that was called, with the provider's answer and when it came
Results = list[tuple[Item, Result, float]]
#: makes one request
Call = Callable[[], Awaitable[Results]]


class Answers:
    """What the calls of one lot have brought. `calls` is how many there will be."""

    def __init__(self, calls: int) -> None:
        self._left = calls
        self._results: Results = []
        self._failure: BaseException | None = None
        self._over = asyncio.Event()
        if not calls:
            self._over.set()

    @property
    def over(self) -> bool:
        """Every call was answered."""
        return self._over.is_set()

    def add(self, results: Results) -> None:
        """Another call was answered."""
        self._results += results
        self._left -= 1
        if not self._left:
            self._over.set()

    def fail(self, error: BaseException) -> None:
        """A call broke off in a way no provider may: whoever waits for the lot gets the error."""
        self._failure = error
        self._over.set()

    async def within(self, seconds: float) -> Results:
        """The results that came since the last time: after so many seconds, or when the lot is over."""
        try:
            async with asyncio.timeout(seconds):
                await self._over.wait()
        except TimeoutError:
            pass
        if self._failure:
            raise self._failure
        results, self._results = self._results, []
        return results


class Lines:
    """Lines to one provider. Make them inside the event loop; close them there."""

    def __init__(self, number: int) -> None:
        self._calls: asyncio.Queue[tuple[Call, Answers]] = asyncio.Queue()
        self._lines = [asyncio.create_task(self._line()) for _ in range(number)]

    def put(self, call: Call, answers: Answers) -> None:
        """Make this call as soon as a line is free, after those that were put before."""
        self._calls.put_nowait((call, answers))

    def close(self) -> None:
        """Break off what is under way."""
        for line in self._lines:
            line.cancel()

    async def _line(self) -> None:
        while True:
            call, answers = await self._calls.get()
            try:
                answers.add(await call())
            except asyncio.CancelledError:
                raise
            except BaseException as error:  # noqa: BLE001 - it belongs to the lot: whoever waits for that raises it
                answers.fail(error)
