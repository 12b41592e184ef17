"""A receipt as a row that every database takes, whatever the vendor put into it."""

import hashlib
import json
import math

from broadcaster.providers.base import Receipt

#: event_id, channel, delivery_id, word, code, at, received_at, raw, fault, ref, next_try_at
Row = tuple[str, str, int | None, str, str, float, float, str, str, str, float | None]

#: seconds until what is of nobody we know is looked at again: the first, second ... time
PAUSES = (30.0, 120.0, 600.0, 3_600.0, 21_600.0)

#: the lengths of the model's columns, which PostgreSQL insists on
_EVENT_ID = 120
_WORD = 40
_FAULT = 60
_REF = 60

#: ASCII: even a half surrogate is kept, escaped. Made once, as `json.dumps` makes one for each call.
_ENCODER = json.JSONEncoder(separators=(",", ":"))


def identity(receipt: Receipt) -> str:
    """What makes a repeat of the receipt recognisable: its event id, as a digest where a column can't hold it."""
    if _is_plain(receipt.event_id, _EVENT_ID) and receipt.event_id:
        return receipt.event_id
    if 0 < len(receipt.event_id) <= _EVENT_ID and _fit(receipt.event_id, _EVENT_ID) == receipt.event_id:
        return receipt.event_id
    return hashlib.sha256(f"{receipt.event_id}{_json(receipt)}".encode("utf-8", "backslashreplace")).hexdigest()


def row(receipt: Receipt, delivery_id: int | None, received_at: float, fault: str = "") -> Row:
    """The row of webhooks_storedreceipt."""
    return (
        identity(receipt),
        receipt.channel.value,
        delivery_id,
        _fit(receipt.word, _WORD),
        _fit(receipt.code, _WORD),
        receipt.at if math.isfinite(receipt.at) else received_at,
        received_at,
        _json(receipt),
        fault[:_FAULT],
        _fit(receipt.ref or "", _REF),
        received_at + PAUSES[0] if delivery_id is None else None,
    )


def _fit(text: str, length: int) -> str:
    """Without what no database stores: the character NUL, and halves of surrogate pairs."""
    if _is_plain(text, length):
        return text
    return text.replace("\0", "").encode("utf-8", "ignore").decode()[:length]


def _is_plain(text: str, length: int) -> bool:
    """Nearly all are, and this asks it in a tenth of the time."""
    return len(text) <= length and text.isascii() and "\0" not in text


def _json(receipt: Receipt) -> str:
    return _ENCODER.encode(receipt.raw if isinstance(receipt.raw, dict) else dict(receipt.raw))
