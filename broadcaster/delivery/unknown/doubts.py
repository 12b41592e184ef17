"""What is in doubt, and the moves that settle it (law 3). Asking is in `reconcile.py`; here is what each answer
means.
"""

from collections.abc import Sequence

import structlog
from django.db import transaction
from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.functions import Greatest, Least

from broadcaster import clock
from broadcaster.delivery import epoch, sql
from broadcaster.delivery.models import AcceptedRequest, Batch, Delivery, Doubt, Verdict
from broadcaster.delivery.outcomes import Change, write
from broadcaster.delivery.queue import batches
from broadcaster.delivery.receiving import consequences
from broadcaster.delivery.receiving.lessons import Told
from broadcaster.delivery.receiving.receipts import change
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.kinds import Channel
from broadcaster.providers.base import Receipt

log = structlog.get_logger()

#: seconds between two questions about one delivery: half as long as it has been in doubt, within these
ASK_AGAIN, ASK_AGAIN_LATEST = 2.0, 300.0
#: deliveries settled in one transaction, so that none holds SQLite's one write lock for long
_AT_ONCE = 5000
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


def end_proven(now: float) -> int:
    """Settle the mail of requests that an event has proved to be accepted, were it before anybody doubted them. Returns
    how many.
    """
    proven = Doubt.objects.filter(
        settled_at__isnull=True, channel=Channel.EMAIL, request__in=AcceptedRequest.objects.values("name")
    )
    some = list(proven.order_by("pk")[:_AT_ONCE])
    return went_out(some, now) if some else 0


def went_out(doubts: Sequence[Doubt], now: float) -> int:
    """The vendor has these, as an event or a person tells. Returns how many were still in doubt."""
    with transaction.atomic():
        still = _hold(doubts)
        write([Change(doubt.delivery_id, DeliveryStatus.SENT, doubt.since) for doubt in still])
        _close(still, Verdict.ACCEPTED, now)
    return len(still)


def accepted(doubt: Doubt, receipt: Receipt) -> None:
    """The vendor has it: sent, and whatever the vendor says of it by now."""
    now = clock.now()
    with transaction.atomic():
        if not _hold([doubt]):
            return
        write([Change(doubt.delivery_id, DeliveryStatus.SENT, doubt.since, provider_id=receipt.provider_id)])
        said = [] if receipt.status is None else [change(doubt.delivery_id, receipt)]
        write(said)
        _close([doubt], Verdict.ACCEPTED, now)
        consequences.draw(said, Told.BY_RECEIPT)


def absent(doubts: Sequence[Doubt], verdict: Verdict = Verdict.ABSENT) -> int:
    """The vendor surely never took them (or policy says to risk it): queue them again. Returns how many."""
    now = clock.now()
    with transaction.atomic():
        still = _hold(doubts)
        by_batch: dict[int, list[int]] = {}
        ids = [doubt.delivery_id for doubt in still]
        for delivery_id, batch_id in Delivery.objects.filter(pk__in=ids).values_list("pk", "batch_id"):
            by_batch.setdefault(batch_id or 0, []).append(delivery_id)
        for batch_id, delivery_ids in by_batch.items():
            write([Change(delivery_id, DeliveryStatus.QUEUED, now) for delivery_id in delivery_ids])
            batches.queue_again(batch_id, delivery_ids, now, tried=True)
        _close(still, verdict, now)
    return len(still)


def ask_later(doubts: Sequence[Doubt], now: float, sure_after: float, answer: str = "") -> None:
    """Nothing is sure yet: ask again soon, the more rarely the longer it takes, but as soon as `sure_after` seconds or
    our patience are over. `answer` is what the vendor said this time.
    """
    rarely = Least(Greatest((Value(now) - F("since")) / 2.0, ASK_AGAIN), ASK_AGAIN_LATEST) + now
    ahead = [
        When(since__gt=now - seconds, then=Least(rarely, F("since") + seconds))
        for seconds in sorted((sure_after, PATIENCE))
    ]
    Doubt.objects.filter(pk__in=[doubt.pk for doubt in doubts]).update(
        asks=F("asks") + 1, answer=answer, next_ask_at=Case(*ahead, default=rarely)
    )


def ask_no_mail_before(at: float) -> None:
    """The vendor found it too much: nobody asks about mail until then."""
    open_mail = Doubt.objects.filter(settled_at__isnull=True, channel=Channel.EMAIL, next_ask_at__lt=at)
    open_mail.update(next_ask_at=at)


def wait_for_person(doubts: Sequence[Doubt]) -> None:
    """Nobody can tell and policy does not decide: it stays in the one place where a person looks. The vendor is asked
    on about texts, and a late receipt still counts.
    """
    fresh = [doubt for doubt in doubts if not doubt.person]
    if fresh:
        Doubt.objects.filter(pk__in=[doubt.pk for doubt in fresh]).update(person=True)
        log.error("doubt.waits_for_a_person", broadcasts=sorted({doubt.broadcast_id for doubt in fresh}))


def _hold(doubts: Sequence[Doubt]) -> list[Doubt]:
    """Those that nobody else has settled meanwhile and whose delivery is still unknown, held until the transaction
    ends: an old answer must not touch a newer attempt. Deliveries are locked before doubts, as receipts do it.
    """
    deliveries = Delivery.objects.select_for_update().filter(
        pk__in=[doubt.delivery_id for doubt in doubts], status=DeliveryStatus.UNKNOWN
    )
    unknown = set(deliveries.order_by("pk").values_list("pk", flat=True))
    still = Doubt.objects.select_for_update().filter(
        pk__in=[doubt.pk for doubt in doubts], settled_at__isnull=True, delivery_id__in=unknown
    )
    return list(still.order_by("pk"))


def _close(doubts: Sequence[Doubt], verdict: Verdict, now: float) -> None:
    Doubt.objects.filter(pk__in=[doubt.pk for doubt in doubts]).update(settled_at=now, verdict=verdict)


def to_look_at(now: float) -> QuerySet[Doubt]:
    """Open doubts whose time to be looked at has come. Mail that waits for a person is not: the vendor's log was asked
    for as long as there was hope.
    """
    due = Doubt.objects.filter(settled_at__isnull=True, next_ask_at__lte=now)
    return due.exclude(person=True, channel=Channel.EMAIL)


def due(channel: Channel, now: float, limit: int = 500) -> list[Doubt]:
    """Those of a channel to look at, the longest overdue first."""
    return list(to_look_at(now).filter(channel=channel).order_by("next_ask_at", "pk")[:limit])


def taken_ids(provider_ids: Sequence[str]) -> set[str]:
    """Which of these vendor ids already belong to a delivery (one scan, for all questions of a round)."""
    found = sql.rows(
        f"SELECT provider_id FROM delivery_delivery WHERE provider_id IN ({sql.marks(provider_ids)})",
        list(provider_ids),
    )
    return {row[0] for row in found}
