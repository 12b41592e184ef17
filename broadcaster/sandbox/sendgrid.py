"""SendGrid's side of the sandbox: `POST /v3/mail/send` ("Mail Send", v3), and `/v3/logs` ("Email Logs", v3).

`send_at` is checked, and then the mail goes at once: nobody wants to wait for a made-up vendor.
"""

import hmac
import json
import time
import uuid
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from aiohttp import web

from broadcaster.sandbox import mail_log
from broadcaster.sandbox.gate import Gate
from broadcaster.sandbox.mail_exchange import MailExchange, told
from broadcaster.sandbox.messages import EMAIL, Mail, Wording
from broadcaster.sandbox.options import Options
from broadcaster.sandbox.store import Store
from broadcaster.sandbox.validate_mail import Fault, fault, faults_in

#: bytes of a request, attachments included
LARGEST = 30 * 1024 * 1024
_UNKNOWN = [fault("The provided authorization grant is invalid, expired, or revoked", None)]
_RATE = 600  # requests a minute, as the X-RateLimit headers tell it


class SendGridErrors:
    """SendGrid's error document: {"errors": [{message, field, help}]}."""

    def answer(self, status: int, faults: list[Fault], headers: Mapping[str, str] | None = None) -> web.Response:
        """An error response in the vendor's shape."""
        body = json.dumps({"errors": faults}).encode()
        return web.Response(body=body, status=status, headers=headers, content_type="application/json")

    def throttled(self, retry_after: int) -> web.Response:
        """429: the request was not processed."""
        reset = str(int(time.time() + retry_after))
        limits = {"X-RateLimit-Limit": str(_RATE), "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}
        return self.answer(429, [fault("too many requests", None)], {"Retry-After": str(retry_after), **limits})

    def broken(self) -> web.Response:
        """500."""
        return self.answer(500, [fault("Internal Server Error", None)])


class SendGrid:
    """The vendor's route for one key. `refused` counts refusals by HTTP status."""

    def __init__(self, options: Options, gate: Gate, store: Store, exchange: MailExchange) -> None:
        self._options = options
        self._gate = gate
        self._store = store
        self._exchange = exchange
        self._errors = SendGridErrors()
        self.refused: Counter[int] = Counter()

    def routes(self) -> list[web.RouteDef]:
        """What SendGrid's SDK calls."""
        return [
            web.post("/v3/mail/send", self.send),
            web.post("/v3/logs", self.logs),
            web.get("/v3/logs/{id}", self.logged),
        ]

    async def send(self, request: web.Request) -> web.Response:
        """202 with an empty body and X-Message-Id, or the vendor's refusal."""
        if not self._knows(request):
            return self._refuse(401, _UNKNOWN)
        if request.content_type != "application/json":
            return self._refuse(415, [fault("Content-Type should be application/json.", None)])
        try:
            mail = json.loads(await request.read())
        except web.HTTPRequestEntityTooLarge:
            return self._refuse(413, [fault("The JSON payload you have included in your request is too large.", None)])
        except ValueError:
            return self._refuse(400, [fault("Bad Request", None)])
        return await self._gate.serve(request, EMAIL, _key(mail), lambda: self._accept(mail), self._errors)

    async def logs(self, request: web.Request) -> web.Response:
        """`POST /v3/logs`: the messages that a query means, or the vendor's refusal."""
        if not self._knows(request):
            return self._refuse(401, _UNKNOWN)
        asked = await request.text()

        def answer() -> web.Response:
            if self._gate.faults.refuse_logs:
                return self._refuse(403, [fault("access forbidden", None)])
            try:
                return web.json_response(mail_log.page(self._store, json.loads(asked)))
            except (ValueError, TypeError, AttributeError) as error:
                return self._refuse(400, [fault(str(error), "query")])

        return await self._gate.serve(request, EMAIL, asked, answer, self._errors)

    async def logged(self, request: web.Request) -> web.Response:
        """`GET /v3/logs/{sg_message_id}`: one message, with its events."""
        if not self._knows(request):
            return self._refuse(401, _UNKNOWN)

        def answer() -> web.Response:
            mail = self._store.mail(request.match_info["id"])
            if mail is None:
                return self._refuse(404, [fault("message not found", None)])
            return web.json_response(mail_log.message(mail, told(mail)))

        return await self._gate.serve(request, EMAIL, request.path, answer, self._errors)

    def _knows(self, request: web.Request) -> bool:
        given = request.headers.get("Authorization", "")
        known = hmac.compare_digest(given.encode(), f"Bearer {self._options.api_key}".encode())
        return known and not self._gate.refuses_keys(EMAIL)

    def _accept(self, mail: Any) -> web.Response:
        found = faults_in(mail)
        if found:
            return self._refuse(400, found)
        if not self._options.may_send(mail["from"]["email"]):
            message = "The from address does not match a verified Sender Identity."
            return self._refuse(403, [fault(message, "from")])
        if mail.get("mail_settings", {}).get("sandbox_mode", {}).get("enable"):
            return web.Response(status=200)  # "Sandbox Mode": checked, and never sent
        wording = _wording(mail)
        mails = list(_mails(mail, wording))
        self._store.add_mails(wording, mails)
        self._exchange.take(mails)
        return web.Response(status=202, headers={"X-Message-Id": wording.id})

    def _refuse(self, status: int, faults: list[Fault]) -> web.Response:
        self.refused[status] += 1
        return self._errors.answer(status, faults)


def _key(mail: Any) -> str:
    """What the dice know a request by: its first recipient."""
    try:
        return str(mail["personalizations"][0]["to"][0]["email"])
    except (KeyError, IndexError, TypeError):
        return ""


def _wording(mail: Mapping[str, Any]) -> Wording:
    blocks = {block["type"]: block["value"] for block in mail["content"]}
    return Wording(
        id=urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("="),
        sender=mail["from"]["email"],
        sender_name=str(mail["from"].get("name") or ""),
        subject=mail.get("subject") or "",
        text=blocks.get("text/plain", ""),
        html=blocks.get("text/html", ""),
        headers=mail.get("headers", {}),
    )


def _mails(mail: Mapping[str, Any], wording: Wording) -> Iterator[Mail]:
    """A mail for each recipient; its id is the prefix X-Message-Id with the vendor's kind of tail."""
    shared = mail.get("custom_args", {})
    created_at = time.time()
    number = 0
    for one in mail["personalizations"]:
        for recipient in (*one["to"], *one.get("cc", ()), *one.get("bcc", ())):
            yield Mail(
                id=f"{wording.id}.recvd-sandbox-1-{number:X}.0",
                to=recipient["email"],
                wording=wording,
                created_at=created_at,
                own_subject=one.get("subject") or "",
                substitutions=one.get("substitutions", {}),
                own_headers=one.get("headers", {}),
                args={**shared, **one.get("custom_args", {})},
            )
            number += 1
