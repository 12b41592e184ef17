"""What is in doubt, and the moves that settle it (law 3). Asking is in `reconcile.py`; here is what each answer
means.
"""

from collections.abc import Sequence

import structlog
from django.db import transaction
from django.db.models import F

from broadcaster import clock
from broadcaster.delivery import batches, epoch, sql
from broadcaster.delivery.models import Batch, Delivery, Doubt, Verdict
from broadcaster.delivery.outcomes import Change, write
from broadcaster.delivery.receipts import change
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.kinds import Channel
from broadcaster.providers.base import Receipt

log = structlog.get_logger()

#: seconds between two questions about one text
ASK_AGAIN = 2.0
#: a doubt that could not be settled for so long is decided by policy, in seconds
PATIENCE = 900.0


def take_over(now: float) -> int:
    """Free the batches whose worker is silent. What lay in their marked lot is in doubt from now on. Returns how many
    batches.
    """
    silent = list(Batch.objects.filter(lease_until__lt=now).exclude(worker="").values_list("pk", "worker"))
    return sum(_free(batch_id, worker, now) for batch_id, worker in silent)


def _free(batch_id: int, worker: str, now: float) -> bool:
    with transaction.atomic():
        batch = Batch.objects.select_for_update().filter(pk=batch_id, worker=worker, lease_until__lt=now).first()
        if batch is None:
            return False
        lost = []
        if batch.lot_from is not None:
            lost = list(
                Delivery.objects.filter(
                    batch_id=batch_id, pk__range=(batch.lot_from, batch.lot_to), status=DeliveryStatus.QUEUED
                ).values_list("pk", flat=True)
            )
        # until then it may have begun another message of its lot, and no later
        since = batch.lease_until or now
        request = epoch.request_name(epoch.current(), batch_id, batch.lot_from or 0)
        raise_doubts(
            [
                Doubt(
                    delivery_id=delivery_id,
                    broadcast_id=batch.broadcast_id,
                    channel=batch.channel,
                    request=request,
                    cause="its worker stopped",
                    since=since,
                    next_ask_at=now,
                )
                for delivery_id in lost
            ]
        )
        still_queued = Delivery.objects.filter(batch_id=batch_id, status=DeliveryStatus.QUEUED).exists()
        Batch.objects.filter(pk=batch_id).update(
            worker="", lease_until=None, lot_from=None, lot_to=None, done_at=None if still_queued else now
        )
    log.warning("batch.taken_over", batch=batch_id, broadcast=batch.broadcast_id, in_doubt=len(lost))
    return True


def raise_doubts(raised: Sequence[Doubt]) -> None:
    """Make these deliveries unknown and keep why. What a receipt has told meanwhile is in no doubt. In a
    transaction.
    """
    if not raised:
        return
    write([Change(doubt.delivery_id, DeliveryStatus.UNKNOWN, doubt.since) for doubt in raised])
    ids = [doubt.delivery_id for doubt in raised]
    unknown = set(Delivery.objects.filter(pk__in=ids, status=DeliveryStatus.UNKNOWN).values_list("pk", flat=True))
    open_already = Doubt.objects.filter(delivery_id__in=ids, settled_at__isnull=True).values_list(
        "delivery_id", flat=True
    )
    unknown.difference_update(open_already)
    Doubt.objects.bulk_create(doubt for doubt in raised if doubt.delivery_id in unknown)


def end_told(now: float) -> None:
    """Close what is unknown no more: the worker of a batch that was taken over heard its answer after all. Asking would
    find that the message is taken already, and count it as absent and sent again.
    """
    sql.execute(
        "UPDATE delivery_doubt SET settled_at = %s, verdict = %s WHERE settled_at IS NULL AND NOT EXISTS "
        "(SELECT 1 FROM delivery_delivery d WHERE d.id = delivery_doubt.delivery_id AND d.status = %s)",
        [now, Verdict.RECEIPT.value, DeliveryStatus.UNKNOWN.value],
    )


def accepted(doubt: Doubt, receipt: Receipt) -> None:
    """The vendor has it: sent, and whatever the vendor says of it by now."""
    now = clock.now()
    with transaction.atomic():
        if not _still_open([doubt]):
            return
        write([Change(doubt.delivery_id, DeliveryStatus.SENT, doubt.since, provider_id=receipt.provider_id)])
        if receipt.status is not None:
            write([change(doubt.delivery_id, receipt)])
        _close([doubt], Verdict.ACCEPTED, now)


def absent(doubts: Sequence[Doubt], verdict: Verdict = Verdict.ABSENT) -> None:
    """The vendor surely never took them (or policy says to risk it): queue them again."""
    now = clock.now()
    with transaction.atomic():
        still = _still_open(doubts)
        by_batch: dict[int, list[int]] = {}
        ids = [doubt.delivery_id for doubt in still]
        for delivery_id, batch_id in Delivery.objects.filter(pk__in=ids, status=DeliveryStatus.UNKNOWN).values_list(
            "pk", "batch_id"
        ):
            by_batch.setdefault(batch_id or 0, []).append(delivery_id)
        for batch_id, delivery_ids in by_batch.items():
            write([Change(delivery_id, DeliveryStatus.QUEUED, now) for delivery_id in delivery_ids])
            batches.queue_again(batch_id, delivery_ids, now, tried=True)
        _close(still, verdict, now)


def ask_later(doubts: Sequence[Doubt], now: float) -> None:
    """No answer yet: ask again soon, and more rarely the longer it takes."""
    Doubt.objects.filter(pk__in=[doubt.pk for doubt in doubts]).update(
        asks=F("asks") + 1, next_ask_at=now + ASK_AGAIN + F("asks") * ASK_AGAIN / 2
    )


def wait_for_person(doubts: Sequence[Doubt]) -> None:
    """Nobody can tell and policy does not decide: it stays in the one place where a person looks."""
    Doubt.objects.filter(pk__in=[doubt.pk for doubt in doubts]).update(person=True)


def _still_open(doubts: Sequence[Doubt]) -> list[Doubt]:
    """Those that nobody else has settled meanwhile, held until the transaction ends: an old answer must not touch a
    newer attempt.
    """
    ids = [doubt.pk for doubt in doubts]
    return list(Doubt.objects.select_for_update().filter(pk__in=ids, settled_at__isnull=True).order_by("pk"))


def _close(doubts: Sequence[Doubt], verdict: Verdict, now: float) -> None:
    Doubt.objects.filter(pk__in=[doubt.pk for doubt in doubts]).update(settled_at=now, verdict=verdict)


def due(channel: Channel, now: float, limit: int = 500) -> list[Doubt]:
    """Open doubts whose time to be looked at has come, oldest first."""
    waiting = Doubt.objects.filter(settled_at__isnull=True, channel=channel, next_ask_at__lte=now, person=False)
    return list(waiting.order_by("since", "pk")[:limit])


def taken_ids(provider_ids: Sequence[str]) -> set[str]:
    """Which of these vendor ids already belong to a delivery (one scan, for all questions of a round)."""
    found = sql.rows(
        f"SELECT provider_id FROM delivery_delivery WHERE provider_id IN ({sql.marks(provider_ids)})",
        list(provider_ids),
    )
    return {row[0] for row in found}
