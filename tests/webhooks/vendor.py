"""The vendors, as far as webhooks see them: signed posts, and a caller that hands them to the ASGI application."""

import asyncio
import base64
import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from twilio.request_validator import RequestValidator

from broadcaster.delivery.accounts import sandbox_keys
from broadcaster.settings import SETTINGS, Settings
from broadcaster.web.routing import Web

STATUS = "/webhooks/twilio/status"
INBOUND = "/webhooks/twilio/inbound"
EVENTS = "/webhooks/sendgrid/events"
KEYS = sandbox_keys(SETTINGS)


@dataclass(frozen=True)
class Post:
    """One request."""

    path: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    method: str = "POST"

    def but(self, **changes: Any) -> "Post":
        """The same with something changed after it was signed."""
        return replace(self, **changes)

    def with_header(self, name: str, value: str) -> "Post":
        return replace(self, headers={**self.headers, name: value})


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def form(path: str, fields: Mapping[str, str], query: str = "", token: str = KEYS.auth_token) -> Post:
    """A form post that Twilio signed for our public address."""
    url = SETTINGS.public_url + path + (f"?{query}" if query else "")
    signature = RequestValidator(token).compute_signature(url, dict(fields))
    headers = {"x-twilio-signature": signature, "content-type": "application/x-www-form-urlencoded"}
    return Post(path, urlencode(fields).encode(), headers, query)


def status(ref: str, word: str, *, sid: str = "SM1", token: str = KEYS.auth_token, **more: str) -> Post:
    """A status callback of Twilio."""
    fields = {"MessageSid": sid, "MessageStatus": word, "To": "+16125550101", "From": "+16125550199", **more}
    return form(STATUS, fields, f"d={ref}", token)


def text(
    body: str, *, sender: str = "+16125550101", sid: str = "SM9", token: str = KEYS.auth_token, **more: str
) -> Post:
    """A text from a family."""
    return form(INBOUND, {"MessageSid": sid, "From": sender, "To": "+16125550199", "Body": body, **more}, token=token)


def event(ref: str, word: str, *, number: int = 1, **more: Any) -> dict[str, Any]:
    """One event of SendGrid."""
    return {
        "email": "family@example.org",
        "timestamp": 1_700_000_000 + number,
        "event": word,
        "sg_event_id": f"event-{ref}-{word}-{number}",
        "sg_message_id": "request.recvd-0",
        "d": ref,
        **more,
    }


def events(*them: Mapping[str, Any], key: ec.EllipticCurvePrivateKey = KEYS.events_key) -> Post:
    """An array of events that SendGrid signed."""
    return signed_events(json.dumps(them).encode(), key)


def signed_events(body: bytes, key: ec.EllipticCurvePrivateKey = KEYS.events_key) -> Post:
    timestamp = str(int(time.time()))
    signature = base64.b64encode(key.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))).decode()
    return Post(
        EVENTS,
        body,
        {
            "x-twilio-email-event-webhook-signature": signature,
            "x-twilio-email-event-webhook-timestamp": timestamp,
            "content-type": "application/json",
        },
    )


async def _no_pages(scope: Any, receive: Any, send: Any) -> None:
    raise AssertionError(f"{scope['path']} went to Django")


async def ask(application: Callable[..., Awaitable[None]], post: Post, pieces: int = 1) -> Reply:
    """The application's reply to one request, whose body comes in so many pieces."""
    size = max(1, -(-len(post.body) // pieces))
    parts = [post.body[start : start + size] for start in range(0, len(post.body), size)] or [b""]
    incoming = [
        {"type": "http.request", "body": part, "more_body": number + 1 < len(parts)}
        for number, part in enumerate(parts)
    ]
    sent: list[Mapping[str, Any]] = []

    async def receive() -> Mapping[str, Any]:
        return incoming.pop(0) if incoming else {"type": "http.disconnect"}

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": post.method,
        "path": post.path,
        "query_string": post.query.encode(),
        "headers": [
            (name.encode(), value.encode()) for name, value in {"host": "elsewhere.example.org", **post.headers}.items()
        ],
    }
    await application(scope, receive, send)
    start, *rest = sent
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    return Reply(start["status"], headers, b"".join(message["body"] for message in rest))


def replies(*posts: Post, settings: Settings = SETTINGS) -> list[Reply]:
    """What a web process of its own says to these posts, all under way at once."""

    async def all_of_them(web: Web) -> Sequence[Reply]:
        return await asyncio.gather(*(ask(web, post) for post in posts))

    web = Web(settings, _no_pages)
    try:
        return list(asyncio.run(all_of_them(web)))
    finally:
        web.close()


def answers(*posts: Post, settings: Settings = SETTINGS) -> list[int]:
    """The status codes alone, one post after the other."""
    return [reply.status for post in posts for reply in replies(post, settings=settings)]
