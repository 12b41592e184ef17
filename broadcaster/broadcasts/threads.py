"""Threads: a broadcast that follows another, and where that puts it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Q, QuerySet

from broadcaster.broadcasts import audit
from broadcaster.broadcasts.models import Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.kinds import BadInput
from broadcaster.templating.layout import Update


@dataclass(frozen=True, slots=True)
class Place:
    """Where a broadcast stands in its thread: whom it follows, and as the how manieth."""

    earlier: Broadcast
    update: Update

    def audience(self, present: str) -> str:
        """Everyone who got the earlier one, whoever has left since among them, and the present audience: that of the
        earlier one, unless another is given.
        """
        return f"broadcast:{self.earlier.pk} or ({present or self.earlier.audience})"


def place(follows: int, *, corrects: bool, drill: bool) -> Place:
    """Where a broadcast would stand that follows this one. Raises BadInput where nothing can follow it."""
    earlier = Broadcast.objects.filter(pk=follows).first()
    if earlier is None:
        raise BadInput(f"there is no broadcast {follows} to follow")
    if earlier.approved_at is None:
        raise BadInput(f"broadcast {follows} is {earlier.status}: only one that was approved can be followed")
    if earlier.drill != drill:
        kind = "a drill" if earlier.drill else "no drill"
        raise BadInput(f"broadcast {follows} is {kind}, so what follows it has to be {kind} too")
    root = earlier.thread_id or earlier.pk
    approved = of(root).exclude(approved_at=None)
    newest = approved.aggregate(newest=Max("number"))["newest"]
    return Place(earlier, Update(newest + 1, earlier.number, corrects))


def columns(place: Place | None) -> dict[str, Any]:
    """What a broadcast keeps of its place."""
    if place is None:
        return {"follows_id": None, "thread_id": None, "number": 1, "corrects": False}
    earlier, update = place.earlier, place.update
    root = earlier.thread_id or earlier.pk
    return {"follows_id": earlier.pk, "thread_id": root, "number": update.number, "corrects": update.corrects}


def present_audience(broadcast: Broadcast) -> str:
    """Its audience as it was asked for, without those who got the one before."""
    before = f"broadcast:{broadcast.follows_id} or ("
    asked = broadcast.audience
    return asked[len(before) : -1] if broadcast.follows_id and asked.startswith(before) else asked


def of(root: int) -> QuerySet[Broadcast]:
    """All broadcasts of the thread that began with this one, in order."""
    return Broadcast.objects.filter(Q(pk=root) | Q(thread_id=root)).order_by("number", "pk")


def stop_the_wrong_one(correction: Broadcast, actor: str) -> None:
    """What has not gone out of a broadcast that was wrong stays here. Call it in the transaction that approves the
    correction.
    """
    wrong = correction.follows_id
    if not correction.corrects or wrong is None:
        return
    reason = f"corrected by broadcast {correction.pk}"
    if Broadcast.move(wrong, BroadcastStatus.CANCELLED, status_reason=reason):
        audit.write(actor, "cancelled", wrong, {"corrected_by": correction.pk})
