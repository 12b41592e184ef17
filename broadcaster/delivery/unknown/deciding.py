"""What a person says about messages of which nobody else can tell whether they left: the last way to settle a doubt.

Whoever looked at the vendor's own list of activity knows. What they say is kept in the audit log, with their reason.
"""

from enum import StrEnum

from django.db import transaction
from django.db.models import QuerySet

from broadcaster import clock
from broadcaster.broadcasts import audit
from broadcaster.broadcasts.models import Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery.models import Doubt
from broadcaster.delivery.unknown import doubts
from broadcaster.kinds import BadInput, Channel

#: deliveries in one transaction, so that none holds SQLite's one write lock for long; each is an entry in the audit log
_AT_ONCE = 5000


class NothingToSettle(BadInput):
    """What was named does not wait for a person. The message says why."""


class Seen(StrEnum):
    """What the person saw."""

    SENT = "sent"
    NOT_SENT = "not sent"


def waiting(broadcast: Broadcast, channel: Channel | None = None, request: str = "") -> QuerySet[Doubt]:
    """What waits for a person in a broadcast; of one channel, or of one mail request, if they are given."""
    found = Doubt.objects.filter(broadcast_id=broadcast.pk, person=True, settled_at__isnull=True)
    if channel:
        found = found.filter(channel=channel)
    return found.filter(request=request) if request else found


def settle(
    broadcast: Broadcast, seen: Seen, actor: str, reason: str = "", *, channel: Channel | None = None, request: str = ""
) -> int:
    """Settle what waits for a person: it was sent, or it was not and is queued again. Returns how many deliveries.

    Without `channel` and `request` it is everything of the broadcast that waits. Raises NothingToSettle where nothing
    does, where the broadcast is cancelled, or where both channels wait and none is named.
    """
    _look(broadcast, channel, request)
    settled = 0
    while some := _some(broadcast, seen, actor, reason, channel, request):
        settled += some
    if not settled:  # settled by a receipt, or by somebody else, since we looked
        raise NothingToSettle(f"nothing of broadcast {broadcast.pk} waits for a person any more")
    return settled


def _look(broadcast: Broadcast, channel: Channel | None, request: str) -> None:
    if broadcast.status == BroadcastStatus.CANCELLED:
        raise NothingToSettle(f"broadcast {broadcast.pk} is cancelled: nothing of it waits for a person any more")
    channels = set(waiting(broadcast, channel, request).values_list("channel", flat=True))
    if len(channels) > 1:
        raise NothingToSettle(f"both email and texts of broadcast {broadcast.pk} wait: add --channel email or sms")
    if channels:
        return
    part = f" in request {request}" if request else f" by {channel}" if channel else ""
    again = "; see `broadcaster doubts`" if waiting(broadcast).exists() else ""
    asked = Doubt.objects.filter(broadcast_id=broadcast.pk, person=False, settled_at__isnull=True).count()
    still = f"; the providers are still being asked about {asked}" if asked else ""
    raise NothingToSettle(f"nothing of broadcast {broadcast.pk}{part} waits for a person{again}{still}")


def _some(broadcast: Broadcast, seen: Seen, actor: str, reason: str, channel: Channel | None, request: str) -> int:
    """One transaction's worth of them, with its entry in the audit log."""
    with transaction.atomic():
        some = list(waiting(broadcast, channel, request).order_by("pk")[:_AT_ONCE])
        settled = doubts.went_out(some, clock.now()) if seen is Seen.SENT else doubts.absent(some)
        if settled:
            detail = {"deliveries": settled, "channel": some[0].channel, "request": request, "why": reason}
            audit.write(actor, f"settled as {seen}", broadcast.pk, detail)
    return settled
