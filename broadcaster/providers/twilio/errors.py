"""Twilio's error codes in our words (https://www.twilio.com/docs/api/errors), for refused requests and for receipts.

Codes are looked up before the HTTP status: Twilio moves conditions between statuses, but keeps their codes.
"""

import json
from collections.abc import Mapping

from broadcaster.kinds import Channel
from broadcaster.providers.errors import KeyRefused, OutcomeUnknown, ProviderError, Rejected, Throttled
from broadcaster.providers.reasons import Explanation, Kind, Reason
from broadcaster.providers.waiting import retry_after

CHANNEL = Channel.SMS

#: why a message was refused when we sent it, or failed later (the same code can come either way)
REASONS: Mapping[str, Reason] = {
    "21201": Reason.INVALID_NUMBER,  # no number at all
    "21211": Reason.INVALID_NUMBER,
    "21214": Reason.NO_ROUTE,
    "21217": Reason.INVALID_NUMBER,
    "21265": Reason.INVALID_NUMBER,  # a short code
    "21266": Reason.INVALID_NUMBER,  # the sender's own number
    "21219": Reason.ACCOUNT_LIMITED,  # a trial account, and a number nobody verified
    "21268": Reason.NO_ROUTE,  # an information service, which costs who calls it
    "21408": Reason.NO_ROUTE,
    "21421": Reason.INVALID_NUMBER,
    "21601": Reason.NOT_A_MOBILE,
    "21602": Reason.CONTENT_REFUSED,  # no body
    "21604": Reason.INVALID_NUMBER,
    "21605": Reason.CONTENT_REFUSED,
    "21608": Reason.ACCOUNT_LIMITED,
    "21610": Reason.OPTED_OUT,
    "21612": Reason.NO_ROUTE,
    "21614": Reason.NOT_A_MOBILE,
    "21617": Reason.CONTENT_REFUSED,  # over 1600 characters
    "21618": Reason.CONTENT_REFUSED,
    "21619": Reason.CONTENT_REFUSED,
    "21620": Reason.CONTENT_REFUSED,  # media, of which we send none
    "21623": Reason.CONTENT_REFUSED,
    "21624": Reason.CONTENT_REFUSED,  # how long it matters
    "21635": Reason.NOT_A_MOBILE,
    "30001": Reason.QUEUE_FULL,
    "30002": Reason.ACCOUNT_LIMITED,
    "30003": Reason.HANDSET_UNREACHABLE,
    "30004": Reason.BLOCKED_BY_CARRIER,
    "30005": Reason.INVALID_NUMBER,
    "30006": Reason.NOT_A_MOBILE,
    "30007": Reason.FILTERED,
    "30008": Reason.OTHER,
    "30009": Reason.OTHER,
    "30010": Reason.ACCOUNT_LIMITED,  # dearer than the account's own limit
    "30011": Reason.NO_ROUTE,
    "30012": Reason.EXPIRED,
    "30017": Reason.HANDSET_UNREACHABLE,  # carrier network congested
    "30018": Reason.UNREGISTERED_SENDER,
    "30019": Reason.CONTENT_REFUSED,
    "30020": Reason.OTHER,
    "30021": Reason.OTHER,
    "30022": Reason.QUEUE_FULL,
    "30023": Reason.QUEUE_FULL,
    "30024": Reason.UNREGISTERED_SENDER,
    "30027": Reason.QUEUE_FULL,
    "30032": Reason.UNREGISTERED_SENDER,
    "30033": Reason.UNREGISTERED_SENDER,
    "30034": Reason.UNREGISTERED_SENDER,
    "30035": Reason.UNREGISTERED_SENDER,
    "30036": Reason.EXPIRED,
    "30037": Reason.ACCOUNT_LIMITED,  # sending is switched off
    "30038": Reason.FILTERED,
    "30039": Reason.FILTERED,
    "30040": Reason.UNREGISTERED_SENDER,
    "30041": Reason.UNREGISTERED_SENDER,
    "30044": Reason.ACCOUNT_LIMITED,  # too long for a trial account
    "30410": Reason.OTHER,  # a carrier timed out
    "30450": Reason.FILTERED,
    "30453": Reason.FILTERED,
}

