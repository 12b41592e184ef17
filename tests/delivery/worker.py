"""One worker in this process: the real drain and the real reconciler, with real SDKs, against the sandbox's HTTP."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from broadcaster import clock
from broadcaster.delivery import epoch
from broadcaster.delivery.ledger import Ledger
from broadcaster.delivery.plan import planning
from broadcaster.delivery.queue.lease import Lease
from broadcaster.delivery.send.sending import Drain
from broadcaster.delivery.unknown.reconcile import reconcile
from broadcaster.kinds import Channel
from broadcaster.providers.base import Provider
from broadcaster.providers.sendgrid.send import SendGridMail
from broadcaster.providers.twilio.send import TwilioSms
from tests.sandbox.stage import ACCOUNT, API_KEY, TOKEN, Stage

#: a drain that is not over by then hangs
_DEADLINE = 30.0

Wrap = Callable[[Provider], Provider]


def plan(broadcast_id: int) -> None:
    """Plan a broadcast to its end."""
    assert planning.hold(broadcast_id, clock.now())
    while planning.advance(broadcast_id):
        pass


def provider(stage: Stage, channel: Channel) -> Provider:
    """The real provider of a channel, with the sandbox for a vendor."""
    if channel is Channel.SMS:
        return TwilioSms(ACCOUNT, TOKEN, f"{stage.listener.url}/status", base_url=stage.url)
    return SendGridMail(API_KEY, base_url=stage.url)


def send(stage: Stage, channel: Channel, wrap: Wrap = lambda made: made) -> None:
    """Drain a channel until nothing is due."""

    async def work(providers: Callable[[bool], Provider], ledger: Ledger) -> None:
        code = await ledger.run(epoch.current)
        drain = Drain(channel, providers, ledger, Lease(lambda: False), code, clock.now() + _DEADLINE, linger=0.0)
        await drain.run()

    _run(stage, channel, work, wrap)


def settle(stage: Stage) -> None:
    """One round of the reconciler."""

    async def inside() -> None:
        texts, mail, ledger = provider(stage, Channel.SMS), provider(stage, Channel.EMAIL), Ledger()
        try:
            await asyncio.wait_for(reconcile(lambda _: texts, lambda _: mail, ledger), _DEADLINE)
        finally:
            await texts.close()
            ledger.close()

    asyncio.run(inside())


def _run(
    stage: Stage,
    channel: Channel,
    work: Callable[[Callable[[bool], Provider], Ledger], Coroutine[Any, Any, None]],
    wrap: Wrap,
) -> None:
    async def inside() -> None:
        made = wrap(provider(stage, channel))
        ledger = Ledger()
        try:
            await asyncio.wait_for(work(lambda _: made, ledger), _DEADLINE)
        finally:
            await made.close()
            ledger.close()

    asyncio.run(inside())
