"""Asking for the receipts that never came: texts that were sent long ago and of which the vendor has said nothing
since.

It is asked politely: a hundred questions a second at most, eight at once, none more once it says that it is too much;
and the longer all is out, the longer between two passes, so that a phone that stays off is asked about a dozen times
in three days and not two thousand times.
"""

import asyncio
from dataclasses import dataclass

import structlog
from django.db import transaction

from broadcaster import clock
from broadcaster.broadcasts.models import Broadcast
from broadcaster.delivery.ledger import Ledger
from broadcaster.delivery.models import Delivery, Polling
from broadcaster.delivery.outcomes import write
from broadcaster.delivery.receiving import consequences
from broadcaster.delivery.receiving.lessons import Told
from broadcaster.delivery.receiving.receipts import change
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.kinds import Channel
from broadcaster.providers.base import Provider, Providers, Receipt
from broadcaster.providers.errors import ProviderError, Throttled
from broadcaster.settings import SETTINGS

log = structlog.get_logger()

#: questions in one round, and under way at once: polite beside the sending itself
_ROUND = 100
_AT_ONCE = 8
#: seconds between two rounds of a pass; after a vendor that found it too much, and said no time of its own
_BETWEEN, _TOO_MUCH = 1.0, 30.0
#: the next pass waits for this share of the time since the last message left
_PATIENCE = 0.5


@dataclass
class Answers:
    """What came of a round. `wait` is set where the vendor found it too much: for so many seconds it is left alone."""

    receipts: list[Receipt | None]
    wait: float | None = None


async def poll(providers: Providers, ledger: Ledger, now: float) -> None:
    """Ask for one round of missing receipts of each broadcast whose pass is due."""
    for broadcast_id, drill, out in await ledger.run(_due, now):
        waiting = await ledger.run(_next, broadcast_id, now)
        answers = await _ask(providers(drill), waiting)
        await ledger.run(_apply, broadcast_id, waiting, answers, now - out)


def _due(now: float) -> list[tuple[int, bool, float]]:
    """Broadcasts that are not settled and whose next pass has come; drills or not, and since when all is out."""
    unsettled = list(
        Broadcast.objects.filter(started_at__isnull=False, settled_at__isnull=True).values_list(
            "pk", "drill", "finished_at"
        )
    )
    wait = SETTINGS.district.policies.ask_after_seconds
    Polling.objects.bulk_create(
        [Polling(broadcast_id=pk, due_at=now + wait) for pk, _, _ in unsettled], ignore_conflicts=True
    )
    ready = set(
        Polling.objects.filter(due_at__lte=now, pk__in=[pk for pk, _, _ in unsettled]).values_list("pk", flat=True)
    )
    return [(pk, drill, out or now) for pk, drill, out in unsettled if pk in ready]


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


async def _ask(provider: Provider, waiting: list[tuple[int, str]]) -> Answers:
    gate, found = asyncio.Semaphore(_AT_ONCE), Answers([])

    async def ask(provider_id: str) -> Receipt | None:
        async with gate:
            if found.wait is not None:
                return None
            try:
                return await provider.fetch(provider_id)
            except Throttled as error:
                found.wait = max(found.wait or 0.0, error.retry_after or _TOO_MUCH)
            except ProviderError as error:
                log.warning("receipt.not_answered", error=type(error).__name__)
            return None

    found.receipts += await asyncio.gather(*(ask(provider_id) for _, provider_id in waiting))
    return found


def _apply(broadcast_id: int, waiting: list[tuple[int, str]], answers: Answers, age: float) -> None:
    """Write what was learned and move the pass on; where the vendor found it too much, the same is asked again."""
    news = [
        change(delivery_id, answer)
        for (delivery_id, _), answer in zip(waiting, answers.receipts, strict=True)
        if answer and answer.status is not None
    ]
    over = len(waiting) < _ROUND
    cursor, pause = (0, next_pass(age)) if over else (waiting[-1][0], _BETWEEN)
    moved = {"cursor": cursor, "due_at": clock.now() + pause}
    if answers.wait is not None:
        moved = {"due_at": clock.now() + answers.wait}
    with transaction.atomic():
        write(news)
        Polling.objects.filter(pk=broadcast_id).update(**moved)
        consequences.draw(news, Told.BY_RECEIPT)


def next_pass(age: float) -> float:
    """Seconds until the next pass over a broadcast whose last message left so long ago."""
    return max(SETTINGS.district.policies.ask_after_seconds, _PATIENCE * age)
