"""Twilio and SendGrid as cheaply as they can be played: `python -m bench.stub` in a process of its own.

It shares the machine with what is measured, so a request costs it a few microseconds: no HTTP library, no parsing while
a run lasts. Bodies are kept as they came, and read when somebody asks for the tally.

    POST /reset?delay=0.08   forget everything; from now on answer so many seconds after the request
    GET  /progress           accepted so far per channel, and the instants of the first and the last
    GET  /tally              the same, with how many addresses there were and how many got more than one message
    GET  /texts              instant and number of each text, in the order in which they were accepted
"""

import asyncio
import json
import re
import time
from array import array
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus

import uvloop

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
_TO = re.compile(rb"(?:^|&)To=([^&]*)")
#: https://www.twilio.com/docs/messaging/api/message-resource: what a create answers, so that clients parse a real load
_TEXT: dict[str, Any] = {
    "account_sid": "AC" + "0" * 32,
    "api_version": "2010-04-01",
    "body": "Some of our computer systems are not working. Schools are open. We are fixing it and will write again.",
    "date_created": "Sun, 22 Nov 2026 18:00:00 +0000",
    "date_sent": None,
    "date_updated": "Sun, 22 Nov 2026 18:00:00 +0000",
    "direction": "outbound-api",
    "error_code": None,
    "error_message": None,
    "from": "+16125550199",
    "messaging_service_sid": None,
    "num_media": "0",
    "num_segments": "1",
    "price": None,
    "price_unit": None,
    "sid": "SM%032x",
    "status": "queued",
    "subresource_uris": {},
    "to": "+16125550100",
    "uri": "/2010-04-01/Accounts/messages.json",
}
_CREATED = json.dumps(_TEXT).encode()
#: the sid's pattern gives way to 32 digits
_HEAD = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
_TEXT_ANSWER = _HEAD % (len(_CREATED) - len("%032x") + 32) + _CREATED
_MAIL_ANSWER = b"HTTP/1.1 202 Accepted\r\nX-Message-Id: mail%018d\r\nContent-Length: 0\r\n\r\n"


@dataclass
class Box:
    """What one channel accepted: bodies as they came and when (seconds since 1970), and how many messages they are."""

    bodies: list[bytes] = field(default_factory=list)
    instants: "array[float]" = field(default_factory=lambda: array("d"))
    messages: int = 0
    first: float = 0.0
    last: float = 0.0


@dataclass
class Vendors:
    """Both vendors, since the last reset."""

    delay: float = 0.0
    sms: Box = field(default_factory=Box)
    email: Box = field(default_factory=Box)

    def reset(self, delay: float) -> None:
        """Forget everything."""
        self.delay, self.sms, self.email = delay, Box(), Box()

    def accept(self, box: Box, body: bytes, messages: int) -> None:
        """Book one request that is answered now."""
        box.last = time.time()
        box.first = box.first or box.last
        box.messages += messages
        box.bodies.append(body)
        box.instants.append(box.last)

    def progress(self) -> dict[str, Any]:
        """Counts and instants (seconds since 1970; 0 where there was none)."""
        boxes = {"sms": self.sms, "email": self.email}
        return {name: {"messages": box.messages, "first": box.first, "last": box.last} for name, box in boxes.items()}

    def tally(self) -> dict[str, Any]:
        """Progress, and by address: how many there were, and how many messages were one too many."""
        found = self.progress()
        for name, to in (("sms", texts_to(self.sms.bodies)), ("email", mails_to(self.email.bodies))):
            found[name] |= {"addresses": len(to), "duplicates": sum(to.values()) - len(to)}
        return found

    def texts(self) -> dict[str, Any]:
        """Instant and number of each text."""
        return {"texts": list(zip(self.sms.instants, numbers(self.sms.bodies), strict=True))}


def numbers(bodies: list[bytes]) -> list[str]:
    """The number each text went to; empty where a request names none."""
    found = (_TO.search(body) for body in bodies)
    return [unquote_plus(match[1].decode()) if match else "" for match in found]


def texts_to(bodies: list[bytes]) -> Counter[str]:
    """How many messages each number got."""
    return Counter(numbers(bodies))


def mails_to(bodies: list[bytes]) -> Counter[str]:
    """How many messages each mail address got."""
    return Counter(to["email"] for body in bodies for part in json.loads(body)["personalizations"] for to in part["to"])


class Connection(asyncio.Protocol):
    """One client. Requests come one at a time: no client here sends a second before the first is answered."""

    def __init__(self, vendors: Vendors) -> None:
        self._vendors = vendors
        self._parts: list[bytes] = []
        self._size = self._whole = self._body_at = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The loop's call."""
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        """Collect until the request is whole."""
        self._parts.append(data)
        self._size += len(data)
        if not self._whole:
            if len(self._parts) > 1:
                self._parts = [data := b"".join(self._parts)]
            if (end := data.find(b"\r\n\r\n")) < 0:
                return
            length = _LENGTH.search(data, 0, end)
            self._body_at = end + 4
            self._whole = self._body_at + (int(length[1]) if length else 0)
        if self._size >= self._whole:
            request = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
            self._parts, self._size, self._whole = [], 0, 0
            self._take(request, self._body_at)

    def _take(self, request: bytes, body_at: int) -> None:
        if not request.startswith((b"POST /2010", b"POST /v3")):
            self._answer(self._control(request))
            return
        delay = self._vendors.delay
        if delay:
            asyncio.get_running_loop().call_later(delay, self._accept, request, body_at)
        else:
            self._accept(request, body_at)

    def _accept(self, request: bytes, body_at: int) -> None:
        vendors, body = self._vendors, request[body_at:]
        if request.startswith(b"POST /2010"):
            vendors.accept(vendors.sms, body, 1)
            answer = _TEXT_ANSWER.replace(b"%032x", b"%032x" % len(vendors.sms.bodies))
        else:
            vendors.accept(vendors.email, body, body.count(b'"to":'))
            answer = _MAIL_ANSWER % len(vendors.email.bodies)
        self._answer(answer)
        if _CLOSE.search(request, 0, body_at):
            self._transport.close()

    def _answer(self, answer: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(answer)

    def _control(self, request: bytes) -> bytes:
        path = request.split(b" ", 2)[1].decode()
        if path.startswith("/reset"):
            self._vendors.reset(float(path.partition("delay=")[2] or 0))
        vendors = self._vendors
        asked = {"/progress": vendors.progress, "/tally": vendors.tally, "/texts": vendors.texts}
        told = asked.get(path, dict)()
        body = json.dumps(told).encode()
        return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body


async def _serve() -> None:
    vendors = Vendors()
    server = await asyncio.get_running_loop().create_server(
        lambda: Connection(vendors), "127.0.0.1", 0, backlog=1024, reuse_address=True
    )
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve())
