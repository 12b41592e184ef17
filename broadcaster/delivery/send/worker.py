"""A worker's event loop: made for one task, with the providers and the ledger's thread that live as long as it does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvloop

from broadcaster import clock
from broadcaster.celery import stopping
from broadcaster.delivery import epoch
from broadcaster.delivery.accounts import accounts
from broadcaster.delivery.ledger import Ledger
from broadcaster.delivery.queue.lease import Lease
from broadcaster.delivery.send.sending import Drain
from broadcaster.delivery.unknown.reconcile import reconcile
from broadcaster.delivery.word import alerting
from broadcaster.delivery.word.stuck import Stuck
from broadcaster.kinds import Channel
from broadcaster.providers import registry
from broadcaster.providers.base import MayWrite, Provider, Providers, always

#: a drain goes after so many seconds and the next ring starts another: settings and connections stay fresh
DRAIN_SECONDS = 20.0


def drain_channel(channel: Channel) -> bool:
    """Send the channel's due batches until there are none. True: `DRAIN_SECONDS` were over before that."""
    return uvloop.run(_drain(channel))


def reconcile_all() -> None:
    """One round of the reconciler."""
    uvloop.run(_reconcile())


def watch() -> None:
    """Tell the operators what is stuck, if they have not heard of it."""
    if found := alerting.due(clock.now()):
        for channel in Channel:
            uvloop.run(_alert(found, channel))


async def _alert(found: list[Stuck], channel: Channel) -> None:
    async with _providers(channel) as providers:
        await alerting.tell(found, channel, providers(False))


async def _drain(channel: Channel) -> bool:
    lease = Lease(stopping.is_set)
    async with _providers(channel, lease.holds) as providers, _ledger() as ledger:
        code = await ledger.run(epoch.current)
        until = clock.now() + DRAIN_SECONDS
        return await Drain(channel, providers, ledger, lease, code, until).run()


async def _reconcile() -> None:
    async with _providers(Channel.SMS) as texts, _providers(Channel.EMAIL) as mail, _ledger() as ledger:
        await reconcile(texts, mail, ledger)


@asynccontextmanager
async def _providers(channel: Channel, may_write: MayWrite = always) -> AsyncIterator[Providers]:
    """The channel's provider, and another for drills, each made when it is first wanted and closed at the end."""
    made: dict[bool, Provider] = {}

    def provider(drill: bool) -> Provider:
        if drill not in made:
            made[drill] = registry.build(channel, accounts(drill=drill), may_write)
        return made[drill]

    try:
        yield provider
    finally:
        await asyncio.gather(*(provider.close() for provider in made.values()))


@asynccontextmanager
async def _ledger() -> AsyncIterator[Ledger]:
    ledger = Ledger()
    try:
        yield ledger
    finally:
        ledger.close()
