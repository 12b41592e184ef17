"""What vendors tell us of our messages: checked, kept, applied, and only then answered."""

from http import HTTPStatus

from broadcaster.asgi.call import Answer, Call
from broadcaster.delivery.receiving import signers
from broadcaster.providers.base import Receipt
from broadcaster.providers.sendgrid import receipts as sendgrid
from broadcaster.providers.twilio import receipts as twilio
from broadcaster.settings import Settings
from broadcaster.webhooks.commit import GroupCommit

_TAKEN = Answer(HTTPStatus.NO_CONTENT)


class Callbacks:
    """Handlers for one event loop. Each raises Forged, and NotStored where the database did not take the receipts."""

    def __init__(self, settings: Settings, commit: GroupCommit) -> None:
        self._commit = commit
        self._public_url = settings.public_url
        self._of_texts = signers.of_texts(settings)
        self._of_mail = signers.of_mail(settings)

    async def twilio_status(self, call: Call) -> Answer:
        """A status callback (https://www.twilio.com/docs/messaging/guides/track-outbound-message-status).

        One that names no delivery of ours, or says a word we do not know, is kept and answered like any other.
        """
        url, signature = call.url(self._public_url), call.headers.get("x-twilio-signature", "")

        def read(token: str) -> Receipt:
            return twilio.read(url, call.body, signature, token)

        receipt, _ = signers.genuine(read, self._of_texts)
        await self._commit.put([receipt])
        return _TAKEN

    async def sendgrid_events(self, call: Call) -> Answer:
        """An array of events (https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event)."""
        signature = call.headers.get("x-twilio-email-event-webhook-signature", "")
        timestamp = call.headers.get("x-twilio-email-event-webhook-timestamp", "")

        def read(public_key: str) -> list[Receipt]:
            return sendgrid.read(call.body, signature, timestamp, public_key)

        receipts, _ = signers.genuine(read, self._of_mail)
        await self._commit.put(receipts)
        return _TAKEN
