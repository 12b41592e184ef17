"""The states of a delivery and the moves between them. `outcomes.write` is the one function that writes them."""

from django.db import models


class DeliveryStatus(models.TextChoices):
    """queued -> sending -> sent -> delivered | undelivered; else failed, unknown, suppressed, cancelled.

    `sending` is never stored: a queued delivery is sending while it lies in the lot that its batch has marked.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"


_S = DeliveryStatus

#: to which states a delivery may go from each. A receipt may come before the send is recorded (queued -> delivered);
#: a mail bounce may follow delivered; nothing leads back from an end, so a late or repeated receipt can't either.
MOVES: dict[DeliveryStatus, frozenset[DeliveryStatus]] = {
    _S.QUEUED: frozenset({_S.SENT, _S.DELIVERED, _S.UNDELIVERED, _S.FAILED, _S.UNKNOWN, _S.SUPPRESSED, _S.CANCELLED}),
    _S.UNKNOWN: frozenset({_S.QUEUED, _S.SENT, _S.DELIVERED, _S.UNDELIVERED, _S.FAILED}),
    _S.SENT: frozenset({_S.DELIVERED, _S.UNDELIVERED, _S.FAILED}),
    _S.DELIVERED: frozenset({_S.UNDELIVERED}),
    _S.UNDELIVERED: frozenset(),
    _S.FAILED: frozenset(),
    _S.SUPPRESSED: frozenset(),
    _S.CANCELLED: frozenset(),
}

#: nothing more is to be done for these
FINAL = frozenset({_S.DELIVERED, _S.UNDELIVERED, _S.FAILED, _S.SUPPRESSED, _S.CANCELLED})
#: it went to a vendor and never reached anybody
DID_NOT_ARRIVE = frozenset({_S.UNDELIVERED, _S.FAILED})


def origins(to: DeliveryStatus) -> list[str]:
    """The stored states from which `to` may be written."""
    return [origin.value for origin, goals in MOVES.items() if to in goals]
