"""When most of what we send is refused for a cause on our side, going on only makes it worse: pause, and tell."""

from collections import defaultdict, deque
from collections.abc import Iterable

from broadcaster.providers.base import Accepted, Result
from broadcaster.providers.errors import Rejected
from broadcaster.providers.reasons import EXPLANATIONS, Kind
from broadcaster.settings import SETTINGS

#: of so many last outcomes of a broadcast
LAST = 100
#: broadcasts that are remembered at once; the one that was seen first goes
_MOST = 100


class Refusals:
    """What one worker has seen of refusals that are our account's fault, by broadcast. It outlives a drain: a slow
    sender needs many for so many outcomes.
    """

    def __init__(self) -> None:
        self._seen: dict[int, deque[str]] = defaultdict(lambda: deque(maxlen=LAST))

    def too_many(self, broadcast_id: int, results: Iterable[Result]) -> str:
        """Why the broadcast should be paused after these further results, as a sentence for staff; empty: it may go on.

        Only what the vendor accepted or refused for good is an outcome: what is queued again comes again.
        """
        seen = self._seen[broadcast_id]
        if len(self._seen) > _MOST:
            del self._seen[next(iter(self._seen))]
        seen.extend(_our_fault(result) for result in results if isinstance(result, Accepted | Rejected))
        refused, share = [why for why in seen if why], SETTINGS.district.policies.pause_share
        if not share or len(seen) < LAST or len(refused) <= share * LAST:
            return ""
        seen.clear()  # a person who resumes it gets as many tries again
        return f"{len(refused)} of the last {LAST} messages were refused: {max(set(refused), key=refused.count)}"


def _our_fault(result: Result) -> str:
    explained = EXPLANATIONS[result.reason] if isinstance(result, Rejected) else None
    return explained.happened if explained and explained.kind is Kind.ACCOUNT else ""
