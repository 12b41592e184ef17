"""In an emergency, a family whose best address fails must not wait for its next one until everybody's turn has come."""

from collections.abc import Sequence

from broadcaster.delivery import sql
from broadcaster.delivery.models import Batch
from broadcaster.delivery.queue import batches
from broadcaster.kinds import Purpose

#: goes before wave 1
FRONT = 0

# From the failed delivery over the family's members to their other addresses, each step by an index. A subquery finds
# the delivery of an address by the whole of its key: joined, PostgreSQL looks through all of the broadcast's for each.
_NEXT = """
    SELECT s.failed, n.id, n.batch_id
    FROM (
        SELECT f.id AS failed, p.rank, (
            SELECT o.id FROM delivery_delivery o WHERE o.broadcast_id = f.broadcast_id AND o.channel = p.channel
            AND o.address = p.address AND o.subject = ''
        ) AS next_id
        FROM delivery_delivery f
        JOIN broadcasts_broadcast a ON a.id = f.broadcast_id AND a.purpose = %s
        JOIN delivery_member m ON m.broadcast_id = f.broadcast_id AND m.family_id = f.family_id AND m.allowed
        JOIN roster_contactpoint p ON p.contact_id = m.contact_id AND p.channel = f.channel
        WHERE f.id IN ({marks}) AND f.status IN ('failed', 'undelivered')
    ) s JOIN delivery_delivery n ON n.id = s.next_id
    WHERE n.status = 'queued' AND n.wave > 1
    ORDER BY s.failed, s.rank, n.id"""


def promote(delivery_ids: Sequence[int], now: float) -> int:
    """Bring the next address of each of these families to the front, where an emergency's message did not arrive.

    Deliveries that did arrive, and those of other purposes, promote nothing. Only what no worker holds is moved. Call
    it inside a transaction; returns how many deliveries were moved.
    """
    if not delivery_ids:
        return 0
    next_of: dict[int, tuple[int, int]] = {}
    for failed, delivery_id, batch_id in sql.rows(
        _NEXT.format(marks=sql.marks(delivery_ids)), [Purpose.EMERGENCY.value, *delivery_ids]
    ):
        next_of.setdefault(failed, (delivery_id, batch_id))
    by_batch: dict[int, set[int]] = {}
    for delivery_id, batch_id in next_of.values():
        by_batch.setdefault(batch_id, set()).add(delivery_id)
    return sum(move(batch_id, sorted(ids), now, wave=FRONT) for batch_id, ids in sorted(by_batch.items()))


def move(batch_id: int, delivery_ids: list[int], now: float, *, wave: int) -> int:
    """Give deliveries of a batch that no worker holds another wave, in a batch of their own. Returns how many."""
    free = Batch.objects.select_for_update().filter(pk=batch_id, worker="", done_at__isnull=True, wave__gt=wave)
    if not free.exists():
        return 0
    return batches.queue_again(batch_id, delivery_ids, now, tried=False, wave=wave)
