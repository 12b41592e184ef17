"""The states of a broadcast and the moves between them. `Broadcast.move` is the one function that writes them."""

from django.db import models


class BroadcastStatus(models.TextChoices):
    """draft -> in_review -> approved -> sending <-> paused -> completed; cancelled from any state before completed."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    SENDING = "sending"
    PAUSED = "paused"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


_S = BroadcastStatus

#: to which states a broadcast may go from each
MOVES: dict[BroadcastStatus, frozenset[BroadcastStatus]] = {
    _S.DRAFT: frozenset({_S.IN_REVIEW, _S.APPROVED, _S.CANCELLED}),
    _S.IN_REVIEW: frozenset({_S.DRAFT, _S.APPROVED, _S.CANCELLED}),
    _S.APPROVED: frozenset({_S.SENDING, _S.PAUSED, _S.CANCELLED}),
    _S.SENDING: frozenset({_S.PAUSED, _S.COMPLETED, _S.CANCELLED}),
    _S.PAUSED: frozenset({_S.SENDING, _S.CANCELLED}),
    _S.COMPLETED: frozenset(),
    _S.CANCELLED: frozenset(),
}


def origins(to: BroadcastStatus) -> list[str]:
    """The states from which `to` may be written."""
    return [origin.value for origin, goals in MOVES.items() if to in goals]
