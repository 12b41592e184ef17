"""Texts out through Twilio (https://www.twilio.com/docs/messaging/api/message-resource), one request for each."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog
from aiohttp import ClientTimeout
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance

from broadcaster import clock
from broadcaster.kinds import Channel
from broadcaster.providers.base import Accepted, Content, Found, MayWrite, Message, Receipt, Result, always
from broadcaster.providers.errors import OutcomeUnknown, ProviderError
from broadcaster.providers.twilio.client import TIME_LIMITS, TwilioHttp
from broadcaster.providers.twilio.receipts import receipt_of
from broadcaster.text import tokens

log = structlog.get_logger(__name__)

#: messages to one number are few, so one page is nearly always all of them
PAGE_SIZE = 50
#: seconds: the most Twilio takes as ValidityPeriod, and what it does by itself
LONGEST_VALIDITY = 36_000
#: seconds: a text that waited here for its turn, until late, still deserves a fair try there
LEAST_VALIDITY = 900


class TwilioSms:
    """Twilio behind the SMS channel. Build it inside the running event loop.

    `status_url` is where receipts go.
    """

    channel: Channel = Channel.SMS
    request_size: int = 1

    def __init__(
        self,
        sid: str,
        token: str,
        status_url: str,
        base_url: str = "",
        connections: int = 64,
        time_limits: ClientTimeout = TIME_LIMITS,
        may_write: MayWrite = always,
    ) -> None:
        self.connections = connections
        self._http = TwilioHttp(base_url, connections, time_limits, may_write=may_write)
        client = Client(sid, token, http_client=self._http)
        self._messages, self._api = client.messages, client.api.v2010
        self._path = f"/Accounts/{sid}/Messages.json"
        self._status_url = status_url

    async def send(
        self,
        sender: str,
        content: Content,
        messages: Sequence[Message],
        request: str,  # noqa: ARG002 - a text is a request of its own
    ) -> list[Result]:
        """Send each message from `sender`; see Provider.send."""
        return [await self._send_one(sender, content, message) for message in messages]

    async def _send_one(self, sender: str, content: Content, message: Message) -> Result:
        try:
            # what `messages.create` does, without the forty fields that we leave out and the dates that nobody reads
            made = await self._api.create_async("POST", self._path, data=self._fields(sender, content, message))
            sid = made["sid"]
        except ProviderError as error:
            return error
        except Exception as error:  # noqa: BLE001 - law 3: what we can't explain may have been sent
            log.warning("text.outcome_unexplained", ref=message.ref, error=type(error).__name__)
            return OutcomeUnknown(type(error).__name__)
        return Accepted(sid) if sid else OutcomeUnknown("an answer without a sid")

    def _fields(self, sender: str, content: Content, message: Message) -> dict[str, object]:
        fields: dict[str, object] = {
            "To": message.to,
            "From": sender,
            "Body": tokens.fill(content.text, message.values),
            "StatusCallback": f"{self._status_url}?d={message.ref}",
        }
        if content.worth_until is not None:
            fields["ValidityPeriod"] = _validity(content.worth_until)
        return fields

    async def find(self, to: str, since: float) -> list[Found]:
        """Messages to `to` created since (seconds), oldest first. Raises ProviderError.

        There is no filter by DateSent: it has the grain of a day, and a message still in Twilio's queue has none. The
        list comes newest first, so that we read no further than `since`.
        """
        found: list[Found] = []
        with _in_our_words():
            async for made in await self._messages.stream_async(to=to, page_size=PAGE_SIZE):
                item = _found(made, since)
                if item.created_at < int(since):  # Twilio's times are whole seconds
                    break
                found.append(item)
        found.reverse()
        return found

    async def fetch(self, provider_id: str) -> Receipt:
        """What Twilio now says of a message. Raises ProviderError; Rejected where it has no such message."""
        with _in_our_words():
            return receipt_of(await self._messages.get(provider_id).fetch_async())

    async def close(self) -> None:
        """Let go of connections."""
        await self._http.close()


def _validity(worth_until: float) -> int:
    """How long a text may wait at Twilio, in seconds."""
    return min(max(int(worth_until - clock.now()), LEAST_VALIDITY), LONGEST_VALIDITY)


def _found(made: MessageInstance, since: float) -> Found:
    created = made.date_created
    return Found(
        provider_id=made.sid or "",
        to=made.to or "",
        text=made.body or "",
        # one without a time was listed all the same, and must not be taken for absent
        created_at=created.timestamp() if created else since,
        receipt=receipt_of(made),
    )


@contextmanager
def _in_our_words() -> Iterator[None]:
    """An answer that the SDK can't read is no answer: OutcomeUnknown."""
    try:
        yield
    except ProviderError:
        raise
    except Exception as error:
        raise OutcomeUnknown(type(error).__name__) from error
