"""A text from a family comes in: checked, kept, obeyed, answered."""

from http import HTTPStatus

from broadcaster import clock
from broadcaster.asgi.call import Answer, Call, Refused
from broadcaster.delivery.ledger import Ledger
from broadcaster.delivery.receiving import signers
from broadcaster.kinds import Channel
from broadcaster.providers.twilio import inbound as twilio
from broadcaster.providers.twilio import twiml
from broadcaster.replies import answering
from broadcaster.replies.recording import record
from broadcaster.settings import Settings

_LONGEST_ID = 80
_XML = "text/xml; charset=utf-8"


class Inbound:
    """The handler for one event loop. Raises Forged, and Django's OperationalError where the database is away."""

    def __init__(self, settings: Settings, ledger: Ledger) -> None:
        self._ledger = ledger
        self._settings = settings
        self._signers = signers.of_texts(settings)

    async def text(self, call: Call) -> Answer:
        """An inbound text (https://www.twilio.com/docs/messaging/guides/webhook-request), answered with TwiML.

        The vendor's opt-out handling answers STOP and START itself, so we say nothing to them.
        """
        url, signature = call.url(self._settings.public_url), call.headers.get("x-twilio-signature", "")

        def read(token: str) -> twilio.Inbound:
            return twilio.read(url, call.body, signature, token)

        text, signer = signers.genuine(read, self._signers)
        if not 0 < len(text.provider_id) <= _LONGEST_ID:
            raise Refused(HTTPStatus.BAD_REQUEST, "A text should say its id.")
        simulated = self._settings.live(Channel.SMS) and not signer.live
        said = await self._ledger.run(self._take, text, simulated)
        return Answer(HTTPStatus.OK, (twiml.message(said) if said else twiml.silence()).encode(), _XML)

    def _take(self, text: twilio.Inbound, simulated: bool) -> str:
        taken = record(text, clock.now(), simulated=simulated)
        return answering.answer(taken, self._settings) if taken else ""
