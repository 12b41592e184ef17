"""The gate that every vendor request passes: here the faults strike."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Protocol

from aiohttp import web

from broadcaster.sandbox.dice import Dice
from broadcaster.sandbox.faults import Faults, Verdict

#: how often a request in the black hole looks whether its client has gone, in seconds
_LOOK = 0.2


class VendorErrors(Protocol):
    """How one vendor words the failures that are not about the message."""

    def throttled(self, retry_after: int) -> web.Response:
        """429, not processed."""
        ...

    def broken(self) -> web.Response:
        """500; it does not say whether the request was accepted."""
        ...


class Gate:
    """Holds the faults in force. `dealt` counts the faults that struck, by their names."""

    def __init__(self, faults: Faults, seed: int) -> None:
        self.at_start = faults
        self.faults = faults
        self.dice = Dice(seed)
        self.dealt: Counter[str] = Counter()

    def strikes(self, channel: str) -> bool:
        """Whether faults are meant for this channel at all."""
        return channel in self.faults.channels

    def refuses_keys(self, channel: str) -> bool:
        """Whether every key is refused just now."""
        refused = self.faults.refuse_keys and self.strikes(channel)
        self.dealt["refuse_keys"] += refused
        return refused

    def hits(self, name: str, channel: str, key: str) -> bool:
        """Whether the fault of this name strikes this message now."""
        hit = self.strikes(channel) and self.dice.hits(getattr(self.faults, name), name, key)
        self.dealt[name] += hit
        return hit

    async def serve(
        self, request: web.Request, channel: str, key: str, answer: Callable[[], web.Response], errors: VendorErrors
    ) -> web.Response:
        """Answer, unless a fault strikes first or afterwards. `answer` accepts the message, or refuses it by a 4xx."""
        verdict = self._verdict(channel, key)
        if verdict is Verdict.BLACK_HOLE:
            await _swallow(request)
        if verdict in (Verdict.BLACK_HOLE, Verdict.CUT):
            return _cut(request)
        if verdict is Verdict.THROTTLED:
            return errors.throttled(self.faults.retry_after)
        if verdict is Verdict.ERROR:
            return errors.broken()
        response = answer()
        await self._hold(channel, key)
        if verdict is Verdict.ANSWERED or response.status >= web.HTTPBadRequest.status_code:
            return response  # a refused message has nothing to be unsure about
        return errors.broken() if verdict is Verdict.ERROR_AFTER else _cut(request)

    def _verdict(self, channel: str, key: str) -> Verdict:
        shares = self.faults.shares()
        if not self.strikes(channel) or not any(share for _, share in shares):
            return Verdict.ANSWERED
        rest = self.dice.throw("verdict", key)
        for verdict, share in shares:
            if rest < share:
                self.dealt[verdict] += 1
                return verdict
            rest -= share
        return Verdict.ANSWERED

    async def _hold(self, channel: str, key: str) -> None:
        seconds = self.faults.latency
        if self.hits("slow", channel, key):
            seconds += self.faults.slow_seconds
        if seconds:
            await asyncio.sleep(seconds)


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()  # nobody reads it: the connection is gone


async def _swallow(request: web.Request) -> None:
    while request.transport is not None and not request.transport.is_closing():  # noqa: ASYNC110 - aiohttp has no event
        await asyncio.sleep(_LOOK)
