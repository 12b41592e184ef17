"""Batches: claim the best due one, mark its lots, give it back. Each step is one short transaction (law 2)."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from broadcaster.broadcasts.kill_switch import THROWN
from broadcaster.broadcasts.models import Broadcast, Wording
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery import sql
from broadcaster.delivery.models import Batch, Plan
from broadcaster.delivery.queue import quiet, retry
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.kinds import Channel, Purpose
from broadcaster.providers.base import Content
from broadcaster.settings import SETTINGS
from broadcaster.text.segments import measure
from broadcaster.text.tokens import fill

#: between the worker's name and the rest of a claim's token
_OF_THIS_CLAIM = "#"


class Item(NamedTuple):
    """A delivery of a claimed batch. `cost` is in the unit of the sender's rate: segments for a text, 1 for a mail.

    A tuple, because there is one for each message, and a frozen dataclass takes more than twice the time to make.
    """

    delivery_id: int
    address: str
    cost: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Claim:
    """A batch in one worker's hands, with all it needs to send it. `worth_until` is when another try comes too late;
    `stale`: a first one does too.

    `worker` is this claim's own token: the worker's name, and what tells it from any other claim of the same batch.
    """

    batch_id: int
    broadcast_id: int
    channel: Channel
    sender: str
    purpose: Purpose
    urgency: int
    wave: int
    drill: bool
    attempt: int
    worth_until: float
    stale: bool
    worker: str
    content: Content
    items: tuple[Item, ...]


def claim(channel: Channel, worker: str, now: float, busy: Sequence[str] = ()) -> Claim | None:
    """Claim the best due batch of a channel: by purpose, then wave, then age. None: there is nothing to do.

    Batches of `busy` senders are left for later: more of them in hand would not go any faster. Each claim has a token
    of its own: a worker that lost a batch by its lease may claim it anew while it still holds the old claim, and only
    one of the two may mark a lot.
    """
    lease = SETTINGS.district.policies.lease_seconds
    token = f"{worker}{_OF_THIS_CLAIM}{secrets.token_hex(4)}"
    while True:
        best = sql.row(
            "SELECT b.id, b.broadcast_id FROM delivery_batch b JOIN broadcasts_broadcast a ON a.id = b.broadcast_id "
            "WHERE b.channel = %s AND b.done_at IS NULL AND b.worker = '' AND b.due_at <= %s AND b.urgency <= %s "
            f"AND b.sender NOT IN ({sql.marks(busy or [''])}) "
            f"AND a.status = 'sending' AND NOT {THROWN} ORDER BY b.urgency, b.wave, b.id LIMIT 1",
            [channel.value, now, quiet.least_urgent(now), *(busy or [""])],
        )
        if best is None:
            return None
        won = Batch.objects.filter(pk=best[0], worker="", done_at__isnull=True).update(
            worker=token, lease_until=now + lease, lot_from=None, lot_to=None
        )
        if won:
            return _load(best[0], token, now)


def renew(worker: str, until: float) -> None:
    """Renew the lease of every batch that the worker holds."""
    claims = f"{worker}{_OF_THIS_CLAIM}"
    sql.execute(
        "UPDATE delivery_batch SET lease_until = %s WHERE done_at IS NULL AND SUBSTR(worker, 1, %s) = %s",
        [until, len(claims), claims],
    )


def better(held: Claim, now: float) -> bool | None:
    """Whether a better batch of the same sender goes out too: True if it may be claimed, False if a worker has it in
    hand, None if there is none.
    """
    found = sql.row(
        "SELECT b.worker = '' FROM delivery_batch b JOIN broadcasts_broadcast a ON a.id = b.broadcast_id "
        "WHERE b.channel = %s AND b.done_at IS NULL AND b.due_at <= %s "
        "AND (b.urgency < %s OR (b.urgency = %s AND b.wave < %s)) AND b.sender = %s "
        "AND (b.worker = '' OR b.lease_until >= %s) AND a.status = 'sending' ORDER BY b.worker LIMIT 1",
        [held.channel.value, now, held.urgency, held.urgency, held.wave, held.sender, now],
    )
    return bool(found[0]) if found else None


def _load(batch_id: int, token: str, now: float) -> Claim:
    batch = Batch.objects.get(pk=batch_id)
    broadcast = Broadcast.objects.get(pk=batch.broadcast_id)
    wording = Wording.objects.get(pk=batch.wording_id)
    channel, purpose = Channel(batch.channel), Purpose(broadcast.purpose)
    begins = max(broadcast.approved_at or 0.0, broadcast.due_at or 0.0, broadcast.resumed_at or 0.0)
    worth_until = retry.worth_until(purpose, begins)
    waiting = sql.rows(
        "SELECT id, address, segments, own_values FROM delivery_delivery "
        "WHERE batch_id = %s AND status = 'queued' ORDER BY id",
        [batch_id],
    )
    return Claim(
        batch_id=batch_id,
        broadcast_id=broadcast.pk,
        channel=channel,
        sender=batch.sender,
        purpose=purpose,
        urgency=batch.urgency,
        wave=batch.wave,
        drill=broadcast.drill,
        attempt=batch.attempt,
        worth_until=worth_until,
        stale=now > worth_until and now > retry.worth_until(purpose, max(begins, _last_sent(broadcast.pk))),
        worker=token,
        content=content(wording, channel, purpose, worth_until),
        items=tuple(_item(wording, channel, *values) for values in waiting),
    )


def _last_sent(broadcast_id: int) -> float:
    """When the last message of a broadcast left. One that has been under way all the time, from a slow sender, is worth
    sending to its end; one that lay still for as long as it is worth is not.
    """
    (last,) = sql.row("SELECT MAX(sent_at) FROM delivery_delivery WHERE broadcast_id = %s", [broadcast_id]) or (None,)
    return last or 0.0


def content(wording: Wording, channel: Channel, purpose: Purpose, worth_until: float) -> Content:
    """A wording as a provider takes it."""
    if channel is Channel.SMS:
        return Content(language=wording.language, text=wording.sms, worth_until=worth_until)
    return Content(
        language=wording.language,
        subject=wording.subject,
        text=wording.email_text,
        html=wording.email_html,
        emergency=purpose is Purpose.EMERGENCY,
        from_name=wording.from_name,
        reply_to=wording.reply_to,
    )


def _item(wording: Wording, channel: Channel, delivery_id: int, address: str, segments: int, values: object) -> Item:
    own: dict[str, str] = _own(values)
    if channel is Channel.EMAIL:
        return Item(delivery_id, address, 1, own)
    if wording.per_family:
        segments = measure(fill(wording.sms, own)).segments
    return Item(delivery_id, address, segments, own)


def _own(stored: Any) -> dict[str, str]:
    """A family's own values as a plain SELECT gives them: text from SQLite, read already by PostgreSQL's driver."""
    return dict(json.loads(stored) if isinstance(stored, str) else stored or {})


def open_lot(held: Claim, lot: Sequence[Item], now: float) -> bool:
    """Mark the lot as started and renew the lease. False: the claim is lost, or the broadcast no longer goes out.

    Call it inside a transaction, and call the provider only after that has committed.
    """
    lease = SETTINGS.district.policies.lease_seconds
    marked = sql.execute(
        "UPDATE delivery_batch SET lot_from = %s, lot_to = %s, lease_until = %s "
        f"WHERE id = %s AND worker = %s AND NOT {THROWN} AND EXISTS "
        "(SELECT 1 FROM broadcasts_broadcast a WHERE a.id = delivery_batch.broadcast_id AND a.status = %s)",
        [
            lot[0].delivery_id,
            lot[-1].delivery_id,
            now + lease,
            held.batch_id,
            held.worker,
            BroadcastStatus.SENDING.value,
        ],
    )
    return bool(marked)


def close_lot(held: Claim) -> None:
    """The last lot is recorded and the next not begun: while the batch waits for its pace, nothing of it is in
    doubt.
    """
    Batch.objects.filter(pk=held.batch_id, worker=held.worker).update(lot_from=None, lot_to=None)


def give_back(held: Claim, now: float) -> None:
    """Let go of a batch whose outcomes are recorded: done if nothing in it is queued any more, else free to be
    claimed.
    """
    sql.execute(
        "UPDATE delivery_batch SET worker = '', lease_until = NULL, lot_from = NULL, lot_to = NULL, "
        "done_at = CASE WHEN EXISTS (SELECT 1 FROM delivery_delivery d "
        "WHERE d.batch_id = delivery_batch.id AND d.status = %s) THEN NULL ELSE %s END WHERE id = %s AND worker = %s",
        [DeliveryStatus.QUEUED.value, now, held.batch_id, held.worker],
    )


def next_ids(broadcast_id: int, count: int) -> int:
    """Reserve `count` batch ids of a broadcast and return the first. Ids are the broadcast's number followed by nine
    digits.
    """
    plan = sql.row(
        "UPDATE delivery_plan SET next_batch = next_batch + %s WHERE broadcast_id = %s RETURNING next_batch - %s",
        [count, broadcast_id, count],
    )
    if plan is None:
        raise Plan.DoesNotExist(f"broadcast {broadcast_id} has no plan")
    return broadcast_id * 1_000_000_000 + int(plan[0])


def queue_again(
    batch_id: int, delivery_ids: Sequence[int], due_at: float, *, tried: bool, wave: int | None = None
) -> int:
    """Put deliveries that are queued in `batch_id` into a batch of their own that is due at `due_at`.

    `tried` counts as one more attempt for the backoff; `wave` gives the new batch another place in the order. Call it
    inside a transaction. Returns how many deliveries were moved.
    """
    if not delivery_ids:
        return 0
    batch = Batch.objects.get(pk=batch_id)
    new_id = next_ids(batch.broadcast_id, 1)
    moved = sql.execute(
        "UPDATE delivery_delivery SET batch_id = %s "
        f"WHERE batch_id = %s AND status = 'queued' AND id IN ({sql.marks(delivery_ids)})",
        [new_id, batch_id, *delivery_ids],
    )
    if moved:
        Batch.objects.create(
            id=new_id,
            broadcast_id=batch.broadcast_id,
            channel=batch.channel,
            sender=batch.sender,
            wording_id=batch.wording_id,
            urgency=batch.urgency,
            wave=batch.wave if wave is None else wave,
            size=moved,
            due_at=due_at,
            attempt=batch.attempt + (1 if tried else 0),
        )
    return moved
