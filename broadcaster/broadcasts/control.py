"""Pause, resume, cancel: what a person may do to a broadcast that was approved."""

from broadcaster import clock
from broadcaster.broadcasts import audit
from broadcaster.broadcasts.models import Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.kinds import BadInput


def pause(broadcast: Broadcast, actor: str) -> None:
    """Start no new message. What is under way ends within two seconds."""
    _move(broadcast, BroadcastStatus.PAUSED, actor, "paused", f"paused by {actor}")


def resume(broadcast: Broadcast, actor: str) -> None:
    """Go on where it stopped."""
    if broadcast.status != BroadcastStatus.PAUSED:
        raise BadInput(f"broadcast {broadcast.pk} is {broadcast.status}, so it can't be resumed: only a paused one can")
    now = clock.now()
    _move(
        broadcast,
        BroadcastStatus.SENDING,
        actor,
        "resumed",
        "",
        started_at=broadcast.started_at or now,
        resumed_at=now,
    )


def cancel(broadcast: Broadcast, actor: str) -> None:
    """Send no more. What has not gone is cancelled, what has gone stays counted."""
    _move(broadcast, BroadcastStatus.CANCELLED, actor, "cancelled", f"cancelled by {actor}")


def _move(broadcast: Broadcast, to: BroadcastStatus, actor: str, act: str, reason: str, **fields: float) -> None:
    if not Broadcast.move(broadcast.pk, to, status_reason=reason, **fields):
        broadcast.refresh_from_db(fields=["status"])
        raise BadInput(f"broadcast {broadcast.pk} is {broadcast.status}, so it can't be {act}")
    audit.write(actor, act, broadcast.pk)
    broadcast.refresh_from_db()
