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
from broadcaster.providers.reasons import EXPLANATIONS, Explanation, Kind, Reason
from broadcaster.providers.waiting import retry_after

#: by the last two parts of the enhanced status code: all that IANA's registry had in November 2026
BOUNCES: Mapping[str, Reason] = {
    # the address
    "1.0": Reason.INVALID_ADDRESS,
    "1.1": Reason.MAILBOX_MISSING,
    "1.2": Reason.INVALID_ADDRESS,  # no such domain
    "1.3": Reason.INVALID_ADDRESS,
    "1.4": Reason.INVALID_ADDRESS,  # of more than one mailbox
    "1.5": Reason.OTHER,  # says that it is valid
    "1.6": Reason.MAILBOX_MISSING,  # moved
    "1.7": Reason.UNREGISTERED_SENDER,
    "1.8": Reason.UNREGISTERED_SENDER,
    "1.9": Reason.UNAVAILABLE,  # handed on to a service that tells nothing back
    "1.10": Reason.INVALID_ADDRESS,  # the domain takes no mail (RFC 7505)
    # the mailbox
    "2.0": Reason.MAILBOX_BLOCKED,
    "2.1": Reason.MAILBOX_MISSING,  # disabled
    "2.2": Reason.MAILBOX_FULL,
    "2.3": Reason.CONTENT_REFUSED,  # too long
    "2.4": Reason.MAILBOX_BLOCKED,  # a list that could not be expanded
    # the mail service
    "3.0": Reason.UNAVAILABLE,
    "3.1": Reason.UNAVAILABLE,  # its disk is full
    "3.2": Reason.UNAVAILABLE,
    "3.3": Reason.UNAVAILABLE,
    "3.4": Reason.CONTENT_REFUSED,  # too big
    "3.5": Reason.UNAVAILABLE,
    "3.6": Reason.UNAVAILABLE,
    # the way to it
    "4.0": Reason.UNAVAILABLE,
    "4.1": Reason.UNAVAILABLE,
    "4.2": Reason.UNAVAILABLE,
    "4.3": Reason.UNAVAILABLE,
    "4.4": Reason.INVALID_ADDRESS,  # the domain has no mail server
    "4.5": Reason.UNAVAILABLE,
    "4.6": Reason.UNAVAILABLE,
    "4.7": Reason.EXPIRED,
    # how the two services spoke with each other
    **dict.fromkeys(("5.0", "5.1", "5.2", "5.3", "5.4", "5.5", "5.6"), Reason.UNAVAILABLE),
    # what the mail is made of
    **dict.fromkeys(("6.0", "6.1", "6.2", "6.3", "6.4", "6.5", "6.6", "6.8", "6.9", "6.10"), Reason.CONTENT_REFUSED),
    "6.7": Reason.INVALID_ADDRESS,  # letters that its service does not take
    # what it is allowed
    "7.0": Reason.MAILBOX_BLOCKED,
    "7.1": Reason.MAILBOX_BLOCKED,
    "7.2": Reason.MAILBOX_BLOCKED,
    **dict.fromkeys(("7.3", "7.4", "7.5", "7.6", "7.7", "7.10", "7.11", "7.30"), Reason.UNAVAILABLE),
    **dict.fromkeys(("7.8", "7.9", "7.12", "7.14"), Reason.UNAVAILABLE),
    "7.13": Reason.MAILBOX_MISSING,  # the account is disabled
    "7.15": Reason.MAILBOX_BLOCKED,
    "7.16": Reason.CONTENT_REFUSED,
    "7.17": Reason.MAILBOX_MISSING,  # somebody else has it now
    "7.18": Reason.INVALID_ADDRESS,  # somebody else has the domain now
    "7.19": Reason.UNAVAILABLE,
    # DKIM, SPF, reverse DNS or DMARC of our domain
    **dict.fromkeys((f"7.{number}" for number in range(20, 28)), Reason.UNREGISTERED_SENDER),
    "7.28": Reason.MAILBOX_BLOCKED,  # too much mail at once
    "7.29": Reason.UNREGISTERED_SENDER,
}

#: codes that are not in the table, by what their middle part is about
SUBJECTS: Mapping[str, Reason] = {
    "0": Reason.MAILBOX_BLOCKED,
    "1": Reason.MAILBOX_BLOCKED,  # of an address nobody should be cut off for a code that we do not know
    "2": Reason.MAILBOX_BLOCKED,
    "3": Reason.UNAVAILABLE,
    "4": Reason.UNAVAILABLE,
    "5": Reason.UNAVAILABLE,
    "6": Reason.CONTENT_REFUSED,
    "7": Reason.MAILBOX_BLOCKED,
}

#: by the reply code of RFC 5321, where there is no enhanced one
REPLIES: Mapping[str, Reason] = {
    "421": Reason.UNAVAILABLE,
    "450": Reason.UNAVAILABLE,
    "451": Reason.UNAVAILABLE,
    "452": Reason.UNAVAILABLE,
    "552": Reason.MAILBOX_FULL,
    "554": Reason.MAILBOX_BLOCKED,
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
    "6.7": Explanation(
        Kind.ADDRESS, "The mail service does not take letters that are in the address.", "Ask for another address."
    ),
    "7.13": Explanation(Kind.ADDRESS, "The mail account is switched off.", "Ask the family for the right address."),
    "7.17": Explanation(
        Kind.ADDRESS, "The mailbox belongs to somebody else now.", "Ask the family for the right address."
    ),
    "7.28": Explanation(
        Kind.CARRIER, "The mail service took our mail for a flood.", "Tell IT: send more slowly to that service."
    ),
    "7.26": Explanation(
        Kind.ACCOUNT,
        "The mail service could not tell that the mail is really ours.",
        "Tell IT: check SPF, DKIM and DMARC.",
    ),
}

_STATUS = re.compile(r"\b[245]\.(\d{1,3}\.\d{1,3})\b")
_REPLY = re.compile(r"\s*([245]\d\d)\b")
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
    told = _told(str(event.get("status", ""))) or _told(str(event.get("reason", "")))
    if event.get("type") == "blocked":
        # it may be taken the next time: the address is not to blame
        return Reason.MAILBOX_BLOCKED if told is None or EXPLANATIONS[told].kind is Kind.ADDRESS else told
    return told or CLASSES.get(str(event.get("bounce_classification", "")), Reason.MAILBOX_BLOCKED)


def _told(text: str) -> Reason | None:
    """What a status or a mail server's own words say; None where there is no code in them."""
    if number := detail(text):
        return BOUNCES.get(number) or SUBJECTS.get(number.partition(".")[0], Reason.MAILBOX_BLOCKED)
    reply = _REPLY.match(text)
    return REPLIES.get(reply[1]) if reply else None


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
