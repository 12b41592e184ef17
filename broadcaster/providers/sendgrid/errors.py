"""SendGrid's refusals, bounces and drops in our words.

Requests: https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/errors. Bounces carry the
enhanced status codes of RFC 3463 and its IANA registry, of which we look at the last two parts: what is meant is the
same whether the first says permanent (5) or transient (4).
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from broadcaster.providers.errors import KeyRefused, OutcomeUnknown, ProviderError, Throttled
from broadcaster.providers.reasons import Explanation, Kind, Reason
from broadcaster.providers.waiting import retry_after

#: by the last two parts of the enhanced status code
BOUNCES: Mapping[str, Reason] = {
    "1.0": Reason.INVALID_ADDRESS,
    "1.1": Reason.MAILBOX_MISSING,
    "1.2": Reason.INVALID_ADDRESS,  # no such domain
    "1.3": Reason.INVALID_ADDRESS,
    "1.4": Reason.INVALID_ADDRESS,
    "1.6": Reason.MAILBOX_MISSING,  # moved
    "1.7": Reason.UNREGISTERED_SENDER,
    "1.8": Reason.UNREGISTERED_SENDER,
    "1.10": Reason.INVALID_ADDRESS,  # the domain takes no mail (RFC 7505)
    "2.1": Reason.MAILBOX_MISSING,  # disabled
    "2.2": Reason.MAILBOX_BLOCKED,  # full
    "2.3": Reason.CONTENT_REFUSED,  # too long
    "3.4": Reason.CONTENT_REFUSED,  # too big
    "4.4": Reason.INVALID_ADDRESS,  # the domain has no mail server
    "4.7": Reason.EXPIRED,
    "6.0": Reason.CONTENT_REFUSED,
    "7.1": Reason.MAILBOX_BLOCKED,
    "7.20": Reason.UNREGISTERED_SENDER,  # 7.20 to 7.27: DKIM, SPF or DMARC of our domain
    "7.21": Reason.UNREGISTERED_SENDER,
    "7.22": Reason.UNREGISTERED_SENDER,
    "7.23": Reason.UNREGISTERED_SENDER,
    "7.24": Reason.UNREGISTERED_SENDER,
    "7.25": Reason.UNREGISTERED_SENDER,
    "7.26": Reason.UNREGISTERED_SENDER,
    "7.27": Reason.UNREGISTERED_SENDER,
}

#: SendGrid's own sorting of bounces, for those without a status code
CLASSES: Mapping[str, Reason] = {"Invalid Address": Reason.MAILBOX_MISSING, "Content": Reason.CONTENT_REFUSED}

#: the `reason` of a `dropped` event: SendGrid never tried
DROPS: Mapping[str, Reason] = {
    "Bounced Address": Reason.SUPPRESSED,
    "Spam Reporting Address": Reason.COMPLAINT,
    "Unsubscribed Address": Reason.OPTED_OUT,
    "Invalid": Reason.INVALID_ADDRESS,
    "Invalid SMTPAPI header": Reason.CONTENT_REFUSED,
    "Spam Content (if spam checker app enabled)": Reason.CONTENT_REFUSED,
    "Spam Content": Reason.CONTENT_REFUSED,
    "Recipient List over Package Quota": Reason.ACCOUNT_LIMITED,
}

#: sentences for codes whose cause is narrower than their reason says
WORDS: Mapping[str, Explanation] = {
    "2.2": Explanation(Kind.CARRIER, "The mailbox is full.", "Reach the family by text or phone."),
    "1.2": Explanation(Kind.ADDRESS, "There is no such mail domain.", "Ask the family for the right address."),
    "7.26": Explanation(
        Kind.ACCOUNT,
        "The mail service could not tell that the mail is really ours.",
        "Tell IT: check SPF, DKIM and DMARC.",
    ),
}

_STATUS = re.compile(r"\b[245]\.(\d{1,3}\.\d{1,3})\b")
_RECIPIENT = re.compile(r"personalizations[.\[](\d+)")


@dataclass(frozen=True, slots=True)
class Faults:
    """SendGrid refused a request as a whole (400, 413). `named` are the places of the messages it blames, with why.

    `everywhere` is set when what it blames is the same for all messages.
    """

    code: str
    named: Mapping[int, Reason] = field(default_factory=dict)
    everywhere: bool = False


def detail(status: str) -> str:
    """The last two parts of an enhanced status code found in a text; empty where there is none."""
    found = _STATUS.search(status)
    return found[1] if found else ""


def bounce_reason(event: Mapping[str, Any]) -> Reason:
    """Why a mail came back. What gives no clear cause counts as a mail service that refused it."""
    if event.get("type") == "blocked":
        return Reason.MAILBOX_BLOCKED
    number = detail(str(event.get("status", ""))) or detail(str(event.get("reason", "")))
    by_class = CLASSES.get(str(event.get("bounce_classification", "")), Reason.MAILBOX_BLOCKED)
    return BOUNCES.get(number, by_class)


def drop_reason(event: Mapping[str, Any]) -> Reason:
    """Why SendGrid never tried."""
    return DROPS.get(str(event.get("reason", "")), Reason.OTHER)


def refusal(status: int, body: bytes, headers: Mapping[str, str]) -> ProviderError | Faults:
    """What an answer that is no 202 means for the messages of a request."""
    errors = list(_errors(body))
    if status == 429:
        return Throttled(retry_after(headers), "429")
    if status == 413:
        return Faults("413")
    if status == 400:
        return _faults(errors)
    if status == 401 and any("credit" in message.lower() for _, message in errors):
        return KeyRefused("The SendGrid account has used up its messages: see the SendGrid console.")
    if status == 401:
        return KeyRefused("SendGrid refused the key: check SENDGRID_API_KEY.")
    if status == 403:
        return KeyRefused(
            "SendGrid does not let this key send from this address: check SENDGRID_API_KEY and the email senders "
            "in config/district.toml."
        )
    if 400 <= status < 500 and status != 408:
        return KeyRefused(f"No answer of SendGrid's (HTTP {status}): check SENDGRID_BASE_URL.")
    return OutcomeUnknown(f"HTTP {status}")


def _faults(errors: list[tuple[str, str]]) -> ProviderError | Faults:
    named: dict[int, Reason] = {}
    everywhere = False
    for where, _ in errors:
        place = _RECIPIENT.match(where)
        if where.partition(".")[0] in ("from", "reply_to"):
            return KeyRefused("SendGrid refused the sender's address: check the email senders in config/district.toml.")
        if place:
            named[int(place[1])] = Reason.INVALID_ADDRESS if ".to" in where else Reason.CONTENT_REFUSED
        elif where and not where.startswith("personalizations"):
            everywhere = True
    return Faults("400", named, everywhere)


def _errors(body: bytes) -> Iterator[tuple[str, str]]:
    """Field and message of each error that the answer lists."""
    try:
        listed = json.loads(body)["errors"]
    except (ValueError, KeyError, TypeError):
        return
    for error in listed if isinstance(listed, list) else []:
        if isinstance(error, dict):
            yield str(error.get("field") or ""), str(error.get("message") or "")