#: not processed because too much is waiting: the sender's queue, the request rate, the account's daily limit
THROTTLES = frozenset({"20429", "14107", "21611", "63038"})

_KEY = "Twilio refused the key: check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN."
_SUSPENDED = "The Twilio account is suspended or not active: see the Twilio console."
_SENDER = "Twilio does not let us send from this number: check the SMS senders in config/district.toml."
_CALLBACK = "Twilio can't use our address for receipts: check PUBLIC_BASE_URL."

#: nothing is wrong with the message: every one would be refused like this
REFUSALS: Mapping[str, str] = {
    "20003": _KEY,
    "20005": _SUSPENDED,
    "20006": _KEY,
    "20008": "This Twilio key is for tests only: set the live TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.",
    "20403": _KEY,
    "10001": _SUSPENDED,
    "21212": _SENDER,
    "21603": _SENDER,
    "21606": _SENDER,
    "21609": _CALLBACK,
    "21659": _SENDER,
    "21660": _SENDER,
    "21661": _SENDER,
}

#: sentences for codes whose cause is narrower than their reason says
WORDS: Mapping[str, Explanation] = {
    "21408": Explanation(
        Kind.ACCOUNT, "Texts to that country are not switched on.", "Tell IT: enable it at Twilio, or call."
    ),
    "21608": Explanation(
        Kind.ACCOUNT,
        "A trial account may only text numbers that were verified.",
        "Tell IT: upgrade the Twilio account.",
    ),
    "21610": Explanation(
        Kind.OPTED_OUT,
        "The family texted STOP, so the phone company blocks all our texts to them, emergencies too.",
        "Reach them by email or phone; they can text START to come back.",
    ),
    "30004": Explanation(
        Kind.CARRIER, "The phone company or the phone itself blocks our texts.", "Reach the family by email or phone."
    ),
    "30023": Explanation(
        Kind.ACCOUNT, "Our day's share of texts at that phone company is used up.", "Send again tomorrow, or call."
    ),
    "30027": Explanation(
        Kind.ACCOUNT, "Our day's share of texts at that phone company is used up.", "Send again tomorrow, or call."
    ),
    "30032": Explanation(Kind.ACCOUNT, "Our toll-free number is not verified.", "Tell IT: verify it at Twilio."),
    "30033": Explanation(
        Kind.ACCOUNT, "The registration of our number was suspended.", "Tell IT: see the campaign at Twilio."
    ),
    "30036": Explanation(
        Kind.TEMPORARY, "It waited at the vendor longer than it mattered.", "Send again if it still does."
    ),
}


def reason_for(code: str) -> Reason:
    """Our word for a code; OTHER for one that we do not know."""
    return REASONS.get(code, Reason.OTHER)


def refusal(method: str, status: int, body: str, headers: Mapping[str, str]) -> ProviderError:
    """What an answer that is no success means for the message (or for the question, where `method` is GET)."""
    code = _code(body)
    if status == 429 or code in THROTTLES:
        return Throttled(retry_after(headers), code or str(status))
    if code in REFUSALS:
        return KeyRefused(REFUSALS[code])
    if code in REASONS:
        return Rejected(REASONS[code], code)
    if status in (401, 403):
        return KeyRefused(_KEY)
    if status == 404:
        if method == "GET":
            return Rejected(Reason.OTHER, code or "404")
        return KeyRefused("Twilio knows no such account: check TWILIO_ACCOUNT_SID.")
    if 400 <= status < 500 and status != 408:
        # without a code it was not Twilio that answered, so nothing is known against the message
        if not code:
            return KeyRefused(f"No answer of Twilio's (HTTP {status}): check TWILIO_BASE_URL.")
        return Rejected(Reason.OTHER, code)
    return OutcomeUnknown(f"HTTP {status}")


def _code(body: str) -> str:
    try:
        answer = json.loads(body)
    except ValueError:
        return ""
    code = answer.get("code") if isinstance(answer, dict) else None
    return str(code) if isinstance(code, int | str) else ""
