"""A text as Twilio's message resource."""

from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from broadcaster.sandbox.carrier import API_VERSION
from broadcaster.sandbox.magic import text_fault
from broadcaster.sandbox.messages import Text


def resource(text: Text, account_sid: str) -> dict[str, Any]:
    """The JSON document of a message. Price and its unit come much later at the vendor, so they are empty here."""
    uri = f"/{API_VERSION}/Accounts/{account_sid}/Messages/{text.sid}"
    service = text.sender if text.sender.startswith("MG") else None
    return {
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "body": text.body,
        "date_created": _rfc_2822(int(text.created_at)),
        "date_sent": None if text.sent_at is None else _rfc_2822(int(text.sent_at)),
        "date_updated": _rfc_2822(int(text.updated_at)),
        "direction": "outbound-api",
        "error_code": text.code,
        "error_message": _error_message(text),
        "from": None if service else text.sender,
        "messaging_service_sid": service,
        "num_media": "0",
        "num_segments": str(text.segments),
        "price": None,
        "price_unit": "USD",
        "sid": text.sid,
        "status": text.status,
        "subresource_uris": {"media": f"{uri}/Media.json", "feedback": f"{uri}/Feedback.json"},
        "to": text.to,
        "uri": f"{uri}.json",
    }


def _error_message(text: Text) -> str | None:
    fault = text_fault(text.to)
    return fault.message if text.code is not None and fault is not None else None


@lru_cache(maxsize=64)  # a second of sending shares one date
def _rfc_2822(second: int) -> str:
    return format_datetime(datetime.fromtimestamp(second, UTC))
