"""Asking for the receipts that never came: texts that were sent long ago and of which the vendor has said nothing
since.
"""

import asyncio
from collections.abc import Callable

import structlog
from django.db import transaction

from broadcaster import clock
from broadcaster.broadcasts.models import Broadcast
from broadcaster.delivery import lessons
from broadcaster.delivery.ledger import Ledger
from broadcaster.delivery.models import Delivery, Polling
from broadcaster.delivery.outcomes import write
from broadcaster.delivery.receipts import change
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.kinds import Channel
from broadcaster.providers.base import Provider, Receipt
from broadcaster.providers.errors import ProviderError
from broadcaster.settings import SETTINGS

log = structlog.get_logger()

#: questions in one round, and under way at once: polite beside the sending itself
_ROUND = 100
_AT_ONCE = 8


async def poll(providers: Callable[[bool], Provider], ledger: Ledger, now: float) -> None:
    """Ask for one round of missing receipts of each broadcast whose pass is due."""
    for broadcast_id, drill in await ledger.run(_due, now):
        waiting = await ledger.run(_next, broadcast_id, now)
        answers = await _ask(providers(drill), waiting)
        await ledger.run(_apply, broadcast_id, waiting, answers)


def _due(now: float) -> list[tuple[int, bool]]:
    """Broadcasts that have gone out, are not settled, and whose next pass has come."""
    unsettled = list(
        Broadcast.objects.filter(started_at__isnull=False, settled_at__isnull=True).values_list("pk", "drill")
    )
    wait = SETTINGS.district.policies.ask_after_seconds
    Polling.objects.bulk_create(
        [Polling(broadcast_id=pk, due_at=now + wait) for pk, _ in unsettled], ignore_conflicts=True
    )
    ready = set(
        Polling.objects.filter(due_at__lte=now, pk__in=[pk for pk, _ in unsettled]).values_list("pk", flat=True)
    )
    return [(pk, drill) for pk, drill in unsettled if pk in ready]


def _next(broadcast_id: int, now: float) -> list[tuple[int, str]]:
    cursor = Polling.objects.get(pk=broadcast_id).cursor
    silent = Delivery.objects.filter(
        broadcast_id=broadcast_id,
        channel=Channel.SMS,
        status=DeliveryStatus.SENT,
        sent_at__lt=now - SETTINGS.district.policies.ask_after_seconds,
        pk__gt=cursor,
    ).exclude(provider_id="")
    return list(silent.order_by("pk").values_list("pk", "provider_id")[:_ROUND])


async def _ask(provider: Provider, waiting: list[tuple[int, str]]) -> list[Receipt | None]:
    gate = asyncio.Semaphore(_AT_ONCE)

    async def ask(provider_id: str) -> Receipt | None:
        async with gate:
            try:
                return await provider.fetch(provider_id)
            except ProviderError as error:
                log.warning("receipt.not_answered", error=type(error).__name__)
                return None

    return list(await asyncio.gather(*(ask(provider_id) for _, provider_id in waiting)))


def _apply(broadcast_id: int, waiting: list[tuple[int, str]], answers: list[Receipt | None]) -> None:
    """Write what was learned and move the pass on; after its last round the next pass waits as long as the first
    did.
    """
    news = [
        change(delivery_id, answer)
        for (delivery_id, _), answer in zip(waiting, answers, strict=True)
        if answer and answer.status is not None
    ]
    over = len(waiting) < _ROUND
    with transaction.atomic():
        write(news)
        Polling.objects.filter(pk=broadcast_id).update(
            cursor=0 if over else waiting[-1][0],
            due_at=clock.now() + (SETTINGS.district.policies.ask_after_seconds if over else 1.0),
        )
        lessons.learn(news, lessons.Told.BY_RECEIPT)
