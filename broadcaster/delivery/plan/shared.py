"""A shared address that is the only one of a later family, but only the second best of the one it was planned for."""

from broadcaster.delivery import sql
from broadcaster.delivery.models import Batch, Delivery
from broadcaster.delivery.plan.chunk import Chunk
from broadcaster.delivery.receiving.promotion import move

# Sharers of the chunk's families to whom nothing goes in wave 1 on that channel, neither to an address of their own
# nor to another that they share; the best shared one first. The subqueries keep both databases to one way: from the
# family over its addresses to the delivery of each, by the whole of its key.
_LEFT_BEHIND = """
    SELECT h.family_id, d.channel, d.id, d.batch_id
    FROM delivery_shareddelivery h JOIN delivery_delivery d ON d.id = h.delivery_id
    JOIN roster_contactpoint p ON p.contact_id = h.contact_id AND p.channel = d.channel AND p.address = d.address
    WHERE h.broadcast_id = %s AND h.family_id > %s AND h.family_id <= %s AND d.status = 'queued' AND d.wave > 1
      AND COALESCE((
        SELECT MIN((
            SELECT o.wave FROM delivery_delivery o WHERE o.broadcast_id = h.broadcast_id AND o.channel = q.channel
            AND o.address = q.address AND o.subject = '' AND o.status <> 'suppressed'))
        FROM delivery_member m CROSS JOIN roster_contactpoint q
        WHERE m.broadcast_id = h.broadcast_id AND m.family_id = h.family_id AND m.allowed
          AND q.contact_id = m.contact_id AND q.channel = d.channel), 2) > 1
    ORDER BY h.family_id, d.channel, p.rank, d.id"""


def lift(chunk: Chunk, now: float) -> int:
    """Move to wave 1 what is the best a family of the chunk has. What a worker holds goes out anyway and is left.

    Call it inside the chunk's transaction, when its batch numbers are taken; returns how many deliveries were moved.
    """
    if chunk.high is None:
        return 0
    best: dict[tuple[int, str], tuple[int, int]] = {}
    for family, channel, delivery_id, batch_id in sql.rows(_LEFT_BEHIND, [chunk.broadcast.pk, chunk.low, chunk.high]):
        best.setdefault((family, channel), (delivery_id, batch_id))
    by_batch: dict[int, set[int]] = {}
    for delivery_id, batch_id in best.values():
        by_batch.setdefault(batch_id, set()).add(delivery_id)
    return sum(_lift(batch_id, sorted(ids), now) for batch_id, ids in sorted(by_batch.items()))


def _lift(batch_id: int, ids: list[int], now: float) -> int:
    # who changes the batch at this moment may wait for the plan, which we hold: to wait for them would be for ever
    if not Batch.objects.select_for_update(skip_locked=True).filter(pk=batch_id).exists():
        return 0
    moved = move(batch_id, ids, now, wave=1)
    if moved:
        Delivery.objects.filter(pk__in=ids).update(wave=1)
    return moved
