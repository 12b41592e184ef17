"""Broadcasts that do not go on by themselves: what an operator has to hear of."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from broadcaster.broadcasts import kill_switch
from broadcaster.broadcasts.models import AuditEntry, Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery import sql
from broadcaster.delivery.models import Doubt
from broadcaster.delivery.queue import quiet
from broadcaster.kinds import Channel


class Cause(StrEnum):
    """Why it is stuck; each with what to do."""

    NOT_BEGUN = "it was to begin and did not: no worker took it up"
    NOT_SENDING = "messages are due and no worker sends them"
    PAUSED = "it was paused because a vendor refuses us"
    PERSON = "some messages wait for a person to say whether they left"
    NO_WRITES = "the database takes no writes (a full disk, or read-only), so no broadcast goes on"


@dataclass(frozen=True, slots=True)
class Stuck:
    """A broadcast and why it is stuck; 0 where all of them are."""

    broadcast_id: int
    cause: Cause


def find(now: float, after: float) -> Iterator[Stuck]:
    """Those of which nothing moved for `after` seconds. Nothing is stuck while the kill switch is on: it is stopped."""
    if kill_switch.present() is not None:
        return
    yield from (Stuck(pk, Cause.NOT_BEGUN) for pk in _not_begun(now - after))
    yield from (Stuck(pk, Cause.NOT_SENDING) for pk in _not_sending(now, after))
    yield from (Stuck(pk, Cause.PAUSED) for pk in _paused_by_us())
    waiting = Doubt.objects.filter(settled_at__isnull=True, person=True)
    yield from (Stuck(pk, Cause.PERSON) for pk in sorted(set(waiting.values_list("broadcast_id", flat=True))))


def _not_begun(before: float) -> list[int]:
    approved = Broadcast.objects.filter(status=BroadcastStatus.APPROVED, approved_at__lt=before)
    return list(approved.exclude(due_at__gte=before).order_by("pk").values_list("pk", flat=True))


def _not_sending(now: float, after: float) -> list[int]:
    """Batches wait for their turn at a slow sender for hours, and that is well: but then somebody holds one."""
    held = sql.rows("SELECT DISTINCT channel FROM delivery_batch WHERE worker <> '' AND lease_until >= %s", [now])
    idle = [channel.value for channel in Channel if (channel.value,) not in held]
    found = sql.rows(
        "SELECT DISTINCT b.broadcast_id FROM delivery_batch b JOIN broadcasts_broadcast a ON a.id = b.broadcast_id "
        "WHERE b.done_at IS NULL AND b.due_at < %s AND b.urgency <= %s AND a.status = 'sending' "
        f"AND b.channel IN ({sql.marks(idle)}) ORDER BY 1",
        [now - after, quiet.least_urgent(now), *idle],
    )
    return [row[0] for row in found]


def _paused_by_us() -> list[int]:
    paused = Broadcast.objects.filter(status=BroadcastStatus.PAUSED).order_by("pk").values_list("pk", flat=True)
    found = []
    for broadcast_id in paused:
        last = AuditEntry.objects.filter(broadcast_id=broadcast_id, act="paused").order_by("-id").first()
        if last and last.actor == "worker":
            found.append(broadcast_id)
    return found
