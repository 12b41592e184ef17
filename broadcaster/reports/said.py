"""What became of a delivery and what to do about it, in words for staff."""

from broadcaster.delivery.status import DeliveryStatus
from broadcaster.kinds import Channel
from broadcaster.providers import registry
from broadcaster.providers.reasons import Reason

_S = DeliveryStatus

#: states that explain themselves: what happened, what to do
_STATES: dict[str, tuple[str, str]] = {
    _S.QUEUED: ("Not sent yet.", "Wait: it is still to be sent."),
    _S.SENDING: ("Being sent.", "Wait: it is being sent."),
    _S.SENT: ("Sent, not confirmed.", "Call if it matters: nothing says that it arrived."),
    _S.DELIVERED: ("Delivered.", ""),
    _S.UNKNOWN: (
        "It is not known whether it was sent.",
        "Wait some minutes: the provider is being asked. Call if it stays so.",
    ),
}


_REASONS = frozenset(reason.value for reason in Reason)


def explain(channel: str, status: str, reason: str, code: str = "") -> tuple[str, str]:
    """What happened, and what to do, each a sentence; nothing is to be done about what was delivered.

    `code` is the vendor's: where it is narrower than our reason, so are the sentences.
    """
    if status in _STATES:
        return _STATES[status]
    said = registry.explain(Channel(channel), cause(status, reason), code)
    return said.happened, said.do


def cause(status: str, reason: str) -> Reason:
    """The stored reason of a delivery that did not arrive; `other` where none is stored or it is not one of ours."""
    if reason in _REASONS:
        return Reason(reason)
    return Reason.CANCELLED if status == _S.CANCELLED else Reason.OTHER
