"""Sending: claim a batch, mark a lot, call the provider, record. A worker drains a channel on one event loop.

No transaction is open while a provider is called. A worker killed anywhere in here leaves deliveries that are queued,
recorded, or in the one lot that each of its batches has marked (law 2).
"""

import asyncio
from collections.abc import Callable, Sequence

from broadcaster import clock
from broadcaster.delivery import batches, links
from broadcaster.delivery.batches import Claim, Item
from broadcaster.delivery.epoch import reference, request_name
from broadcaster.delivery.lease import Lease
from broadcaster.delivery.ledger import Ledger
from broadcaster.delivery.pacing import LOT_TEXTS, pace_of
from broadcaster.delivery.recording import Lot, Sent, advance, finish
from broadcaster.kinds import Channel
from broadcaster.providers.base import Message, Provider, Result
from broadcaster.providers.errors import Unreachable

#: batches of one channel that a worker has in hand at once, so that it sends while the ledger writes
STREAMS = 4

#: gives the provider of a broadcast, by whether it is a drill
Providers = Callable[[bool], Provider]


async def drain(channel: Channel, providers: Providers, ledger: Ledger, lease: Lease, epoch: str, until: float) -> None:
    """Send the channel's due batches, the best first, until there are none, `until` has come or we are told to stop."""

    async def stream() -> None:
        while clock.now() < until and not lease.stopping():
            held = await ledger.run(batches.claim, channel, lease.worker, clock.now())
            if held is None:
                return
            await _send(held, providers(held.drill), ledger, lease, epoch)

    async with lease.kept(ledger), asyncio.TaskGroup() as streams:
        for _ in range(STREAMS):
            streams.create_task(stream())


async def _send(held: Claim, provider: Provider, ledger: Ledger, lease: Lease, epoch: str) -> None:
    pace, rest, last = pace_of(held.channel, held.sender), held.items, None
    most = provider.request_size if provider.request_size > 1 else LOT_TEXTS
    while rest and not lease.stopping():
        length = pace.lot_length([item.cost for item in rest], most)
        lot = await ledger.run(advance, held, last, rest[:length], pace)
        if lot is None:
            return
        last, rest = (
            await _call(held, provider, lot, lease, epoch, pace.offsets([i.cost for i in lot.items])),
            rest[length:],
        )
    await ledger.run(finish, held, last, pace)


async def _call(held: Claim, provider: Provider, lot: Lot, lease: Lease, epoch: str, offsets: Sequence[float]) -> Sent:
    request = request_name(epoch, held.batch_id, lot.first)
    size = provider.request_size

    async def one(items: list[Item], start: float) -> list[Result]:
        if (early := start - clock.now()) > 0:
            await asyncio.sleep(early)
        if lease.lost():  # somebody else may be asking about this lot already: what was not written must not be
            return [Unreachable("the lease ran out")] * len(items)
        return await provider.send(held.sender, held.content, [_message(held, item, epoch) for item in items], request)

    groups = [lot.items[first : first + size] for first in range(0, len(lot.items), size)]
    calls = [one(group, lot.start + offsets[place * size]) for place, group in enumerate(groups)]
    results = [result for batch in await asyncio.gather(*calls) for result in batch]
    return Sent(request, list(zip(lot.items, results, strict=True)))


def _message(held: Claim, item: Item, epoch: str) -> Message:
    ref = reference(epoch, item.delivery_id)
    unsubscribe = links.unsubscribe(ref) if held.channel is Channel.EMAIL and held.purpose == "general" else ""
    return Message(ref=ref, to=item.address, values=item.values, unsubscribe=unsubscribe)
