"""Sending: claim a batch, mark a lot, call the provider, record. A worker drains a channel on one event loop.

No transaction is open while a provider is called. A worker killed anywhere in here leaves deliveries that are queued,
recorded, or in the one lot that each of its batches has marked (law 2).
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from broadcaster import clock
from broadcaster.delivery.epoch import reference, request_name
from broadcaster.delivery.ledger import Ledger
from broadcaster.delivery.queue import batches
from broadcaster.delivery.queue.batches import Claim, Item
from broadcaster.delivery.queue.halts import Halts
from broadcaster.delivery.queue.lease import Lease
from broadcaster.delivery.queue.pacing import LOT_TEXTS, Pace, pace_of
from broadcaster.delivery.send import links
from broadcaster.delivery.send.lines import Answers, Lines, Results
from broadcaster.delivery.send.recording import Behind, Later, Lot, Sent, advance, finish, note
from broadcaster.kinds import Channel, Purpose
from broadcaster.providers.base import Message, Provider, Providers, Result
from broadcaster.providers.errors import Unreachable
from broadcaster.templating.layout import ACKNOWLEDGE

#: batches of one sender that a worker has in hand at once, so that it sends while the ledger writes
IN_HAND = 4

#: seconds within which an outcome is recorded, however long its lot takes
RECORD_EVERY = 0.25

#: seconds for which a worker goes on asking for a batch when there is none, and between two questions: a plan in hand
#: leaves its batches chunk by chunk
LINGER = 1.5
ASK_EVERY = 0.1


@dataclass
class Drain:
    """One worker at one channel, `until` an instant. `epoch` is the ledger's, for the references that leave."""

    channel: Channel
    providers: Providers
    ledger: Ledger
    lease: Lease
    epoch: str
    until: float
    linger: float = LINGER
    halts: Halts = field(default_factory=Halts)
    _lines: dict[bool, Lines] = field(default_factory=dict)
    _in_hand: Counter[str] = field(default_factory=Counter)
    _behind: dict[str, float] = field(default_factory=dict)
    _one_less: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> bool:
        """Send due batches, the best first, until there are none, `until` has come or we are told to stop.

        True: the time was over before the work was.
        """
        try:
            async with self.lease.kept(self.ledger), self.halts.watched(self.ledger), asyncio.TaskGroup() as sends:
                while held := await self._next():
                    self._in_hand[held.sender] += 1
                    sends.create_task(self._send(held, self.providers(held.drill)))
        finally:
            for lines in self._lines.values():
                lines.close()
        return clock.now() >= self.until

    async def _next(self) -> Claim | None:
        """The best due batch of a sender that can use another. None: it is time to go."""
        patience = clock.now() + self.linger
        while (now := clock.now()) < self.until and not self.lease.stopping():
            if held := await self.ledger.run(batches.claim, self.channel, self.lease.worker, now, self._busy(now)):
                return held
            if self._in_hand.total():
                patience = now + self.linger
            elif now >= patience:
                return None
            await self._wait_a_little()
        return None

    def _busy(self, now: float) -> list[str]:
        """The senders that another batch in hand would not make faster."""
        full = {sender for sender, number in self._in_hand.items() if number >= IN_HAND}
        return [*full, *(sender for sender, until in self._behind.items() if until > now and sender not in full)]

    async def _wait_a_little(self) -> None:
        self._one_less.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ASK_EVERY):
                await self._one_less.wait()

    async def _send(self, held: Claim, provider: Provider) -> None:
        """Send a batch, lot by lot. Between two lots one transaction records the last and marks the next."""
        pace, rest = pace_of(held.channel, held.sender), held.items
        last: Sent | None = None
        most = provider.request_size if provider.request_size > 1 else LOT_TEXTS
        while rest and clock.now() < self.until and not self.lease.stopping():
            lot, last = await self.ledger.run(advance, held, last, rest, pace, most), None
            if lot is None:
                break
            if isinstance(lot, Behind):
                self._behind[held.sender] = lot.until
                break
            if isinstance(lot, Later):
                await asyncio.sleep(lot.at - clock.now())
                continue
            last, rest = await self._call(held, provider, lot, pace), rest[lot.length :]
        else:
            await self.ledger.run(finish, held, last, pace)
        self._in_hand[held.sender] -= 1
        self._one_less.set()

    async def _call(self, held: Claim, provider: Provider, lot: Lot, pace: Pace) -> Sent:
        """Call the provider for each request of a lot. What is known is recorded every `RECORD_EVERY` seconds, the rest
        is returned.
        """
        request, size = request_name(self.epoch, held.batch_id, lot.first), provider.request_size
        requests = [(lot.items[at : at + size], lot.starts[at]) for at in range(0, len(lot.items), size)]
        answers = Answers(len(requests))
        async with asyncio.TaskGroup() as group:
            group.create_task(self._feed(held, provider, requests, request, answers))
            while True:
                results = await answers.within(RECORD_EVERY)
                if answers.over:
                    return Sent(request, results)
                if results:
                    await self.ledger.run(note, held, Sent(request, results), pace)

    async def _feed(
        self,
        held: Claim,
        provider: Provider,
        requests: Sequence[tuple[Sequence[Item], float]],
        request: str,
        answers: Answers,
    ) -> None:
        """Put each request on the lines when the pace says so: evenly over the time that the lot has."""
        if (lines := self._lines.get(held.drill)) is None:
            lines = self._lines[held.drill] = Lines(provider.connections)
        for items, start in requests:
            if (early := start - clock.now()) > 0:
                await asyncio.sleep(early)
            lines.put(partial(self._request, held, provider, items, request), answers)

    async def _request(self, held: Claim, provider: Provider, items: Sequence[Item], request: str) -> Results:
        if why := self._why_not(held):
            results: Sequence[Result] = [Unreachable(why)] * len(items)
        else:
            messages = [self._message(held, item) for item in items]
            results = await provider.send(held.sender, held.content, messages, request)
        at = clock.now()
        return [(item, result, at) for item, result in zip(items, results, strict=True)]

    def _why_not(self, held: Claim) -> str:
        """Why a message of a marked lot must not leave after all; empty: nothing is in its way."""
        if self.lease.lost():  # somebody asks about this lot already: what is not written yet must not be
            return "the lease ran out"
        return "it was halted meanwhile" if held.broadcast_id in self.halts else ""

    def _message(self, held: Claim, item: Item) -> Message:
        ref = reference(self.epoch, item.delivery_id)
        may_opt_out = held.channel is Channel.EMAIL and held.purpose is Purpose.GENERAL
        values = item.values
        if held.channel is Channel.EMAIL and ACKNOWLEDGE in held.content.text:
            values = {**values, "acknowledge": links.acknowledge(ref)}
        return Message(ref, item.address, values, links.unsubscribe(ref) if may_opt_out else "")
