"""What a restored backup does not know: which of its queued messages left after it was made.

Each of them is put in doubt, so that nothing goes out before the vendor was asked (law 3): a text that Twilio lists was
sent, one that it does not list goes out now. Mail that SendGrid's log lists was sent; that it lists none says nothing,
nor does the silence of its events, since the machine that was lost may have taken them with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from broadcaster.broadcasts.models import Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery import epoch, outcomes, sql
from broadcaster.delivery.models import RESTORED, Batch, Doubt, Epoch, Plan
from broadcaster.delivery.queue import retry
from broadcaster.kinds import Purpose
from broadcaster.settings import SETTINGS

#: batch numbers left free after a restore: the lost machine may have used them, and mail events name them
_LEFT_FREE = 10_000_000
#: seconds between the first questions of one wave and of the next, so that the most urgent are asked about first
_STEP = 0.001


@dataclass(frozen=True, slots=True)
class InQuestion:
    """What is asked about before it goes on, and the broadcasts that a person should look at before approving them."""

    deliveries: int
    waiting_for_approval: list[int]


def begin(now: float) -> InQuestion:
    """Make a ledger that comes from a backup ready to go on. Call it once, before anybody sends from it."""
    with transaction.atomic():
        epoch.current()  # a backup from before the first message has none yet
        epoch.begin()
        Batch.objects.exclude(worker="").update(worker="", lease_until=None, lot_from=None, lot_to=None)
        Plan.objects.update(lease_until=0)
        sql.execute("UPDATE delivery_plan SET next_batch = next_batch + %s", [_LEFT_FREE])
        # what was in doubt already may have been sent again since
        Doubt.objects.filter(settled_at__isnull=True).update(
            cause=RESTORED, since=now, next_ask_at=_first_question(now), person=False
        )
        put_in_doubt("broadcast_id IN (SELECT id FROM broadcasts_broadcast WHERE finished_at IS NULL)", [], now)
        waiting = Broadcast.objects.filter(status=BroadcastStatus.IN_REVIEW)
        return InQuestion(
            Doubt.objects.filter(settled_at__isnull=True).count(), list(waiting.values_list("pk", flat=True))
        )


def put_in_doubt(which: str, values: Sequence[object], now: float) -> int:
    """Doubt all queued deliveries of batches that `which` (a condition on delivery_batch) names. Set-based, in a
    transaction. Returns how many.
    """
    batches = f"SELECT id FROM delivery_batch WHERE done_at IS NULL AND {which}"
    queued = f"d.status = 'queued' AND d.batch_id IN ({batches})"
    raised = sql.execute(
        "INSERT INTO delivery_doubt "
        "(delivery_id, broadcast_id, channel, request, cause, since, asks, answer, next_ask_at, person, verdict) "
        "SELECT d.id, d.broadcast_id, d.channel, '', %s, %s, 0, '', "
        "%s + (b.urgency * 3 + b.wave) * %s, %s, '' "
        f"FROM delivery_delivery d JOIN delivery_batch b ON b.id = d.batch_id WHERE {queued}",
        [RESTORED, now, _first_question(now), _STEP, False, *values],
    )
    outcomes.write_unknown(queued, values)
    sql.execute(
        f"UPDATE delivery_batch SET done_at = %s WHERE done_at IS NULL AND {which} AND NOT EXISTS "
        "(SELECT 1 FROM delivery_delivery d WHERE d.batch_id = delivery_batch.id AND d.status = 'queued')",
        [now, *values],
    )
    return raised


def _first_question(now: float) -> float:
    """As soon as a text's absence is sure, so that it is asked about once."""
    return now + SETTINGS.district.policies.absent_after_seconds


def may_have_gone_out(broadcast: Broadcast) -> bool:
    """Whether a lost machine may have planned and sent it: it could have begun before this ledger was restored."""
    newest = Epoch.objects.order_by("-id").values_list("started_at", flat=True)[:2]
    return len(newest) > 1 and _could_begin(broadcast) < newest[0]


def _could_begin(broadcast: Broadcast) -> float:
    return max(broadcast.approved_at or 0.0, broadcast.due_at or 0.0)


def earliest(doubt: Doubt, broadcast: Broadcast) -> float:
    """Since when a message of the broadcast may be at the vendor, in seconds."""
    return _could_begin(broadcast) if doubt.cause == RESTORED else broadcast.started_at or 0.0


def too_late(doubt: Doubt, broadcast: Broadcast, now: float) -> bool:
    """Whether a backup was so old that its message no longer matters: a person decides whether it still goes out."""
    return doubt.cause == RESTORED and now > _could_begin(broadcast) + retry.VALIDITY[Purpose(broadcast.purpose)]
