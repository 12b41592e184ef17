"""Twilio's side of the sandbox: create, fetch and list messages ("Messages resource", API version 2010-04-01)."""

import base64
import hmac
import json
import time
import uuid
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import parse_qsl

from aiohttp import web

from broadcaster.sandbox.carrier import API_VERSION, Carrier
from broadcaster.sandbox.gate import Gate
from broadcaster.sandbox.magic import text_fault
from broadcaster.sandbox.message_list import page
from broadcaster.sandbox.message_resource import resource
from broadcaster.sandbox.messages import SMS, Text
from broadcaster.sandbox.options import Options
from broadcaster.sandbox.store import Store
from broadcaster.sandbox.validate_text import Refusal, refusal
from broadcaster.text.segments import measure

_MORE_INFO = "https://www.twilio.com/docs/errors/"


class TwilioErrors:
    """Twilio's error document: code, message, more_info, status."""

    def answer(self, status: int, code: int, message: str, headers: Mapping[str, str] | None = None) -> web.Response:
        """An error response in the vendor's shape."""
        document = {"code": code, "message": message, "more_info": f"{_MORE_INFO}{code}", "status": status}
        return _json(document, status, headers)

    def throttled(self, retry_after: int) -> web.Response:
        """Error 20429: the request was not processed."""
        return self.answer(429, 20429, "Too Many Requests", {"Retry-After": str(retry_after)})

    def broken(self) -> web.Response:
        """Error 20500."""
        return self.answer(500, 20500, "Internal Server Error")


class Twilio:
    """The vendor's routes for one account. `refused` counts refusals by code."""

    def __init__(self, options: Options, gate: Gate, store: Store, carrier: Carrier) -> None:
        self._options = options
        self._gate = gate
        self._store = store
        self._carrier = carrier
        self._errors = TwilioErrors()
        self._queue_full: Counter[str] = Counter()
        self.refused: Counter[int] = Counter()
        login = f"{options.account_sid}:{options.auth_token}"
        self._login = "Basic " + base64.b64encode(login.encode()).decode()

    def routes(self) -> list[web.RouteDef]:
        """What Twilio's SDK calls."""
        base = f"/{API_VERSION}/Accounts/{{account}}/Messages"
        return [
            web.post(base + ".json", self.create),
            web.get(base + ".json", self.list),
            web.get(base + "/{sid}.json", self.fetch),
        ]

    async def create(self, request: web.Request) -> web.Response:
        """`POST Messages.json`: 201 and the message, or the vendor's refusal."""
        if not self._knows(request):
            return self._refuse(Refusal(20003, "Authenticate", 401))
        posted = (await request.read()).decode(errors="replace")
        form = dict(parse_qsl(posted, keep_blank_values=True))
        return await self._gate.serve(request, SMS, form.get("To", ""), lambda: self._accept(form), self._errors)

    async def fetch(self, request: web.Request) -> web.Response:
        """`GET Messages/{sid}.json`."""
        if not self._knows(request):
            return self._refuse(Refusal(20003, "Authenticate", 401))
        text = self._store.text(request.match_info["sid"])

        def answer() -> web.Response:
            if text is None:
                return self._errors.answer(404, 20404, f"The requested resource {request.path} was not found")
            return _json(resource(text, self._options.account_sid), 200)

        return await self._gate.serve(request, SMS, request.path, answer, self._errors)

    async def list(self, request: web.Request) -> web.Response:
        """`GET Messages.json`, newest first."""
        if not self._knows(request):
            return self._refuse(Refusal(20003, "Authenticate", 401))

        def answer() -> web.Response:
            try:
                found = page(self._store, self._options.account_sid, request.query)
            except ValueError as error:
                return self._errors.answer(400, 20001, str(error))
            return _json(found, 200)

        return await self._gate.serve(request, SMS, request.path_qs, answer, self._errors)

    def _knows(self, request: web.Request) -> bool:
        given = request.headers.get("Authorization", "")
        ours = request.match_info["account"] == self._options.account_sid
        return hmac.compare_digest(given.encode(), self._login.encode()) and ours and not self._gate.refuses_keys(SMS)

    def _accept(self, form: Mapping[str, str]) -> web.Response:
        wrong = refusal(form) or self._unwilling(form["To"], form.get("From", ""))
        if wrong is not None:
            return self._refuse(wrong)
        text = Text(
            sid=f"SM{uuid.uuid4().hex}",
            to=form["To"],
            sender=form.get("From", "") or form["MessagingServiceSid"],
            body=form["Body"],
            callback=form.get("StatusCallback", ""),
            segments=_segments(form["Body"]),
            created_at=time.time(),
        )
        self._store.add_text(text)
        document = resource(text, self._options.account_sid)
        self._carrier.take(text)
        return _json(document, 201)

    def _unwilling(self, to: str, sender: str) -> Refusal | None:
        """What is wrong with this pair of numbers, although both are well formed."""
        if sender and not self._options.may_send(sender):
            return Refusal(21606, f"The 'From' phone number provided ({sender}) is not a valid message-capable number.")
        if self._store.stopped(sender, to):
            return Refusal(21610, "Attempt to send to unsubscribed recipient")
        fault = text_fault(to)
        if fault is None or fault.http_status is None or fault.code is None:
            return None
        if fault.tries is not None:
            self._queue_full[to] += 1
            if self._queue_full[to] > fault.tries:
                return None
        return Refusal(fault.code, fault.message.format(to=to, sender=sender), fault.http_status)

    def _refuse(self, wrong: Refusal) -> web.Response:
        self.refused[wrong.code] += 1
        headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if wrong.http_status == 401 else None
        return self._errors.answer(wrong.http_status, wrong.code, wrong.message, headers)


@lru_cache(maxsize=4096)
def _segments(body: str) -> int:
    return measure(body).segments


def _json(document: object, status: int, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(
        body=json.dumps(document).encode(),
        status=status,
        headers=headers,
        content_type="application/json",
        charset="utf-8",
    )
