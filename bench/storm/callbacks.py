"""Callbacks as vendors send them, signed, and ready as bytes of HTTP: making them costs the flood nothing."""

import base64
import json
import struct
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from random import Random
from urllib.parse import urlencode

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from twilio.request_validator import RequestValidator

from bench import vendor
from bench.storm.ledger import EPOCH

PUBLIC_URL = "https://alerts.example.org"
#: the vendor's, whose public half is in the settings of whoever is measured
MAIL_KEY = ec.derive_private_key(7, ec.SECP256R1())
#: of so many texts one does not arrive
_LOST_OF = 50
_LENGTH = struct.Struct(">I")


def texts(deliveries: Sequence[int], epoch: str = EPOCH) -> list[bytes]:
    """Status callbacks of these texts: `sent` and an end for each, in no order."""
    found = []
    for delivery in deliveries:
        end = "delivered" if delivery % _LOST_OF else "undelivered"
        found += [_text(f"{epoch}-{delivery}", delivery, word) for word in ("sent", end)]
    Random(len(found)).shuffle(found)
    return found


def _text(ref: str, delivery: int, word: str) -> bytes:
    sid = f"SM{delivery:032x}"
    path = f"/webhooks/twilio/status?d={ref}"
    fields = {
        "ApiVersion": "2010-04-01",
        "AccountSid": vendor.SID,
        "MessageSid": sid,
        "SmsSid": sid,
        "SmsStatus": word,
        "MessageStatus": word,
        "To": f"+1612555{delivery % 10_000:04}",
        "From": vendor.TEXT_SENDER,
        "RawDlrDoneDate": "2611221650",
        **({"ErrorCode": "30003"} if word == "undelivered" else {}),
    }
    signature = RequestValidator(vendor.TOKEN).compute_signature(PUBLIC_URL + path, fields)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}
    return _request(path, headers, urlencode(fields).encode())


def mails(deliveries: Sequence[int], array: int) -> list[bytes]:
    """Events of these mails in arrays of a size: `processed` and `delivered` for each, in no order."""
    events = [_event(delivery, word) for delivery in deliveries for word in ("processed", "delivered")]
    Random(len(events)).shuffle(events)
    return [_array(events[at : at + array]) for at in range(0, len(events), array)]


def _event(delivery: int, word: str) -> dict[str, object]:
    return {
        "email": f"guardian{delivery}@example.org",
        "timestamp": 1_795_399_200 + delivery % 60,
        "smtp-id": f"<{delivery:016x}@ismtpd-555>",
        "event": word,
        "sg_event_id": base64.urlsafe_b64encode(f"{word[:4]}-{delivery:012}".encode()).decode(),
        "sg_message_id": f"request{delivery // 1000}.recvd-7f8b9-1-6745-{delivery % 1000}",
        "d": f"{EPOCH}-{delivery}",
        "r": f"{EPOCH}-1-{delivery // 1000}",
        **({"response": "250 2.0.0 OK 1795399200 q1si1234567qkn.9 - gsmtp", "tls": 1} if word == "delivered" else {}),
    }


def _array(events: list[dict[str, object]]) -> bytes:
    body = json.dumps(events, separators=(",", ":")).encode()
    timestamp = "1795399200"
    signature = base64.b64encode(MAIL_KEY.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))).decode()
    headers = {
        "Content-Type": "application/json",
        "X-Twilio-Email-Event-Webhook-Signature": signature,
        "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
    }
    return _request("/webhooks/sendgrid/events", headers, body)


def page(path: str, cookie: str) -> bytes:
    """What the browser of somebody who is signed in asks for."""
    lines = [f"GET {path} HTTP/1.1", "Host: alerts.example.org", "Accept: text/html", f"Cookie: {cookie}", "", ""]
    return "\r\n".join(lines).encode()


def _request(path: str, headers: dict[str, str], body: bytes) -> bytes:
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: alerts.example.org",
        "User-Agent: TwilioProxy/1.1",
        "Accept: */*",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def write(path: Path, requests: Iterable[bytes]) -> None:
    """Keep them in a file for the flood."""
    with path.open("wb") as file:
        for request in requests:
            file.write(_LENGTH.pack(len(request)) + request)


def read(path: Path) -> Iterator[bytes]:
    """What `write` kept."""
    whole, place = memoryview(path.read_bytes()), 0
    while place < len(whole):
        (size,) = _LENGTH.unpack_from(whole, place)
        place += _LENGTH.size
        yield bytes(whole[place : place + size])
        place += size
