"""What can go wrong between us and a vendor. What happens next follows from the class alone.

ProviderError
├── Rejected        final: the vendor will never send this message; `reason` says why
├── Throttled       not processed: queue again, after `retry_after` seconds if the vendor said so
├── Unreachable     the request was never written: queue again
├── KeyRefused      our account or key is refused: queue again and pause the broadcast
└── OutcomeUnknown  it may or may not have been accepted: never resend before asking
"""

# ruff: noqa: N818 - the names say what happened to the message, as the tree above does; that they are errors is clear
from dataclasses import dataclass

from broadcaster.providers.reasons import Reason


class ProviderError(Exception):
    """The vendor did not plainly accept a message."""


@dataclass
class Rejected(ProviderError):
    """The vendor processed the request and will not send. `code` is the vendor's own word for it."""

    reason: Reason
    code: str = ""


@dataclass
class Throttled(ProviderError):
    """The vendor asked us to slow down; it did not process the request. `retry_after` is in seconds."""

    retry_after: float | None = None
    code: str = ""


@dataclass
class Unreachable(ProviderError):
    """No connection was made, so the vendor knows nothing of the message."""

    cause: str = ""


@dataclass
class KeyRefused(ProviderError):
    """The vendor refused the key or the account (401, 403, suspended). `say` is one sentence for staff."""

    say: str


@dataclass
class OutcomeUnknown(ProviderError):
    """A timeout, a cut connection or a 5xx after the request was written.

    `request` names the request it went out in where that is a part of the one we asked for.
    """

    cause: str = ""
    request: str = ""


class Forged(Exception):
    """What came in as a vendor's callback does not carry the vendor's signature. Answer 403 and change nothing."""
