"""What happens to a doubt that nobody could settle while our patience lasted."""

from collections.abc import Sequence

from broadcaster.broadcasts.models import Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery.models import Doubt, Verdict
from broadcaster.delivery.unknown import doubts, restored
from broadcaster.kinds import Purpose


def decide(stuck: Sequence[Doubt], now: float) -> None:
    """An emergency goes once more, everything else waits for a person.

    Nothing of a cancelled broadcast goes again: it would be counted as never sent.
    """
    emergencies = Broadcast.objects.filter(pk__in={doubt.broadcast_id for doubt in stuck}, purpose=Purpose.EMERGENCY)
    urgent = emergencies.exclude(status=BroadcastStatus.CANCELLED).in_bulk()
    again = set(
        Doubt.objects.filter(
            delivery_id__in=[doubt.delivery_id for doubt in stuck], verdict=Verdict.RESENT
        ).values_list("delivery_id", flat=True)
    )
    resend = [
        doubt
        for doubt in stuck
        if doubt.broadcast_id in urgent
        and doubt.delivery_id not in again
        and not restored.too_late(doubt, urgent[doubt.broadcast_id], now)
    ]
    doubts.absent(resend, Verdict.RESENT)
    doubts.wait_for_person([doubt for doubt in stuck if doubt not in resend])
