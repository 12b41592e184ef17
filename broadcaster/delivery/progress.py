"""A broadcast's way from approved to settled, and the sweep that finds whatever is due or stuck on it."""

import structlog
from django.db import transaction
from django.db.models import QuerySet

from broadcaster import clock
from broadcaster.broadcasts import audit, owed
from broadcaster.broadcasts.kill_switch import THROWN
from broadcaster.broadcasts.models import Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery import sql, wake
from broadcaster.delivery.models import Batch, Delivery, Doubt, Plan, Polling
from broadcaster.delivery.outcomes import Change, write
from broadcaster.delivery.queue import quiet
from broadcaster.delivery.receiving import settling
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.delivery.unknown import doubts
from broadcaster.kinds import Channel
from broadcaster.providers.reasons import Reason

log = structlog.get_logger()

#: after so many seconds a message without a receipt is `sent, not confirmed`: mail vendors try for three days
CONFIRMATION_ENDS = 72 * 3600.0


def sweep(now: float) -> None:
    """Start what is due, end what is finished, and ring for whatever waits."""
    for broadcast_id in _to_plan(now):
        wake.wake(broadcast_id)
    _cancel_leftovers(now)
    _complete(now)
    _settle(now)
    for channel in _channels_with_work(now):
        wake.wake_channel(channel)
    if _in_doubt(now):
        wake.wake_reconciler()
    if owed.is_any(now):
        wake.wake_teller()


def start(broadcast_id: int, now: float) -> bool:
    """Begin to send an approved broadcast whose time has come. True as long as it is going out."""
    due = Broadcast.objects.filter(pk=broadcast_id, status=BroadcastStatus.APPROVED).exclude(due_at__gt=now)
    if due.exists() and Broadcast.move(broadcast_id, BroadcastStatus.SENDING, started_at=now):
        audit.write("worker", "started", broadcast_id)
    return _going_out(now).filter(pk=broadcast_id).exists()


def _going_out(now: float) -> QuerySet[Broadcast]:
    """Broadcasts that are sending. One that was paused and resumed before its time still waits for it."""
    return Broadcast.objects.filter(status=BroadcastStatus.SENDING).exclude(due_at__gt=now)


def _to_plan(now: float) -> list[int]:
    approved = Broadcast.objects.filter(status=BroadcastStatus.APPROVED).exclude(due_at__gt=now)
    done = Plan.objects.filter(done_at__isnull=False) | Plan.objects.filter(lease_until__gte=now)
    return [
        *approved.values_list("pk", flat=True),
        *_going_out(now).exclude(pk__in=done.values("broadcast_id")).values_list("pk", flat=True),
    ]


def _channels_with_work(now: float) -> list[Channel]:
    found = sql.rows(
        "SELECT DISTINCT b.channel FROM delivery_batch b JOIN broadcasts_broadcast a ON a.id = b.broadcast_id "
        "WHERE b.done_at IS NULL AND b.worker = '' AND b.due_at <= %s AND b.urgency <= %s AND a.status = 'sending' "
        f"AND NOT {THROWN}",
        [now, quiet.least_urgent(now)],
    )
    return [Channel(row[0]) for row in found]


def _in_doubt(now: float) -> bool:
    return (
        Batch.objects.filter(done_at__isnull=True, lease_until__lt=now).exclude(worker="").exists()
        or doubts.to_look_at(now).exists()
        or Polling.objects.filter(due_at__lte=now).exists()
        or Broadcast.objects.filter(started_at__isnull=False, settled_at__isnull=True)
        .exclude(pk__in=Polling.objects.values("broadcast_id"))
        .exists()
    )


def _cancel_leftovers(now: float) -> None:
    """What a cancelled broadcast still has queued is cancelled, batch by batch, as soon as no worker holds it."""
    cancelled = Broadcast.objects.filter(status=BroadcastStatus.CANCELLED).values("pk")
    free = Batch.objects.filter(broadcast_id__in=cancelled, done_at__isnull=True, worker="")
    for batch_id in list(free.values_list("pk", flat=True)):
        with transaction.atomic():
            if Batch.objects.filter(pk=batch_id, worker="", done_at__isnull=True).update(done_at=now):
                queued = Delivery.objects.filter(batch_id=batch_id, status=DeliveryStatus.QUEUED).values_list(
                    "pk", flat=True
                )
                write([Change(pk, DeliveryStatus.CANCELLED, now, Reason.CANCELLED) for pk in queued])
    for broadcast_id in cancelled.filter(finished_at__isnull=True).values_list("pk", flat=True):
        if not _unfinished(broadcast_id, person=False):  # nobody needs to decide about it any more
            Broadcast.objects.filter(pk=broadcast_id).update(finished_at=now)


def _complete(now: float) -> None:
    """Completed: planned to the end, and nothing queued, sending or unknown."""
    planned = Plan.objects.filter(done_at__isnull=False).values("broadcast_id")
    for broadcast_id in Broadcast.objects.filter(status=BroadcastStatus.SENDING, pk__in=planned).values_list(
        "pk", flat=True
    ):
        if not _unfinished(broadcast_id) and Broadcast.move(broadcast_id, BroadcastStatus.COMPLETED, finished_at=now):
            audit.write("worker", "completed", broadcast_id)


def _unfinished(broadcast_id: int, **which: bool) -> bool:
    return (
        Batch.objects.filter(broadcast_id=broadcast_id, done_at__isnull=True).exists()
        or Doubt.objects.filter(broadcast_id=broadcast_id, settled_at__isnull=True, **which).exists()
    )


def waits_for_a_person(broadcast_id: int) -> bool:
    """Whether nothing is under way any more but what only a person can settle."""
    unsettled = Doubt.objects.filter(broadcast_id=broadcast_id, settled_at__isnull=True)
    under_way = Batch.objects.filter(broadcast_id=broadcast_id, done_at__isnull=True)
    return unsettled.exists() and not unsettled.filter(person=False).exists() and not under_way.exists()


def _settle(now: float) -> None:
    """Settled: every receipt is in, or its time is over."""
    ended = Broadcast.objects.filter(finished_at__isnull=False, settled_at__isnull=True)
    for broadcast_id, finished_at, drill in ended.values_list("pk", "finished_at", "drill"):
        over = finished_at is not None and now - finished_at > CONFIRMATION_ENDS
        if settling.settle(broadcast_id, drill=drill, over=over):
            Broadcast.objects.filter(pk=broadcast_id).update(settled_at=clock.now())
            Polling.objects.filter(pk=broadcast_id).delete()
