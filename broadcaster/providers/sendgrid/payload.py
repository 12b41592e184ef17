"""One mail request as SendGrid wants it (https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send).

A plain dict: the SDK's Mail helpers take more than twice the time for the same JSON. One wording serves all recipients,
and what differs is substituted at SendGrid. It replaces a key in text and HTML alike, so the two get keys of their own:
`[[name]]` is the plain value, `[[name|html]]` the escaped one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from broadcaster.providers.base import Content, Message
from broadcaster.text import tokens

#: an open is not a read, rewritten links look like phishing, and opting out is ours
_NO_TRACKING = {
    "click_tracking": {"enable": False, "enable_text": False},
    "open_tracking": {"enable": False},
    "subscription_tracking": {"enable": False},
}


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What is the same in all our mail that says nothing else, beside the sender's address."""

    from_name: str = ""
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class _Keys:
    """What SendGrid is to replace, each with the name of the value that goes there: made once for a request."""

    plain: tuple[tuple[str, str], ...]
    in_html: tuple[tuple[str, str], ...]


def request_body(
    head: Letterhead, sender: str, content: Content, messages: Sequence[Message], request: str
) -> dict[str, Any]:
    """The JSON of one request: one personalization for each message, in order."""
    in_html = tokens.names(content.html)
    keys = _Keys(
        plain=tuple((f"[[{name}]]", name) for name in tokens.names(content.subject) | tokens.names(content.text)),
        in_html=tuple((f"[[{name}|html]]", name) for name in in_html),
    )
    parts = [{"type": "text/plain", "value": content.text}]
    if content.html:
        html = tokens.fill(content.html, {name: f"[[{name}|html]]" for name in in_html})
        parts.append({"type": "text/html", "value": html})
    from_name, reply_to = content.from_name or head.from_name, content.reply_to or head.reply_to
    body: dict[str, Any] = {
        "personalizations": [_personalization(message, keys, request) for message in messages],
        "from": {"email": sender, "name": from_name} if from_name else {"email": sender},
        "subject": content.subject,
        "content": parts,
        "tracking_settings": _NO_TRACKING,
    }
    if reply_to:
        body["reply_to"] = {"email": reply_to}
    if content.emergency:
        body["mail_settings"] = {"bypass_list_management": {"enable": True}}
    return body


def _personalization(message: Message, keys: _Keys, request: str) -> dict[str, Any]:
    made: dict[str, Any] = {"to": [{"email": message.to}], "custom_args": {"d": message.ref, "r": request}}
    if keys.plain or keys.in_html:
        values = {**message.values, "unsubscribe": message.unsubscribe}
        made["substitutions"] = substitutions = {key: values[name] for key, name in keys.plain if name in values}
        for key, name in keys.in_html:
            if name in values:
                substitutions[key] = escape(values[name])
    if message.unsubscribe:
        # RFC 8058: one click, answered by a POST to this very address
        made["headers"] = {
            "List-Unsubscribe": f"<{message.unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return made
