"""SendGrid's Email Logs: which messages a query means, and one message with its events ("Email Logs", v3)."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from operator import ge, gt, le, lt
from typing import Any

from broadcaster.sandbox.messages import EMAIL, Mail
from broadcaster.sandbox.store import Store

_USUAL, _MOST = 10, 1000
_CONDITION = re.compile(r'(to_email|subject) = "([^"]*)"|sg_message_id_created_at (>=|<=|>|<) TIMESTAMP "([^"]*)"')
_COMPARED: Mapping[str, Callable[[float, float], bool]] = {">=": ge, "<=": le, ">": gt, "<": lt}
#: the summary of a newest event
_STATUS = {"bounce": "bounced", "blocked": "blocked", "dropped": "dropped", "deferred": "deferred", "accepted": ""}


def page(store: Store, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The newest messages that the query means. Raises ValueError for one that can't be read."""
    query, limit = asked.get("query", ""), asked.get("limit", _USUAL)
    if not isinstance(limit, int) or not 1 <= limit <= _MOST:
        raise ValueError(f"limit must be 1 to {_MOST}")
    conditions = [_condition(part) for part in query.split(" AND ")] if query else []
    to = next((value for field, value in conditions if field == "to_email"), None)
    mails: Sequence[Any] = store.mails if to is None else store.messages_to(EMAIL, str(to))
    # what was accepted and not processed yet is not listed
    found = (mail for mail in reversed(mails) if mail.status != "accepted" and _fits(mail, conditions))
    return {"messages": [_summary(mail) for mail in islice(found, limit)]}


def message(mail: Mail, events: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """All that is known of a mail. The custom_args stand apart, here and in each event."""
    return {
        **_summary(mail),
        "api_key_id": "sandbox",
        "client_ip": "127.0.0.1",
        "custom_args": dict(mail.args),
        "events": [
            {**{name: value for name, value in event.items() if name not in mail.args}, "custom_args": dict(mail.args)}
            for event in events
        ],
    }


def _summary(mail: Mail) -> dict[str, Any]:
    return {
        "from_email": mail.wording.sender,
        "sg_message_id": mail.id,
        "subject": mail.subject,
        "to_email": mail.to,
        "reason": mail.reason,
        "status": _STATUS.get(mail.status, "processed" if mail.status == "processed" else "delivered"),
        "sg_message_id_created_at": datetime.fromtimestamp(mail.created_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _condition(text: str) -> tuple[str, Any]:
    read = _CONDITION.fullmatch(text.strip())
    if read is None:
        raise ValueError(f"invalid query: {text}")
    field, value, sign, instant = read.groups()
    return (field, value) if field else (sign, datetime.fromisoformat(instant).timestamp())


def _fits(mail: Mail, conditions: Sequence[tuple[str, Any]]) -> bool:
    """Whether a mail meets all of them. Times have the grain of a second."""
    own = {"to_email": mail.to, "subject": mail.subject}
    return all(
        own[name] == value if name in own else _COMPARED[name](int(mail.created_at), value)
        for name, value in conditions
    )
