"""When most of what we send is refused for a cause on our side, going on only makes it worse: pause, and tell.

The ledger is asked, so it does not matter which worker sent a message, or whether the vendor refused it at once or only
in its receipt. It is asked only when such a refusal comes.
"""

from collections import Counter
from collections.abc import Sequence

import structlog

from broadcaster.broadcasts import audit
from broadcaster.broadcasts.models import Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery import sql
from broadcaster.delivery.outcomes import Change
from broadcaster.delivery.receiving.lessons import Told
from broadcaster.providers.reasons import EXPLANATIONS, Kind, Reason
from broadcaster.settings import SETTINGS

log = structlog.get_logger()

#: of so many last outcomes of a broadcast
LAST = 100
#: they are looked for in the batch of the newest refusal and in so many before it
_BATCHES = 8
#: refusals of one round whose broadcasts are looked up: more of them say nothing new
_MOST = 500

# the instant that counts: when the vendor gave its word. What was sent before a person resumed it counts no more
_OUTCOMES = """
    SELECT d.reason FROM delivery_delivery d
    WHERE d.batch_id IN (SELECT b.id FROM delivery_batch b WHERE b.broadcast_id = %s AND b.id <= %s
                         ORDER BY b.id DESC LIMIT {batches})
    AND d.status IN ({statuses}) AND d.reason <> %s AND COALESCE(d.sent_at, d.ended_at) >= %s
    ORDER BY COALESCE(d.ended_at, d.sent_at) DESC LIMIT {last}"""


def pause_if_too_many(failures: Sequence[Change], told: Told) -> None:
    """Pause each broadcast of which more than the policy's share of the last outcomes are refusals for our account's
    fault; `failures` were just written.

    At once, whatever the vendor took counts as an outcome beside what it refused; of receipts only what has ended does,
    because what was sent a moment ago may still be refused. Call it inside the transaction that wrote them.
    """
    share = SETTINGS.district.policies.pause_share
    refused = [c.delivery_id for c in failures if _our_fault(c.reason)][:_MOST]
    if not share or not refused:
        return
    newest = sql.rows(
        f"SELECT d.broadcast_id, MAX(d.batch_id) FROM delivery_delivery d WHERE d.id IN ({sql.marks(refused)}) "
        "GROUP BY d.broadcast_id",
        refused,
    )
    for broadcast_id, batch_id in newest:
        if why := _too_many(broadcast_id, batch_id, told, share):
            pause(broadcast_id, why)


def pause(broadcast_id: int, why: str) -> None:
    """Stop the broadcast, and say why: it needs a person."""
    if Broadcast.move(broadcast_id, BroadcastStatus.PAUSED, status_reason=why):
        audit.write("worker", "paused", broadcast_id, {"why": why})
        log.error("broadcast.paused", broadcast=broadcast_id)


def _too_many(broadcast_id: int, batch_id: int, told: Told, share: float) -> str:
    """Why the broadcast should be paused, as a sentence for staff; empty: it may go on."""
    resumed_at = Broadcast.objects.values_list("resumed_at", flat=True).get(pk=broadcast_id)
    ended = "'delivered', 'undelivered', 'failed'"
    query = _OUTCOMES.format(
        batches=_BATCHES, last=LAST, statuses=ended if told is Told.BY_RECEIPT else f"'sent', {ended}"
    )
    reasons = [reason for (reason,) in sql.rows(query, [broadcast_id, batch_id, Reason.EXPIRED, resumed_at or 0.0])]
    refused = Counter(fault for reason in reasons if (fault := _our_fault(reason)))
    if len(reasons) < LAST or refused.total() <= share * LAST:
        return ""
    return f"{refused.total()} of the last {LAST} messages were refused: {refused.most_common(1)[0][0]}"


def _our_fault(reason: str) -> str:
    """What happened, if it is our account's fault; else empty."""
    explained = EXPLANATIONS.get(Reason(reason)) if reason else None
    return explained.happened if explained and explained.kind is Kind.ACCOUNT else ""
