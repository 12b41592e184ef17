"""What Twilio says of a text: status callbacks, and messages that we asked for.

https://www.twilio.com/docs/messaging/guides/track-outbound-message-status: callbacks come in any order, and parameters
may be added at any time.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import structlog

from broadcaster import clock
from broadcaster.kinds import Channel
from broadcaster.providers.base import Receipt, ReceiptStatus
from broadcaster.providers.reasons import Reason
from broadcaster.providers.twilio.errors import reason_for
from broadcaster.providers.twilio.signature import pairs, signed_form

if TYPE_CHECKING:  # the SDK takes 20 MB, and the web process reads receipts without it
    from twilio.rest.api.v2010.account.message import MessageInstance

log = structlog.get_logger(__name__)

STATUSES: Mapping[str, ReceiptStatus | None] = {
    "accepted": None,
    "scheduled": None,
    "queued": None,
    "sending": None,
    "sent": ReceiptStatus.SENT,
    "delivered": ReceiptStatus.DELIVERED,
    "read": ReceiptStatus.DELIVERED,
    "undelivered": ReceiptStatus.UNDELIVERED,
    "failed": ReceiptStatus.FAILED,
    "canceled": ReceiptStatus.FAILED,
}


def read(url: str, form: bytes, signature: str, auth_token: str, now: float | None = None) -> Receipt:
    """A status callback. Raises Forged if Twilio did not sign it.

    `url` is our public address with path and query; `d` in the query is our reference. `at` is `now` (if not given, the
    clock's): the carrier's own `RawDlrDoneDate` has the grain of a minute and a time zone that varies between carriers
    (Twilio changelog of 14 February 2023), so it is only kept in `raw`.
    """
    fields = signed_form(url, form, signature, auth_token)
    return _receipt(
        sid=fields.get("MessageSid", ""),
        word=fields.get("MessageStatus", ""),
        code=fields.get("ErrorCode", ""),
        at=clock.now() if now is None else now,
        ref=next((value for name, value in pairs(url.partition("?")[2]) if name == "d" and value), None),
        raw=dict(fields),
    )


def again(raw: Mapping[str, Any], ref: str | None, at: float) -> Receipt:
    """A status callback that was kept, by its form: what `read` made of it at the time."""
    return _receipt(
        sid=str(raw.get("MessageSid", "")),
        word=str(raw.get("MessageStatus", "")),
        code=str(raw.get("ErrorCode", "")),
        at=at,
        ref=ref,
        raw=raw,
    )


def receipt_of(made: "MessageInstance") -> Receipt:
    """What a message that we fetched or listed says. It carries no reference of ours: whoever asked knows it."""
    updated = made.date_updated
    return _receipt(
        sid=made.sid or "",
        word=str(made.status or ""),
        code=str(made.error_code or ""),
        at=updated.timestamp() if updated else clock.now(),
        ref=None,
        raw={"sid": made.sid, "status": made.status, "error_code": made.error_code, "asked": True},
    )


def _receipt(sid: str, word: str, code: str, at: float, ref: str | None, raw: Mapping[str, Any]) -> Receipt:
    if word not in STATUSES:
        log.warning("text.status_word_unknown", word=word[:40], sid=sid)
    status = STATUSES.get(word)
    return Receipt(
        channel=Channel.SMS,
        ref=ref,
        provider_id=sid,
        event_id=f"{sid}:{word}:{code}",
        word=word,
        status=status,
        at=at,
        reason=_reason(word, status, code),
        code=code,
        raw=raw,
    )


def _reason(word: str, status: ReceiptStatus | None, code: str) -> Reason | None:
    if word == "canceled":
        return Reason.CANCELLED
    if status in (ReceiptStatus.FAILED, ReceiptStatus.UNDELIVERED):
        return reason_for(code)
    return None
