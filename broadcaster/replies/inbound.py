"""A text from a family comes in: checked, kept, obeyed, answered."""

from http import HTTPStatus

from broadcaster import clock
from broadcaster.asgi.call import Answer, Call, Refused
from broadcaster.delivery import signers
from broadcaster.delivery.ledger import Ledger
from broadcaster.kinds import Channel
from broadcaster.providers.twilio import inbound as twilio
from broadcaster.providers.twilio import twiml
from broadcaster.replies.models import Reply, ReplyKind
from broadcaster.replies.recording import record
from broadcaster.settings import Settings
from broadcaster.text import phones

_LONGEST_ID = 80


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
        reply = await self._ledger.run(record, text, clock.now(), simulated=simulated)
        return Answer(HTTPStatus.OK, self._answer(reply).encode(), "text/xml; charset=utf-8")

    def _answer(self, reply: Reply | None) -> str:
        if reply is None or reply.kind != ReplyKind.HELP:
            return twiml.silence()
        district = self._settings.district.district
        number = phones.for_people(district.phone, district.region)
        # one segment, and the words that carriers ask for in every answer to HELP
        return twiml.message(f"{district.name}: school messages for families. Call {number}. Reply STOP to end texts.")
