"""What SendGrid says of our mail: the signed event webhook.

https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event: arrays of events in any order, repeated until
answered with a 2xx, to be told apart by `sg_event_id`.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from math import isfinite
from typing import Any

import structlog
from sendgrid.helpers.eventwebhook import EventWebhook

from broadcaster import clock
from broadcaster.kinds import Channel
from broadcaster.providers.base import Receipt, ReceiptStatus
from broadcaster.providers.errors import Forged
from broadcaster.providers.reasons import Reason
from broadcaster.providers.sendgrid.errors import bounce_reason, drop_reason

log = structlog.get_logger(__name__)

EVENTS: Mapping[str, ReceiptStatus | None] = {
    "processed": ReceiptStatus.SENT,
    "delivered": ReceiptStatus.DELIVERED,
    "bounce": ReceiptStatus.UNDELIVERED,
    "dropped": ReceiptStatus.FAILED,
    "deferred": None,  # SendGrid goes on trying for three days
    "open": None,  # mail clients fetch ahead: an open is not a read
    "click": None,
    "spamreport": None,
    "unsubscribe": None,
    "group_unsubscribe": None,
    "group_resubscribe": None,
}

#: events that move nothing, but tell what the family wants
WISHES: Mapping[str, Reason] = {
    "spamreport": Reason.COMPLAINT,
    "unsubscribe": Reason.OPTED_OUT,
    "group_unsubscribe": Reason.OPTED_OUT,
}


def read(body: bytes, signature: str, timestamp: str, public_key: str) -> list[Receipt]:
    """The receipts of one post, in its order. Raises Forged if SendGrid did not sign it.

    `body` is the raw body: the signature is over its very bytes. `public_key` is the base64 text that SendGrid shows. A
    signed body that is no array of events gives no receipts: refusing it would only make SendGrid repeat it for a day.
    """
    _check(body, signature, timestamp, public_key)
    try:
        events = json.loads(body)
    except ValueError:
        events = None
    if not isinstance(events, list):
        log.warning("mail.events_unreadable", size=len(body))
        return []
    now = clock.now()
    receipts = [_receipt(event, now) for event in events if isinstance(event, dict)]
    unknown = {receipt.word for receipt in receipts} - EVENTS.keys()
    if unknown:
        log.warning("mail.event_words_unknown", words=sorted(word[:40] for word in unknown))
    return receipts


def again(raw: Mapping[str, Any], at: float) -> Receipt:
    """An event that was kept: what `read` made of it at the time."""
    return replace(_receipt(raw, at), at=at)


def logged(message: Mapping[str, Any], created_at: float) -> Receipt:
    """What the Email Logs say of a message by now, as one receipt: its newest event that moves a delivery. What they
    list was taken.
    """
    # there the custom_args stand apart, beside the events
    own = {**(message.get("custom_args") or {}), "sg_message_id": message["sg_message_id"]}
    taken = {**own, "event": "processed", "timestamp": int(created_at)}
    events = [{**own, **event} for event in message.get("events") or () if EVENTS.get(str(event.get("event")))]
    told = [_receipt(event, clock.now()) for event in (taken, *events)]
    # times are whole seconds: of two in one, the one that a mail comes to later
    return max(told, key=lambda receipt: (receipt.at, receipt.status is not ReceiptStatus.SENT))


def _check(body: bytes, signature: str, timestamp: str, public_key: str) -> None:
    try:
        verifier = _verifier(public_key.strip())
    except ValueError as error:
        raise Forged("SENDGRID_WEBHOOK_PUBLIC_KEY is no public key, so nothing can be checked") from error
    try:
        signed = verifier.verify_signature(body.decode(), signature, timestamp)
    except ValueError as error:  # no base64, no UTF-8
        raise Forged("the signature can't be read") from error
    if not signed:
        raise Forged("the X-Twilio-Email-Event-Webhook-Signature does not fit")


@lru_cache(maxsize=4)
def _verifier(public_key: str) -> EventWebhook:
    if not public_key:
        raise ValueError("no key")  # the SDK would take it for "no check wanted"
    return EventWebhook(public_key)


def _receipt(event: Mapping[str, Any], now: float) -> Receipt:
    word = str(event.get("event", ""))
    at = event.get("timestamp")
    message_id = str(event.get("sg_message_id", ""))
    ref = event.get("d")
    reason, code = _cause(word, event)
    return Receipt(
        channel=Channel.EMAIL,
        ref=str(ref) if ref else None,
        # the X-Message-Id of the request is what stands before the first dot
        provider_id=message_id.partition(".")[0],
        event_id=str(event.get("sg_event_id") or f"{message_id}:{word}:{at}:{ref}"),
        word=word,
        status=EVENTS.get(word),
        # a whole second that has begun: it happened before the next one, and before we heard of it
        # (JSON as Python reads it has infinities)
        at=min(at + 1.0, now) if isinstance(at, int | float) and isfinite(at) else now,
        reason=reason,
        code=code,
        request=str(event.get("r", "")),
        raw=event,
    )


def _cause(word: str, event: Mapping[str, Any]) -> tuple[Reason | None, str]:
    if word == "bounce":
        return bounce_reason(event), str(event.get("status", ""))[:40]
    if word == "dropped":
        return drop_reason(event), str(event.get("reason", ""))[:40]
    return WISHES.get(word), ""
