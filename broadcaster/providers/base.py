"""The seam between us and a vendor: a provider sends, asks, and reads receipts. It knows no Django model.

A new vendor is a folder beside `twilio/` with a class that keeps this protocol, and one line in `registry.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from broadcaster.kinds import Channel
from broadcaster.providers.errors import ProviderError
from broadcaster.providers.reasons import Reason


@dataclass(frozen=True, slots=True)
class Content:
    """One wording in one language, ready for a channel.

    Tokens such as `[[student_names]]` stand where a family's own value goes: `text` and `subject` take it plain,
    `html` takes it escaped. A text message uses only `text`. In mail `[[unsubscribe]]` is the family's opt-out page.
    An `emergency` also goes to addresses that the vendor has on its own unsubscribe lists. A vendor that can is told to
    drop what it still holds at `worth_until` (seconds since 1970); None leaves that to the vendor. Mail is from
    `from_name` and answered to `reply_to`; empty ones are the account's.
    """

    language: str
    text: str
    subject: str = ""
    html: str = ""
    emergency: bool = False
    worth_until: float | None = None
    from_name: str = ""
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One delivery as a provider sees it.

    `ref` is our `epoch-id` and rides along to come back in receipts. `values` are this family's own values by
    field name. `unsubscribe` is this family's opt-out page, empty where mail must not carry one.
    """

    ref: str
    to: str
    values: Mapping[str, str] = field(default_factory=dict)
    unsubscribe: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The vendor took the message. `provider_id` is its id there (for mail the request's X-Message-Id)."""

    provider_id: str


Result = Accepted | ProviderError


class ReceiptStatus(StrEnum):
    """What a receipt can say. The words are those of the delivery's states."""

    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a vendor later says of a delivery.

    `ref` is None where the vendor named none of ours. `status` is None for a word that moves nothing: `queued`,
    `open`, one we do not know yet. `event_id` makes repeats recognisable. `raw` is the payload as it came. `request` is
    the mail request the delivery went out in: any event of it proves that all of the request was accepted.
    """

    channel: Channel
    ref: str | None
    provider_id: str
    event_id: str
    word: str
    status: ReceiptStatus | None
    at: float
    reason: Reason | None = None
    code: str = ""
    request: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """A message that the vendor says it has. `text` is what tells it apart: a text's wording, a mail's subject.
    `created_at` in seconds (UTC), with the vendor's grain of one second.
    """

    provider_id: str
    to: str
    text: str
    created_at: float
    receipt: Receipt


#: asked at the last instant before a request is written; False: it is not, and its messages are Unreachable
MayWrite = Callable[[], bool]


def always() -> bool:
    """For a provider that nobody may have to hold back."""
    return True


class Provider(Protocol):
    """A vendor behind a channel. Built inside the event loop it is used in, with what it asks before it writes."""

    channel: Channel
    #: messages that one request can carry
    request_size: int
    #: requests that can be under way at once; more of them only wait in line
    connections: int

    async def send(self, sender: str, content: Content, messages: Sequence[Message], request: str) -> list[Result]:
        """Send one request's worth of messages; one result for each, in order. Raises nothing but CancelledError.

        `request` is our name for this request, carried along where the vendor lets us (mail custom_args). A request
        that had to be split goes on under names of its own (`OutcomeUnknown.request`): its parts stand or fall alone.
        """
        ...

    async def find(self, to: str, since: float) -> list[Found]:
        """Messages the vendor has for `to` created since (seconds), oldest first. Raises ProviderError.

        A receipt of mail bears our `ref` and `request`; one of a text bears neither.
        """
        ...

    async def fetch(self, provider_id: str) -> Receipt:
        """What the vendor now says of a message it accepted. Raises ProviderError; NotImplementedError for mail."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


#: gives a channel's provider, by whether it is for a drill
Providers = Callable[[bool], Provider]
