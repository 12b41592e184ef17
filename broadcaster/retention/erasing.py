"""What is older than the district keeps it loses its addresses and its words, once a day; every count stays."""

from broadcaster import clock
from broadcaster.broadcasts import audit
from broadcaster.broadcasts import erasing as broadcasts
from broadcaster.broadcasts.models import Broadcast
from broadcaster.delivery import erasing as delivery
from broadcaster.delivery.models import Erasure
from broadcaster.replies import erasing as replies
from broadcaster.reports import summary
from broadcaster.reports.models import KeptReport
from broadcaster.settings import SETTINGS
from broadcaster.webhooks import erasing as webhooks

DAY = 86_400.0


def due(now: float, days: float) -> list[Broadcast]:
    """The broadcasts that are older than so many days and not erased yet, the oldest first. None for 0 days."""
    if not days:
        return []
    done = set(Erasure.objects.filter(done_at__isnull=False).values_list("pk", flat=True))
    return [one for one in broadcasts.over_before(now - days * DAY) if one.pk not in done]


def run(now: float | None = None, days: float | None = None) -> int:
    """Erase all that is due, in short transactions. How many broadcasts that were. Broken off, the next run goes on."""
    now = clock.now() if now is None else now
    days = SETTINGS.district.policies.keep_messages_days if days is None else days
    if not days:
        return 0
    settled = {one.pk for one in summary.missing()}
    found = due(now, days)
    for one in found:
        if one.pk in settled:
            summary.freeze(one)
        _erase(one)
    webhooks.erase_of_nobody(now - days * DAY)
    replies.erase(now - days * DAY)
    delivery.forget_outcomes(now - days * DAY)
    return len(found)


def _erase(broadcast: Broadcast) -> None:
    """Receipts first: they are found by the deliveries, and hold addresses as they came."""
    receipts = webhooks.erase(broadcast.pk)
    broadcasts.erase(broadcast.pk)
    deliveries = delivery.erase(broadcast.pk)
    KeptReport.objects.filter(broadcast_id=broadcast.pk).delete()  # the next says that it is erased
    audit.write("retention", "broadcast.erased", broadcast.pk, {"deliveries": deliveries, "receipts": receipts})
