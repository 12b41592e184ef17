"""What Twilio refuses at the request. Codes: Twilio, "Error and Warning Dictionary"; fields: "Messages resource"."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

#: E.164; a North American number also has no area code or exchange that begins with 0 or 1
_NUMBER = re.compile(r"\+(?:1[2-9]\d{2}[2-9]\d{6}|[2-9]\d{6,14})")
_SENDER = re.compile(r"\+[1-9]\d{6,14}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")
_SERVICE = re.compile(r"MG[0-9a-f]{32}")
_HOST = re.compile(r"[A-Za-z0-9.-]+|[0-9a-f:.]+")  # no underscores: error 21609
_LONGEST_BODY = 1600
_LONGEST_URL = 4000
_LONGEST_VALIDITY = 36_000


@dataclass(frozen=True, slots=True)
class Refusal:
    """The vendor's error for one request."""

    code: int
    message: str
    http_status: int = 400


def refusal(form: Mapping[str, str]) -> Refusal | None:
    """What is wrong with the fields of a create request, or None. The vendor names one error at a time."""
    return _wrong_address(form) or _wrong_content(form)


def _wrong_address(form: Mapping[str, str]) -> Refusal | None:
    to, sender, service = form.get("To", ""), form.get("From", ""), form.get("MessagingServiceSid", "")
    if not to:
        return Refusal(21604, "A 'To' phone number is required.")
    if not _NUMBER.fullmatch(to):
        return Refusal(21211, f"Invalid 'To' Phone Number: {to}")
    if not sender and not service:
        return Refusal(21603, "A 'From' phone number is required.")
    if sender and not _SENDER.fullmatch(sender):
        return Refusal(21212, f"Invalid From Number (caller ID): {sender}")
    if service and not _SERVICE.fullmatch(service):
        return Refusal(21701, "The Messaging Service does not exist.", 404)
    if to == sender:
        return Refusal(21266, f"'To' and 'From' number cannot be the same: {to}")
    return None


def _wrong_content(form: Mapping[str, str]) -> Refusal | None:
    body, callback, validity = form.get("Body", ""), form.get("StatusCallback", ""), form.get("ValidityPeriod", "")
    if not body:
        return Refusal(21602, "Message body is required.")
    if len(body) > _LONGEST_BODY:
        return Refusal(21617, f"The concatenated message body exceeds the {_LONGEST_BODY} character limit.")
    if callback and not _is_public_url(callback):
        return Refusal(21609, f"The StatusCallback URL {callback} is not a valid URL.")
    if validity and not (validity.isdecimal() and 1 <= int(validity) <= _LONGEST_VALIDITY):
        return Refusal(90007, f"The validity_period value {validity} should be between 1 and {_LONGEST_VALIDITY}.")
    return None


def _is_public_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port_is_sound = parts.port is None or parts.port > 0
    except ValueError:
        return False
    host = parts.hostname or ""
    clean = not re.search(r"[\s\x00-\x1f]", text)
    return (
        len(text) <= _LONGEST_URL
        and clean
        and port_is_sound
        and parts.scheme in ("http", "https")
        and bool(_HOST.fullmatch(host))
    )
