"""What follows from messages that did not arrive, whoever told it: an emergency's next address, a pause, lessons."""

from collections.abc import Sequence

from broadcaster import clock
from broadcaster.delivery.outcomes import Change
from broadcaster.delivery.receiving import lessons, refusals
from broadcaster.delivery.receiving.lessons import Told
from broadcaster.delivery.receiving.promotion import promote
from broadcaster.delivery.status import DID_NOT_ARRIVE


def draw(changes: Sequence[Change], told: Told) -> None:
    """Act on what was just written of these messages; what arrived, or is still on its way, asks for nothing.

    Call it inside the transaction that wrote the changes, after all else that it writes: every writer then locks in one
    order.
    """
    failures = [change for change in changes if change.status in DID_NOT_ARRIVE]
    if not failures:
        return
    promote([change.delivery_id for change in failures], clock.now())
    refusals.pause_if_too_many(failures, told)
    lessons.learn(failures, told)
