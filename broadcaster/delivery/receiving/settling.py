"""Settling: a finished broadcast's batches are gone over once, in order, as their receipts come in.

On the way is kept what became of each address, for the order of the next broadcast (`statements`). It costs the
receipts nothing: this reads each delivery once, in chunks, when the broadcast is over.
"""

from django.db import transaction

from broadcaster.delivery import sql
from broadcaster.delivery.models import Batch, Settling
from broadcaster.providers.reasons import EXPLANATIONS, Kind

#: batches in one transaction: it stays under 200 ms on SQLite
BATCHES = 4

_DEAD = ", ".join(f"'{reason.value}'" for reason, told in EXPLANATIONS.items() if told.kind is Kind.ADDRESS)

# in order, so that two who write can't lock each other out
_LEARN = f"""
    INSERT INTO delivery_lastoutcome (channel, address, arrived, at)
    SELECT d.channel, d.address, MAX(CASE WHEN d.status = 'delivered' THEN 1 ELSE 0 END) = 1, MAX(d.ended_at)
    FROM delivery_delivery d
    WHERE d.batch_id > %s AND d.batch_id <= %s AND d.ended_at IS NOT NULL AND (
        d.status = 'delivered' OR (d.status IN ('failed', 'undelivered') AND d.reason IN ({_DEAD})))
    GROUP BY d.channel, d.address ORDER BY d.channel, d.address
    ON CONFLICT (channel, address) DO UPDATE SET arrived = excluded.arrived, at = excluded.at
    WHERE excluded.at >= delivery_lastoutcome.at"""


def settle(broadcast_id: int, *, drill: bool, over: bool) -> bool:
    """Go on as far as the receipts are in. True: no delivery of the broadcast waits for one any more.

    `over`: their time is over, and what is still missing is not waited for.
    """
    while (chunk := _next(broadcast_id)) is not None:
        if not over and _waits(*chunk):
            return False
        with transaction.atomic():
            if not drill:
                sql.execute(_LEARN, chunk)
            # another sweep may have come further meanwhile
            Settling.objects.filter(pk=broadcast_id, batch_id__lt=chunk[1]).update(batch_id=chunk[1])
    return True


def _next(broadcast_id: int) -> tuple[int, int] | None:
    """The batches to look at next: those after the first of two ids, up to the second. None: there are no more."""
    low, end = broadcast_id * 1_000_000_000, (broadcast_id + 1) * 1_000_000_000
    place, _ = Settling.objects.get_or_create(broadcast_id=broadcast_id, defaults={"batch_id": low})
    batches = Batch.objects.filter(pk__gt=place.batch_id, pk__lt=end).order_by("pk")
    last = max(batches.values_list("pk", flat=True)[:BATCHES], default=None)
    return None if last is None else (place.batch_id, last)


def _waits(after: int, last: int) -> bool:
    """Whether a delivery of these batches is without its receipt. The order names the index to go by."""
    return bool(
        sql.row(
            "SELECT 1 FROM delivery_delivery WHERE batch_id > %s AND batch_id <= %s AND status = 'sent' "
            "ORDER BY batch_id LIMIT 1",
            [after, last],
        )
    )
