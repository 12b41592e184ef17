"""What SendGrid refuses at the request, in its own shape: a list of {message, field, help}, all errors at once.

Fields and limits: SendGrid, "Mail Send" (v3) and "Mail Send Errors".
"""

import json
import re
import time
from collections.abc import Iterator, Mapping
from typing import Any

from broadcaster.sandbox.magic import MailFate, mail_fate

MOST = 1000  # personalizations, and recipients, in one request
_ROOM = 10_000  # bytes of substitutions, and of custom_args, in one personalization
_AHEAD = 72 * 3600  # seconds that send_at may lie ahead
_KINDS = ("to", "cc", "bcc")
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}"
)
# fmt: off - one word a line would be two screens
_OWN = frozenset(
    {
        "to",
        "cc",
        "bcc",
        "from",
        "subject",
        "headers",
        "substitutions",
        "dynamic_template_data",
        "custom_args",
        "send_at",
    }
)
_TOP = frozenset(
    {
        "personalizations",
        "from",
        "reply_to",
        "reply_to_list",
        "subject",
        "content",
        "attachments",
        "template_id",
        "headers",
        "categories",
        "custom_args",
        "send_at",
        "batch_id",
        "asm",
        "ip_pool_name",
        "sections",
        "mail_settings",
        "tracking_settings",
    }
)
_RESERVED = frozenset(
    {
        "x-sg-id",
        "x-sg-eid",
        "received",
        "dkim-signature",
        "content-type",
        "content-transfer-encoding",
        "to",
        "cc",
        "bcc",
        "from",
        "subject",
        "reply-to",
    }
)
# fmt: on
_HELP = "http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html#message."

Fault = dict[str, str | None]


def fault(message: str, field: str | None) -> Fault:
    """One error as the vendor words it."""
    return {"message": message, "field": field, "help": _HELP + field.partition(".")[0] if field else None}


def faults_in(mail: Any) -> list[Fault]:
    """Everything that is wrong with the body of a `POST /v3/mail/send`; empty when it would be accepted."""
    if not isinstance(mail, dict):
        return [fault(f"Invalid type. Expected: object, given: {_type(mail)}.", "(root)")]
    found = [fault(f"Additional property {name} is not allowed", "(root)") for name in mail.keys() - _TOP]
    found += _in_sender(mail.get("from"))
    found += _in_content(mail.get("content"))
    found += _in_extras(mail, "")
    found += _in_settings(mail.get("mail_settings", {}))
    personalizations = mail.get("personalizations")
    if not isinstance(personalizations, list) or not personalizations:
        message = "The personalizations field is required and must have at least one personalization."
        return [*found, fault(message, "personalizations")]
    found += _in_count(personalizations)
    found += _in_subject(mail.get("subject"), personalizations)
    seen: set[str] = set()
    for index, personalization in enumerate(personalizations):
        found += _in_personalization(personalization, f"personalizations.{index}", seen)
    return found


def _in_sender(sender: Any) -> Iterator[Fault]:
    if not isinstance(sender, dict) or not sender.get("email"):
        message = (
            "The from object must be provided for every email send. It is an object that requires the email parameter."
        )
        yield fault(message, "from.email")
    elif not _is_address(sender["email"]):
        yield fault("The from email does not contain a valid address.", "from.email")


def _in_content(content: Any) -> Iterator[Fault]:
    if not isinstance(content, list) or not content:
        yield fault("The content parameter is required. There must be at least one defined content block.", "content")
        return
    types: list[Any] = []
    for index, block in enumerate(content):
        if not isinstance(block, dict):
            yield fault(f"Invalid type. Expected: object, given: {_type(block)}.", f"content.{index}")
            continue
        types.append(block.get("type"))
        if not isinstance(types[-1], str) or not types[-1]:
            yield fault("The content type must be a string at least one character in length.", f"content.{index}.type")
        if not isinstance(block.get("value"), str) or not block["value"]:
            message = "The content value must be a string at least one character in length."
            yield fault(message, f"content.{index}.value")
    if "text/plain" in types[1:]:
        yield fault(
            "If present, text/plain must be first, followed by text/html, followed by any other content.", "content"
        )


def _in_count(personalizations: list[Any]) -> Iterator[Fault]:
    if len(personalizations) > MOST:
        yield fault(f"There is a limit of {MOST} personalizations per message.", "personalizations")
        return
    recipients = sum(len(_listed(one, kind)) for one in personalizations if isinstance(one, dict) for kind in _KINDS)
    if recipients > MOST:
        yield fault(f"There is a limit of {MOST} total recipients (to + cc + bcc) per message.", "personalizations")


