"""Receipts hold the address they are about: those of old deliveries go, and old ones of nobody we know."""

from broadcaster import turns
from broadcaster.delivery import sql

_ROWS = 2000


def erase(broadcast_id: int) -> int:
    """Delete the receipts of a broadcast's deliveries. How many."""
    row = sql.row("SELECT MIN(id), MAX(id) FROM delivery_delivery WHERE broadcast_id = %s", [broadcast_id])
    first, last = row or (None, None)
    deleted = 0
    for low in range(first or 0, (last or -1) + 1, _ROWS):
        deleted += sql.execute(
            "DELETE FROM webhooks_storedreceipt WHERE delivery_id IN "
            "(SELECT d.id FROM delivery_delivery d WHERE d.broadcast_id = %s AND d.id BETWEEN %s AND %s)",
            [broadcast_id, low, low + _ROWS - 1],
        )
        turns.step_aside()
    return deleted


def erase_of_nobody(before: float) -> int:
    """Delete those that came before an instant and are of no delivery. How many."""
    return sql.execute("DELETE FROM webhooks_storedreceipt WHERE delivery_id IS NULL AND received_at < %s", [before])
