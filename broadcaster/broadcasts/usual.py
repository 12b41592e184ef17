"""What is usual: how many families broadcasts have been for so far, so that a wrong audience is seen in time."""

from statistics import median

from broadcaster.broadcasts.models import Broadcast
from broadcaster.roster.models import School

#: so many of the newest count
_NEWEST = 30


def families(school: School | None = None) -> int | None:
    """The middle one of the newest broadcasts' families, of a school's own where one is named; None: there are none."""
    sent = Broadcast.objects.filter(approved_at__isnull=False, drill=False)
    if school is not None:
        sent = sent.filter(draft__school=school)
    counts = [found.get("families", 0) for found in sent.order_by("-id").values_list("counts", flat=True)[:_NEWEST]]
    return int(median(counts)) if counts else None
