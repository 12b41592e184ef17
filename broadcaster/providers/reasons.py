"""Why a message did not arrive, in our own words. Every vendor's error table ends in one of these."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Whose side a failure is on, so that staff know who can mend it."""

    ADDRESS = "wrong address"
    OPTED_OUT = "opted out"
    CARRIER = "carrier or mailbox"
    ACCOUNT = "our account"
    TEMPORARY = "temporary"

    @property
    def side(self) -> str:
        """Who can do something about it, as reports say it."""
        return _SIDES[self]


_SIDES = {
    Kind.ADDRESS: "the family's side",
    Kind.OPTED_OUT: "the family's side",
    Kind.CARRIER: "between us and the family",
    Kind.ACCOUNT: "our side",
    Kind.TEMPORARY: "nobody's: it may pass",
}


class Reason(StrEnum):
    """Vendor-neutral cause of a failed, undelivered or suppressed delivery, as the ledger stores it."""

    INVALID_NUMBER = "invalid number"
    NOT_A_MOBILE = "not a mobile"
    OPTED_OUT = "opted out"
    HANDSET_UNREACHABLE = "handset unreachable"
    BLOCKED_BY_CARRIER = "blocked by carrier"
    FILTERED = "filtered as spam"
    NO_ROUTE = "no route"
    UNREGISTERED_SENDER = "unregistered sender"
    ACCOUNT_LIMITED = "account limited"
    QUEUE_FULL = "queue full"
    INVALID_ADDRESS = "invalid address"
    MAILBOX_MISSING = "mailbox does not exist"
    MAILBOX_BLOCKED = "mailbox refused it"
    MAILBOX_FULL = "mailbox full"
    UNAVAILABLE = "mail service unavailable"
    SUPPRESSED = "suppressed"
    COMPLAINT = "reported as spam"
    EXPIRED = "expired"
    CONTENT_REFUSED = "content refused"
    CANCELLED = "cancelled"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Explanation:
    """One sentence for staff: what happened; and what to do about it."""

    kind: Kind
    happened: str
    do: str


EXPLANATIONS: dict[Reason, Explanation] = {
    Reason.INVALID_NUMBER: Explanation(
        Kind.ADDRESS, "The phone number does not exist.", "Ask the family for the right one."
    ),
    Reason.NOT_A_MOBILE: Explanation(
        Kind.ADDRESS, "The number is a landline and can't get texts.", "Ask for a mobile number, or call."
    ),
    Reason.OPTED_OUT: Explanation(
        Kind.OPTED_OUT,
        "The family asked us to stop writing there.",
        "Call if it matters; they can text START to come back.",
    ),
    Reason.HANDSET_UNREACHABLE: Explanation(
        Kind.CARRIER, "The phone was off or out of reach.", "Call, or try again later."
    ),
    Reason.BLOCKED_BY_CARRIER: Explanation(
        Kind.CARRIER, "The phone company blocked the text.", "Reach the family by email or phone."
    ),
    Reason.FILTERED: Explanation(
        Kind.CARRIER, "The phone company took the text for spam.", "Check the wording and the sender's registration."
    ),
    Reason.NO_ROUTE: Explanation(
        Kind.CARRIER, "No phone company carries texts to this number.", "Check the number, or call."
    ),
    Reason.UNREGISTERED_SENDER: Explanation(
        Kind.ACCOUNT, "Our sending number is not registered.", "Tell IT: register the number with the vendor."
    ),
    Reason.ACCOUNT_LIMITED: Explanation(
        Kind.ACCOUNT, "Our account with the vendor may not send this.", "Tell IT: look at the vendor's console."
    ),
    Reason.QUEUE_FULL: Explanation(
        Kind.TEMPORARY, "Our sending number had too much waiting.", "Send again later, or add a sending number."
    ),
    Reason.INVALID_ADDRESS: Explanation(
        Kind.ADDRESS, "The email address is not a real one.", "Ask the family for the right one."
    ),
    Reason.MAILBOX_MISSING: Explanation(
        Kind.ADDRESS, "There is no such mailbox.", "Ask the family for the right address."
    ),
    Reason.MAILBOX_BLOCKED: Explanation(
        Kind.CARRIER, "The mail service refused the message.", "Reach the family by text or phone."
    ),
    Reason.MAILBOX_FULL: Explanation(Kind.CARRIER, "The mailbox is full.", "Reach the family by text or phone."),
    Reason.UNAVAILABLE: Explanation(
        Kind.TEMPORARY, "The family's mail service could not take mail.", "Send again later, or use text or phone."
    ),
    Reason.SUPPRESSED: Explanation(
        Kind.ADDRESS, "The address failed before, so we no longer write there.", "Ask the family for a new one."
    ),
    Reason.COMPLAINT: Explanation(Kind.OPTED_OUT, "The family marked our mail as spam.", "Call if it matters."),
    Reason.EXPIRED: Explanation(
        Kind.TEMPORARY, "It could not be sent while it still mattered.", "Send again if it still does."
    ),
    Reason.CONTENT_REFUSED: Explanation(
        Kind.ACCOUNT, "The vendor refused the wording.", "Tell IT, with the broadcast's number."
    ),
    Reason.CANCELLED: Explanation(
        Kind.TEMPORARY, "It was cancelled before it went out.", "Nothing, unless it should still go."
    ),
    Reason.OTHER: Explanation(Kind.TEMPORARY, "The vendor gave no clear cause.", "Call, or try again later."),
}
