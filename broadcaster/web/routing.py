"""Who answers a request: health and the vendors' callbacks we answer ourselves, all else goes to Django.

A callback through Django's request stack that updates one row took 170 to 310 a second; through here it is thousands.
"""

from dataclasses import dataclass
from http import HTTPStatus

import structlog
from django.db import InterfaceError, OperationalError

from broadcaster.asgi.call import Answer, Handler, Refused, said
from broadcaster.asgi.reading import Gone, Receive, Scope, Send, read
from broadcaster.delivery.ledger import Ledger
from broadcaster.providers.errors import Forged
from broadcaster.replies.inbound import Inbound
from broadcaster.settings import Settings
from broadcaster.web.capped import Asgi, Body
from broadcaster.web.health import Health
from broadcaster.web.metrics import Metrics
from broadcaster.web.ready import Ready
from broadcaster.webhooks.callbacks import Callbacks
from broadcaster.webhooks.commit import PATIENCE, GroupCommit, NotStored
from broadcaster.webhooks.storing import store

#: bytes. A text is 1600 characters at most; its post is two KB.
FORM_LIMIT = 64 * 1024
#: bytes. An array of 10,000 events is 8 MB.
EVENTS_LIMIT = 10 * 1024 * 1024

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Route:
    """An address of ours, and how large a body it takes (bytes)."""

    handler: Handler
    methods: tuple[str, ...] = ("POST",)
    limit: int = FORM_LIMIT


class Web:
    """The ASGI application of one event loop. `pages` answers what is not routed here."""

    def __init__(self, settings: Settings, pages: Asgi) -> None:
        self._pages = pages
        self._commit = GroupCommit(store)
        self._replies, self._health, self._numbers = Ledger(PATIENCE), Ledger(0), Ledger(0)
        callbacks = Callbacks(settings, self._commit)
        self._routes = {
            "/health": Route(Health(self._health).ask, methods=("GET", "HEAD")),
            "/ready": Route(Ready(self._health).ask, methods=("GET", "HEAD")),
            "/metrics": Route(Metrics(self._numbers).ask, methods=("GET", "HEAD")),
            "/webhooks/twilio/status": Route(callbacks.twilio_status),
            "/webhooks/twilio/inbound": Route(Inbound(settings, self._replies).text),
            "/webhooks/sendgrid/events": Route(callbacks.sendgrid_events, limit=EVENTS_LIMIT),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or live through the server's start and end."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http" and (route := self._routes.get(scope["path"])):
            try:
                answer = await _answer(route, scope, receive)
            except Gone:
                return
            await _send(answer, send, with_body=scope["method"] != "HEAD")
        elif scope["type"] == "http":
            body = Body(scope, receive)
            if not body.too_large:
                await self._pages(scope, body.receive, send)
            if body.too_large:  # Django answers nobody who hung up
                await _send(body.refusal, send, with_body=True)
        else:
            await self._pages(scope, receive, send)

    def close(self) -> None:
        """Finish what is being written and let go of the database."""
        self._commit.close()
        self._replies.close()
        self._health.close()
        self._numbers.close()

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                self.close()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return


async def _answer(route: Route, scope: Scope, receive: Receive) -> Answer:
    """What the route's handler says, or what its failure means to the caller. Raises Gone."""
    if scope["method"] not in route.methods:
        allow = ", ".join(route.methods)
        return Answer(HTTPStatus.METHOD_NOT_ALLOWED, f"This address takes {allow}.\n".encode(), allow=allow)
    try:
        return await route.handler(await read(scope, receive, route.limit))
    except Refused as refused:
        return refused.answer
    except Forged as forged:
        log.warning("callback_forged", path=scope["path"], why=str(forged))
        return said(HTTPStatus.FORBIDDEN, "The signature does not fit.")
    except (NotStored, OperationalError, InterfaceError):
        return said(HTTPStatus.SERVICE_UNAVAILABLE, "Not stored: come again.")


async def _send(answer: Answer, send: Send, *, with_body: bool) -> None:
    headers = [(b"content-length", str(len(answer.body)).encode())]
    if answer.body:
        headers.append((b"content-type", answer.content_type.encode()))
    if answer.allow:
        headers.append((b"allow", answer.allow.encode()))
    if answer.status == HTTPStatus.NO_CONTENT:
        headers = []  # RFC 9110, 8.6: no Content-Length in a 204
    await send({"type": "http.response.start", "status": int(answer.status), "headers": headers})
    await send({"type": "http.response.body", "body": answer.body if with_body else b""})
