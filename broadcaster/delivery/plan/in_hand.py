"""Whether a broadcast is being planned: it has to find the roster as it was when it began (decision 020)."""

from broadcaster import clock
from broadcaster.delivery.models import Plan

#: seconds in which another worker takes up the plan of one that died; where none does, nobody waits for it any longer
_TAKEN_UP = 5.0


def is_planning() -> bool:
    """Whether any plan is in hand, or fell out of a worker's hand a moment ago."""
    return Plan.objects.filter(done_at=None, lease_until__gte=clock.now() - _TAKEN_UP).exists()
