"""What a real vendor does not have: the switches, the counts, the messages as JSON, and families who answer.

GET  /sandbox/counts     what was accepted, refused and called back; what the same address got twice
GET  /sandbox/messages   ?channel=sms|email &to=ADDRESS &limit=N: the newest messages
GET  /sandbox/faults     the faults in force
PUT  /sandbox/faults     {"throttled": 0.2, ...}: sets these; what is not named goes back to how the sandbox began
POST /sandbox/inbound    From, To, Body (form): a family's text, delivered to the inbound URL as the vendor does
"""

import json
import re
import time
import uuid
from itertools import islice
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from pydantic import ValidationError

from broadcaster.sandbox.callbacks import Callbacks
from broadcaster.sandbox.carrier import API_VERSION
from broadcaster.sandbox.faults import Faults
from broadcaster.sandbox.gate import Gate
from broadcaster.sandbox.messages import EMAIL, SMS, Answer, Mail, Text
from broadcaster.sandbox.options import Options
from broadcaster.sandbox.sendgrid import SendGrid
from broadcaster.sandbox.signatures import FormSigner
from broadcaster.sandbox.store import Message, Store
from broadcaster.sandbox.twilio import Twilio

#: what Twilio's opt-out handling takes for STOP, START and HELP ("Customer Opt-Out Keywords")
KEYWORDS = {
    **dict.fromkeys(["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"], "STOP"),
    **dict.fromkeys(["START", "UNSTOP", "YES"], "START"),
    **dict.fromkeys(["HELP", "INFO"], "HELP"),
}
_USUAL_LIMIT = 100
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")


class Control:
    """The routes under /sandbox."""

    def __init__(
        self,
        options: Options,
        gate: Gate,
        store: Store,
        callbacks: Callbacks,
        vendors: tuple[Twilio, SendGrid],
        signer: FormSigner,
    ) -> None:
        self._options = options
        self._gate = gate
        self._store = store
        self._callbacks = callbacks
        self._twilio, self._sendgrid = vendors
        self._signer = signer

    def routes(self) -> list[web.RouteDef]:
        """See the head of this file."""
        return [
            web.get("/sandbox/counts", self.counts),
            web.get("/sandbox/messages", self.messages),
            web.get("/sandbox/faults", self.faults),
            web.put("/sandbox/faults", self.set_faults),
            web.post("/sandbox/inbound", self.inbound),
        ]

    async def counts(self, _request: web.Request) -> web.Response:
        """Everything that can be counted, as one JSON document; `tally.Tally` says how the two `twice` are meant."""
        sent = self._callbacks
        return _json(
            {
                **self._store.tally.document(),
                "states": self._store.states(),
                "refused": {SMS: dict(self._twilio.refused), EMAIL: dict(self._sendgrid.refused)},
                "faults_dealt": {name: times for name, times in self._gate.dealt.items() if times},
                "callbacks": {
                    channel: {
                        "taken": sent.taken[channel],
                        "failed": sent.failed[channel],
                        "pending": sent.pending[channel],
                    }
                    for channel in (SMS, EMAIL)
                },
                "inbound": len(self._store.answers),
            }
        )

    async def messages(self, request: web.Request) -> web.Response:
        """The newest messages first: of a channel, or to one address."""
        channel, to = request.query.get("channel", ""), request.query.get("to", "").replace(" ", "+")
        limit = request.query.get("limit", str(_USUAL_LIMIT))
        if channel not in ("", SMS, EMAIL):
            return _wrong(f"channel {channel!r}: should be sms or email")
        if not limit.isdecimal():
            return _wrong(f"limit {limit!r}: should be a whole number")
        found: list[Message] = []
        for one, everything in ((SMS, self._store.texts), (EMAIL, self._store.mails)):
            if channel in ("", one):
                newest = reversed(self._store.messages_to(one, to) if to else everything)
                found += islice(newest, int(limit))
        found.sort(key=lambda message: message.created_at, reverse=True)
        return _json({"messages": [_document(message) for message in found[: int(limit)]]})

    async def faults(self, _request: web.Request) -> web.Response:
        """The faults in force, all of them."""
        return _json(self._gate.faults.model_dump(mode="json"))

    async def set_faults(self, request: web.Request) -> web.Response:
        """Turn faults on and off. A wrong one changes nothing, and is 400 with one line that names it."""
        try:
            given = await request.json()
            if not isinstance(given, dict):
                return _wrong('should be a JSON object such as {"throttled": 0.2}')
            self._gate.faults = Faults.model_validate({**self._gate.at_start.model_dump(), **given})
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            name = ".".join(str(part) for part in first["loc"])
            return _wrong(f"{name} {first['input']!r}: {first['msg']}" if name else first["msg"])
        except ValueError:
            return _wrong("is no JSON")
        return await self.faults(request)

    async def inbound(self, request: web.Request) -> web.Response:
        """A family texts the district: post it to the inbound URL and say what was answered. STOP stops this sender."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        sender, to, body = form.get("From", ""), form.get("To", ""), form.get("Body", "")
        for name, number in (("From", sender), ("To", to)):
            if not _NUMBER.fullmatch(number):
                return _wrong(f"{name} {number!r}: should be a number such as +16125550101")
        keyword = KEYWORDS.get(body.strip().upper(), "")
        answer = Answer(f"SM{uuid.uuid4().hex}", sender, to, body, time.time(), keyword)
        self._store.add_answer(answer)
        told: dict[str, Any] = {"sid": answer.sid, "opt_out_type": keyword or None, "status": None, "answer": ""}
        if self._options.inbound_url:
            posted = urlencode(self._parameters(answer)).encode()
            headers = self._signer.headers(self._options.inbound_url, posted)
            try:
                told["status"], told["answer"] = await self._callbacks.post(self._options.inbound_url, posted, headers)
            except (aiohttp.ClientError, TimeoutError) as error:
                told["answer"] = str(error)
        return _json(told)

    def _parameters(self, answer: Answer) -> dict[str, str]:
        """Twilio, "Twilio's Request to your Webhook URL"."""
        found = {
            "AccountSid": self._options.account_sid,
            "ApiVersion": API_VERSION,
            "Body": answer.body,
            "From": answer.sender,
            "MessageSid": answer.sid,
            "NumMedia": "0",
            "NumSegments": "1",
            "SmsSid": answer.sid,
            "SmsStatus": "received",
            "To": answer.to,
        }
        return found | ({"OptOutType": answer.keyword} if answer.keyword else {})


def _document(message: Message) -> dict[str, Any]:
    if isinstance(message, Text):
        return {
            "channel": SMS,
            "id": message.sid,
            "to": message.to,
            "from": message.sender,
            "text": message.body,
            "segments": message.segments,
            "reference": message.callback,
            "status": message.status,
            "code": message.code,
            "created_at": message.created_at,
        }
    return _mail_document(message)


def _mail_document(mail: Mail) -> dict[str, Any]:
    return {
        "channel": EMAIL,
        "id": mail.id,
        "to": mail.to,
        "from": mail.wording.sender,
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "headers": mail.headers,
        "reference": dict(mail.args),
        "status": mail.status,
        "reason": mail.reason,
        "created_at": mail.created_at,
    }


def _json(document: Any, status: int = 200) -> web.Response:
    return web.Response(body=json.dumps(document).encode(), status=status, content_type="application/json")


def _wrong(say: str) -> web.Response:
    return _json({"error": say}, 400)
