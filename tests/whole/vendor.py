"""Twilio and SendGrid as this test reads their public documents, apart from the product's own sandbox.

Twilio: "Message resource", "Track the message status of outbound messages", "Webhooks security". SendGrid: "Mail Send",
"Event Webhook Reference", "Event Webhook security features". It is a bad day at both: every fourth text is taken and
the line is cut before the answer, some callbacks are lost, and those that come are doubled and out of order.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import random
import re
import threading
import time
import uuid
from collections.abc import Coroutine
from email.utils import formatdate
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode

import aiohttp
from aiohttp import web
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ACCOUNT, TOKEN, MAIL_KEY = "AC" + "0123456789abcdef" * 2, "a-made-up-token", "SG.made-up.key"
#: of so many texts one is taken without an answer; of so many others one is never called back about
CUT, LOST = 4, 5


class Vendor:
    """Both vendors on one address, in a thread of their own. `wrong` lists what their documents forbid and we did."""

    def __init__(self) -> None:
        self.texts: list[dict[str, str]] = []
        self.mails: list[dict[str, Any]] = []
        self.wrong: list[str] = []
        self.refused: list[tuple[str, int]] = []
        self.events_url = ""
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._dice = random.Random(7)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._calling: set[asyncio.Task[None]] = set()

    @property
    def settings(self) -> dict[str, str]:
        """The environment of a district that sends through us."""
        public = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return {
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_BASE_URL": self.url,
            "SENDGRID_API_KEY": MAIL_KEY,
            "SENDGRID_BASE_URL": self.url,
            "SENDGRID_WEBHOOK_PUBLIC_KEY": base64.b64encode(public).decode(),
        }

    def __enter__(self) -> Self:
        self._thread.start()
        self._on_loop(self._start())
        return self

    def __exit__(self, *_: object) -> None:
        self._on_loop(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _on_loop(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=20)

    async def _start(self) -> None:
        app = web.Application(client_max_size=30 * 2**20)
        messages = f"/2010-04-01/Accounts/{ACCOUNT}/Messages"
        app.add_routes(
            [
                web.post(f"{messages}.json", self._create),
                web.get(f"{messages}.json", self._list),
                web.get(messages + "/{sid}.json", self._fetch),
                web.post("/v3/mail/send", self._mail),
            ]
        )
        self._session = aiohttp.ClientSession()
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def _stop(self) -> None:
        for call in self._calling:
            call.cancel()
        await asyncio.gather(*self._calling, return_exceptions=True)
        await self._session.close()
        await self._runner.cleanup()

    # ---- Twilio ----

    async def _create(self, request: web.Request) -> web.StreamResponse:
        self._look_at(request, "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode())
        form = dict(parse_qsl((await request.read()).decode(), keep_blank_values=True))
        for name in ("To", "From", "Body", "StatusCallback"):
            self._must(name in form, f"a text without {name}")
        self._must(bool(re.fullmatch(r"\+[1-9]\d{7,14}", form["To"])), f"To {form['To']}")
        self._must(0 < len(form["Body"]) <= 1600, "a Body of a wrong length")
        text = form | {"sid": f"SM{uuid.uuid4().hex}", "status": "queued", "at": str(time.time())}
        self.texts.append(text)
        self._later(self._call_back(text, lost=len(self.texts) % LOST == 0))
        if len(self.texts) % CUT == 0:
            assert request.transport is not None
            request.transport.abort()
        return web.json_response(_resource(text), status=201)

    async def _list(self, request: web.Request) -> web.Response:
        found = [text for text in reversed(self.texts) if text["To"] == request.query.get("To", text["To"])]
        document = {"messages": [_resource(text) for text in found], "page": 0, "next_page_uri": None}
        return web.json_response(document)

    async def _fetch(self, request: web.Request) -> web.Response:
        found = [text for text in self.texts if text["sid"] == request.match_info["sid"]]
        return web.json_response(_resource(found[0])) if found else web.json_response({"code": 20404}, status=404)

    async def _call_back(self, text: dict[str, str], *, lost: bool) -> None:
        await asyncio.sleep(0.05)
        text["status"] = "delivered"
        posts = [] if lost else ["sent", "delivered", "delivered"]
        self._dice.shuffle(posts)
        for word in posts:
            form = {
                "AccountSid": ACCOUNT,
                "MessageSid": text["sid"],
                "MessageStatus": word,
                "To": text["To"],
                "NewIn2030": "yes",
            }
            await self.say(text["StatusCallback"], form)

    async def say(self, url: str, form: dict[str, str]) -> int:
        """Post a form that we signed; the answer's status."""
        signed = url + "".join(name + form[name] for name in sorted(form))
        digest = hmac.new(TOKEN.encode(), signed.encode(), hashlib.sha1).digest()
        headers = {
            "X-Twilio-Signature": base64.b64encode(digest).decode(),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        return await self._post(url, urlencode(form).encode(), headers)

    # ---- SendGrid ----

    async def _mail(self, request: web.Request) -> web.Response:
        self._look_at(request, f"Bearer {MAIL_KEY}")
        mail = await request.json()
        people = mail["personalizations"]
        addresses = [person["to"][0]["email"].lower() for person in people]
        self._must(0 < len(people) <= 1000, f"{len(people)} personalizations")
        self._must(len(set(addresses)) == len(addresses), "an address twice in one request")
        self._must({part["type"] for part in mail["content"]} == {"text/plain", "text/html"}, "a part is missing")
        message_id = uuid.uuid4().hex
        for number, person in enumerate(people):
            self.mails.append(person | {"address": addresses[number]})
        self._later(self._tell(message_id, people))
        return web.Response(status=202, headers={"X-Message-Id": message_id})

    async def _tell(self, message_id: str, people: list[dict[str, Any]]) -> None:
        await asyncio.sleep(0.05)
        events = [
            {
                "email": person["to"][0]["email"],
                "timestamp": int(time.time()),
                "event": word,
                "sg_event_id": uuid.uuid4().hex,
                "sg_message_id": f"{message_id}.recvd-{number}",
                **person["custom_args"],
            }
            for number, person in enumerate(people)
            for word in ("processed", "delivered")
        ]
        self._dice.shuffle(events)
        for _ in range(50):  # as the vendor: again until it is taken, and once more than needed
            if await self.say_events(events) // 100 == 2:
                break
            await asyncio.sleep(0.2)
        await self.say_events(events)

    async def say_events(self, events: list[dict[str, Any]]) -> int:
        """Post events that we signed; the answer's status."""
        body, timestamp = json.dumps(events).encode(), str(int(time.time()))
        signature = self._key.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
        headers = {
            "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
            "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
            "Content-Type": "application/json",
        }
        return await self._post(self.events_url, body, headers)

    # ---- both ----

    def ask(self, work: Coroutine[Any, Any, int]) -> int:
        """Run `say` or `say_events` from the test's thread."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=20)

    async def _post(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        try:
            async with self._session.post(url, data=body, headers=headers) as answer:
                if not answer.ok:
                    self.refused.append((url, answer.status))
                return answer.status
        except aiohttp.ClientError:
            return 0

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        call = self._loop.create_task(work)
        self._calling.add(call)
        call.add_done_callback(self._calling.discard)

    def _look_at(self, request: web.Request, authorization: str) -> None:
        self._must(request.headers.get("Authorization") == authorization, f"a wrong key for {request.path}")

    def _must(self, right: bool, wrong: str) -> None:
        if not right:
            self.wrong.append(wrong)


def _resource(text: dict[str, str]) -> dict[str, Any]:
    return {
        "sid": text["sid"],
        "account_sid": ACCOUNT,
        "to": text["To"],
        "from": text["From"],
        "body": text["Body"],
        "status": text["status"],
        "num_segments": "1",
        "error_code": None,
        "date_created": formatdate(float(text["at"]), usegmt=False),
        "date_sent": None,
        "date_updated": formatdate(float(text["at"]), usegmt=False),
    }
