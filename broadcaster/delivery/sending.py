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
from broadcaster.delivery.halts import Halts
from broadcaster.delivery.lease import Lease
from broadcaster.delivery.ledger import Ledger
from broadcaster.delivery.pacing import LOT_TEXTS, Pace, pace_of
from broadcaster.delivery.recording import Later, Lot, Sent, advance, finish, note, pause
from broadcaster.delivery.refusals import Refusals
from broadcaster.kinds import Channel, Purpose
from broadcaster.providers.base import Message, Provider, Result
from broadcaster.providers.errors import Unreachable
from broadcaster.settings import SETTINGS

#: batches of one channel that a worker has in hand at once, so that it sends while the ledger writes
STREAMS = 4

#: seconds within which an outcome is recorded, however long its lot takes
RECORD_EVERY = 0.25

#: each delivery that was called, with the provider's answer and when it came
Results = list[tuple[Item, Result, float]]
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
    halts: Halts = field(default_factory=Halts)
    refusals: Refusals = field(default_factory=lambda: Refusals(SETTINGS.district.policies.pause_share))
    _gates: dict[bool, asyncio.Semaphore] = field(default_factory=dict)

    async def run(self, until: float) -> None:
        """Send due batches, the best first, until there are none, `until` has come or we are told to stop."""
        async with self.lease.kept(self.ledger), self.halts.watched(self.ledger), asyncio.TaskGroup() as streams:
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
        pace, rest = pace_of(held.channel, held.sender), held.items
        last: Sent | None = None
        most = provider.request_size if provider.request_size > 1 else LOT_TEXTS
        while rest and not self.lease.stopping():
            lot, last = await self.ledger.run(advance, held, last, rest, pace, most), None
            if lot is None:
                return
            if isinstance(lot, Later):
                await asyncio.sleep(lot.at - clock.now())
                continue
            last, rest = await self._call(held, provider, lot, pace), rest[lot.length :]
            if why := self.refusals.too_many(held.broadcast_id, (result for _, result, _ in last.calls)):
                await self.ledger.run(pause, held, why)
        await self.ledger.run(finish, held, last, pace)

    async def _call(self, held: Claim, provider: Provider, lot: Lot, pace: Pace) -> Sent:
        """Call the provider for each request of a lot, evenly over the time the pace gives it."""
        request, size = request_name(self.epoch, held.batch_id, lot.first), provider.request_size
        gate = self._gates.setdefault(held.drill, asyncio.Semaphore(provider.connections))

        async def one(items: Sequence[Item], start: float) -> Results:
            if (early := start - clock.now()) > 0:
                await asyncio.sleep(early)
            async with gate:
                if why := self._why_not(held):
                    results: list[Result] = [Unreachable(why)] * len(items)
                else:
                    messages = [self._message(held, item) for item in items]
                    results = await provider.send(held.sender, held.content, messages, request)
            at = clock.now()
            return [(item, result, at) for item, result in zip(items, results, strict=True)]

        firsts = range(0, len(lot.items), size)
        async with asyncio.TaskGroup() as group:
            calls = [group.create_task(one(lot.items[at : at + size], lot.starts[at])) for at in firsts]
            unrecorded = await self._record_on_the_way(held, pace, request, calls)
        return Sent(request, unrecorded)

    async def _record_on_the_way(
        self, held: Claim, pace: Pace, request: str, calls: Sequence[asyncio.Task[Results]]
    ) -> Results:
        """Wait for the calls, and record what is known every `RECORD_EVERY` seconds. Returns what is not recorded."""
        while calls:
            over, left = await asyncio.wait(calls, timeout=RECORD_EVERY)
            known = [result for call in calls if call in over for result in call.result()]
            if not left:
                return known
            if known:
                await self.ledger.run(note, held, Sent(request, known), pace)
            calls = [call for call in calls if call in left]
        return []

    def _why_not(self, held: Claim) -> str:
        """Why a message of a marked lot must not leave after all; empty: nothing is in its way."""
        if self.lease.lost():  # somebody asks about this lot already: what is not written yet must not be
            return "the lease ran out"
        return "it was halted meanwhile" if held.broadcast_id in self.halts else ""

    def _message(self, held: Claim, item: Item) -> Message:
        ref = reference(self.epoch, item.delivery_id)
        may_opt_out = held.channel is Channel.EMAIL and held.purpose is Purpose.GENERAL
        return Message(ref, item.address, item.values, links.unsubscribe(ref) if may_opt_out else "")