def _in_subject(subject: Any, personalizations: list[Any]) -> Iterator[Fault]:
    if subject is not None and not isinstance(subject, str):
        yield fault(f"Invalid type. Expected: string, given: {_type(subject)}.", "subject")
    elif not subject and not all(isinstance(one, dict) and one.get("subject") for one in personalizations):
        message = "The subject is required, unless every personalization has a subject defined."
        yield fault(message, "subject")


def _in_personalization(one: Any, field: str, seen: set[str]) -> Iterator[Fault]:
    if not isinstance(one, dict):
        yield fault(f"Invalid type. Expected: object, given: {_type(one)}.", field)
        return
    for name in one.keys() - _OWN:
        yield fault(f"Additional property {name} is not allowed", field)
    if not _listed(one, "to"):
        message = "The to array is required for all personalization objects, and must have at least one email object."
        yield fault(message, f"{field}.to")
    for kind in _KINDS:
        if not isinstance(one.get(kind, []), list):
            yield fault(f"Invalid type. Expected: array, given: {_type(one[kind])}.", f"{field}.{kind}")
        for place, recipient in enumerate(_listed(one, kind)):
            yield from _in_recipient(recipient, f"{field}.{kind}.{place}.email", field, seen)
    if not isinstance(one.get("subject", ""), str):
        yield fault(f"Invalid type. Expected: string, given: {_type(one['subject'])}.", f"{field}.subject")
    yield from _in_strings(one.get("substitutions", {}), f"{field}.substitutions", _ROOM)
    yield from _in_extras(one, f"{field}.")


def _in_recipient(recipient: Any, field: str, personalization: str, seen: set[str]) -> Iterator[Fault]:
    address = recipient.get("email") if isinstance(recipient, dict) else None
    if not address:
        yield fault("The to email parameter is required.", field)
    elif not _is_address(address) or mail_fate(address) is MailFate.INVALID:
        yield fault("Does not contain a valid address.", field)
    elif address.lower() in seen:
        message = "Each email address in the personalization block should be unique between to, cc, and bcc."
        yield fault(f"{message} We found the first duplicate instance of [{address}].", personalization)
    else:
        seen.add(address.lower())


def _in_extras(holder: Mapping[str, Any], prefix: str) -> Iterator[Fault]:
    """What a request and a personalization have in common."""
    yield from _in_strings(holder.get("custom_args", {}), f"{prefix}custom_args", _ROOM)
    headers = holder.get("headers", {})
    yield from _in_strings(headers, f"{prefix}headers", None)
    for name in headers if isinstance(headers, dict) else ():
        if name.lower() in _RESERVED:
            yield fault(f"The header {name} is reserved and may not be set.", f"{prefix}headers.{name}")
    send_at = holder.get("send_at")
    if send_at is not None and (not isinstance(send_at, int) or isinstance(send_at, bool)):
        yield fault(f"Invalid type. Expected: integer, given: {_type(send_at)}.", f"{prefix}send_at")
    elif send_at is not None and send_at > time.time() + _AHEAD:
        yield fault("Scheduling more than 72 hours in advance is forbidden.", f"{prefix}send_at")


def _in_settings(settings: Any) -> Iterator[Fault]:
    if not isinstance(settings, dict):
        yield fault(f"Invalid type. Expected: object, given: {_type(settings)}.", "mail_settings")
    elif not isinstance(settings.get("sandbox_mode", {}), dict):
        given = _type(settings["sandbox_mode"])
        yield fault(f"Invalid type. Expected: object, given: {given}.", "mail_settings.sandbox_mode")


def _in_strings(values: Any, field: str, room: int | None) -> Iterator[Fault]:
    if not isinstance(values, dict):
        yield fault(f"Invalid type. Expected: object, given: {_type(values)}.", field)
        return
    for name, value in values.items():
        if not isinstance(value, str):
            yield fault(f"Invalid type. Expected: string, given: {_type(value)}.", f"{field}.{name}")
    if room is not None and _bytes(values) > room:
        yield fault(f"The total length of {field.rpartition('.')[2]} may not exceed {room} bytes.", field)


def _bytes(values: Mapping[str, Any]) -> int:
    rough = sum(len(name) + len(value) for name, value in values.items() if isinstance(value, str))
    if rough * 4 + 8 * len(values) < _ROOM:
        return rough  # too small to matter, whatever its letters: spares the encoding of every mail
    return len(json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode(errors="replace"))


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and _ADDRESS.fullmatch(value) is not None


def _listed(one: Mapping[str, Any], kind: str) -> list[Any]:
    given = one.get(kind)
    return given if isinstance(given, list) else []


def _type(value: Any) -> str:
    names = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "number"}
    return names.get(type(value), "null")
