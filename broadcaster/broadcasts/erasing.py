"""The words of an old broadcast are erased; its title, its purpose and who released it stay."""

from collections.abc import Sequence

from broadcaster.broadcasts.models import Broadcast, Wording
from broadcaster.broadcasts.status import BroadcastStatus

#: nothing more will come of these
_OVER = (BroadcastStatus.COMPLETED, BroadcastStatus.CANCELLED)


def over_before(instant: float) -> Sequence[Broadcast]:
    """Broadcasts that were over by then, the oldest first."""
    over = Broadcast.objects.filter(status__in=_OVER, created_at__lt=instant).order_by("id")
    return [one for one in over if (one.settled_at or one.finished_at or one.created_at) < instant]


def erase(broadcast_id: int) -> None:
    """Empty its wordings and its fields. The words of a public one were published, have no family's values in them and
    stay on the notice board.
    """
    Wording.objects.filter(broadcast_id=broadcast_id, broadcast__public=False).update(
        subject="", preheader="", email_text="", email_html="", sms=""
    )
    Broadcast.objects.filter(pk=broadcast_id).update(fields={})
