"""Sending: claim a batch, mark a lot, call the provider, record. A worker drains a channel on one event loop.

No transaction is open while a provider is called. A worker killed anywhere in here leaves deliveries that are queued,
recorded, or in the one lot that each of its batches has marked (law 2).
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from broadcaster import clock
from broadcaster.delivery import batches, links
from broadcaster.delivery.batches import Claim, Item
from broadcaster.delivery.epoch import reference, request_name
from broadcaster.delivery.lease import Lease
from broadcaster.delivery.ledger import Ledger
from broadcaster.delivery.pacing import LOT_TEXTS, Pace, pace_of
from broadcaster.delivery.recording import Lot, Sent, advance, finish, mark
from broadcaster.kinds import Channel, Purpose
from broadcaster.providers.base import Message, Provider, Result
from broadcaster.providers.errors import Unreachable

#: batches of one channel that a worker has in hand at once, so that it sends while the ledger writes
STREAMS = 4

#: gives the provider of a broadcast, by whether it is a drill
Providers = Callable[[bool], Provider]


@dataclass
class Drain:
    """One worker at one channel. `epoch` is the ledger's, for the references that leave with the messages."""

    channel: Channel
    providers: Providers
    ledger: Ledger
    lease: Lease
    epoch: str
    _gates: dict[bool, asyncio.Semaphore] = field(default_factory=dict)

    async def run(self, until: float) -> None:
        """Send due batches, the best first, until there are none, `until` has come or we are told to stop."""
        async with self.lease.kept(self.ledger), asyncio.TaskGroup() as streams:
            for _ in range(STREAMS):
                streams.create_task(self._stream(until))

    async def _stream(self, until: float) -> None:
        while clock.now() < until and not self.lease.stopping():
            held = await self.ledger.run(batches.claim, self.channel, self.lease.worker, clock.now())
            if held is None:
                return
            await self._send(held, self.providers(held.drill))

    async def _send(self, held: Claim, provider: Provider) -> None:
        """Send a batch, lot by lot. Between two lots one transaction records the last and marks the next."""
        pace, rest, last = pace_of(held.channel, held.sender), held.items, None
        most = provider.request_size if provider.request_size > 1 else LOT_TEXTS
        while rest and not self.lease.stopping():
            length = pace.lot_length([item.cost for item in rest], most)
            lot = await self.ledger.run(advance, held, last, rest[:length], pace)
            if lot and not lot.marked:
                await asyncio.sleep(lot.start - clock.now())
                lot = await self.ledger.run(mark, held, lot, pace)
            if lot is None:
                return
            last, rest = await self._call(held, provider, lot, pace), rest[length:]
        await self.ledger.run(finish, held, last, pace)

    async def _call(self, held: Claim, provider: Provider, lot: Lot, pace: Pace) -> Sent:
        """Call the provider for each request of a lot, evenly over the time the pace gives it."""
        request, size = request_name(self.epoch, held.batch_id, lot.first), provider.request_size
        gate = self._gates.setdefault(held.drill, asyncio.Semaphore(provider.connections))

        async def one(items: Sequence[Item], start: float) -> list[Result]:
            if (early := start - clock.now()) > 0:
                await asyncio.sleep(early)
            async with gate:
                if self.lease.lost():  # somebody may be asking about this lot already: what was not written must not be
                    return [Unreachable("the lease ran out")] * len(items)
                return await provider.send(held.sender, held.content, [self._message(held, i) for i in items], request)

        starts = pace.offsets([item.cost for item in lot.items])
        firsts = range(0, len(lot.items), size)
        calls = [one(lot.items[first : first + size], lot.start + starts[first]) for first in firsts]
        results = [result for group in await asyncio.gather(*calls) for result in group]
        return Sent(request, list(zip(lot.items, results, strict=True)))

    def _message(self, held: Claim, item: Item) -> Message:
        ref = reference(self.epoch, item.delivery_id)
        may_opt_out = held.channel is Channel.EMAIL and held.purpose is Purpose.GENERAL
        return Message(ref, item.address, item.values, links.unsubscribe(ref) if may_opt_out else "")
