"""What became of deliveries: the one place where a delivery's status is written."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from broadcaster.delivery import sql
from broadcaster.delivery.status import FINAL, DeliveryStatus, origins


class Change(NamedTuple):
    """A delivery's next status. `at` is when it happened, in seconds; `reason` one of providers.reasons.Reason, or
    empty. There is one for each outcome, and a tuple is the cheapest thing to make.
    """

    delivery_id: int
    status: DeliveryStatus
    at: float
    reason: str = ""
    code: str = ""
    provider_id: str = ""


_COLUMNS = ("id", "at", "reason", "code", "provider_id")
_TYPES = (int, float, str, str, str)

#: the message left the house
_OUT = frozenset({DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.UNDELIVERED})


def write(changes: Sequence[Change]) -> int:
    """Write each change whose move is allowed from the status the row has at that moment; leave the others alone.

    Call it inside a transaction. The order of `changes` is kept between statuses as the moves need it: `sent` before
    the ends. Returns how many rows moved.
    """
    by_status: dict[DeliveryStatus, list[Change]] = defaultdict(list)
    for change in changes:
        by_status[change.status].append(change)
    return sum(_write_one(status, by_status[status]) for status in DeliveryStatus if status in by_status)


def write_sent(batch_id: int, first: int, last: int, at: float, provider_id: str) -> int:
    """All of one mail request was accepted: what is still open of a batch's deliveries `first`..`last` was sent. One
    statement instead of a thousand. Call it inside a transaction; returns how many rows moved.
    """
    return sql.execute(
        "UPDATE delivery_delivery SET status = 'sent', reason = '', code = '', "
        "provider_id = COALESCE(NULLIF(provider_id, ''), %s), sent_at = COALESCE(sent_at, %s) "
        f"WHERE batch_id = %s AND id BETWEEN %s AND %s AND status IN ({_origins(DeliveryStatus.SENT)})",
        [provider_id, at, batch_id, first, last],
    )


def write_unknown(which: str, values: Sequence[object]) -> int:
    """Make the deliveries `d` of a condition unknown, if they may be. Call it inside a transaction; returns how many
    rows moved.
    """
    return sql.execute(
        f"UPDATE delivery_delivery AS d SET status = 'unknown' "
        f"WHERE d.status IN ({_origins(DeliveryStatus.UNKNOWN)}) AND {which}",
        values,
    )


def _origins(status: DeliveryStatus) -> str:
    return ", ".join(f"'{origin}'" for origin in origins(status))


def _write_one(status: DeliveryStatus, changes: list[Change]) -> int:
    assign = [f"status = '{status.value}'", "reason = {reason}", "code = {code}"]
    assign.append("provider_id = COALESCE(NULLIF({provider_id}, ''), d.provider_id)")
    if status in _OUT:
        assign.append("sent_at = COALESCE(d.sent_at, {at})")
    if status in FINAL:
        assign.append("ended_at = {at}")
    return sql.update_each(
        assign=", ".join(assign),
        where=f"d.id = {{id}} AND d.status IN ({_origins(status)})",
        columns=_COLUMNS,
        types=_TYPES,
        # rows in id order: two writers that lock in one order can't lock each other out
        values=[
            (c.delivery_id, c.at, c.reason, c.code, c.provider_id) for c in sorted(changes, key=lambda c: c.delivery_id)
        ],
    )
