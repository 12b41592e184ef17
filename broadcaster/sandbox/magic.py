"""Fixed magic addresses: each makes the sandbox answer with one vendor error, every time, in any area code.

Texts: the last two digits of a fictional number +1 NPA 555 01xx decide. Endings that are not in `TEXT_FAULTS` are
delivered, and so is every number outside the fictional block. 0100 (a district's phone) and 0199 (its sender) are
never magic.

    0180  21211  invalid number                 0188  30004  blocked by the recipient or carrier
    0181  21408  region not enabled             0189  30005  unknown handset
    0182  21610  recipient opted out            0190  30006  landline or unreachable carrier
    0183  21611  sender's queue full (429), on  0191  30007  filtered by the carrier
                 the first two tries alone      0192  30008  unknown error
    0184  21612  no route                       0193  30032  unverified toll-free sender
    0185  21614  not a mobile                   0194  30034  unregistered 10DLC sender
    0186  21635  landline                       0195  30036  validity period expired
    0187  30003  unreachable handset            0196         stays `sent`: the carrier never confirms

0180 to 0186 are refused at the request; 0187 to 0195 are accepted, and fail in a later status callback.
Codes and wording: Twilio, "Error and Warning Dictionary".

Mail: the first word of the local part decides, up to a dot: `bounce.anna@example.org`. See `MAIL_FATES`.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

_FICTIONAL = re.compile(r"\+1\d{3}55501(\d\d)")


@dataclass(frozen=True, slots=True)
class TextFault:
    """What happens to a text to a magic number.

    `http_status` is that of the refusal, or None where the text is accepted and ends as `final` later. `tries` says how
    many requests per number are refused before one is accepted; None means all. `code` None: accepted, never confirmed.
    `message` may name `{to}` and `{sender}`.
    """

    code: int | None
    message: str
    http_status: int | None = None
    tries: int | None = None
    final: str = "undelivered"


TEXT_FAULTS: dict[str, TextFault] = {
    "80": TextFault(21211, "Invalid 'To' Phone Number: {to}", 400),
    "81": TextFault(21408, "Permission to send an SMS has not been enabled for the region of 'To': {to}", 400),
    "82": TextFault(21610, "Attempt to send to unsubscribed recipient", 400),
    "83": TextFault(21611, "This 'From' number has exceeded the maximum number of queued messages", 429, tries=2),
    "84": TextFault(21612, "Message cannot be sent with this combination of 'To' ({to}) and 'From' ({sender})", 400),
    "85": TextFault(21614, "'To' number is not a valid mobile number: {to}", 400),
    "86": TextFault(21635, "'To' phone number cannot be a landline: {to}", 400),
    "87": TextFault(30003, "Unreachable destination handset"),
    "88": TextFault(30004, "Message blocked"),
    "89": TextFault(30005, "Unknown destination handset"),
    "90": TextFault(30006, "Landline or unreachable carrier"),
    "91": TextFault(30007, "Message filtered"),
    "92": TextFault(30008, "Unknown error"),
    "93": TextFault(30032, "Toll-Free Number Has Not Been Verified"),
    "94": TextFault(30034, "US A2P 10DLC - Message from an Unregistered Number"),
    "95": TextFault(30036, "Validity Period Expired", final="failed"),  # it never left the vendor's queue
    "96": TextFault(None, "The carrier gives no delivery receipt", final="sent"),
}

#: last four digits that a made-up family can use without meeting a fault
PLAIN_ENDINGS: tuple[str, ...] = tuple(f"01{n:02}" for n in range(1, 99) if f"{n:02}" not in TEXT_FAULTS)


def text_fault(number: str) -> TextFault | None:
    """The fault of an E.164 number, or None where a text to it is delivered."""
    found = _FICTIONAL.fullmatch(number)
    return TEXT_FAULTS.get(found[1]) if found else None


class MailFate(StrEnum):
    """What becomes of a mail to a magic address; the value is the first word of the local part."""

    BOUNCE = "bounce"
    BLOCKED = "blocked"
    DROPPED = "dropped"
    INVALID = "invalid"
    DEFERRED = "deferred"
    SPAM = "spam"
    UNSUBSCRIBE = "unsubscribe"


#: What the vendor does. Events and reasons: SendGrid, "Event Webhook Reference".
MAIL_FATES: dict[MailFate, str] = {
    MailFate.BOUNCE: "processed, then a bounce: 550 5.1.1, no such mailbox",
    MailFate.BLOCKED: "processed, then a bounce of type blocked: the mail service refuses it",
    MailFate.DROPPED: "dropped: the address bounced before, so the vendor does not try",
    MailFate.INVALID: "the request is refused (400); errors[].field names personalizations.N.to.0.email",
    MailFate.DEFERRED: "processed, deferred twice, then delivered",
    MailFate.SPAM: "delivered, then reported as spam",
    MailFate.UNSUBSCRIBE: "delivered, then unsubscribed through the vendor's link",
}


def mail_fate(address: str) -> MailFate | None:
    """The fate of a magic mail address, or None where a mail to it is delivered."""
    word, dot, _ = address.partition("@")[0].lower().partition(".")
    return _FATES_BY_WORD.get(word) if dot else None


_FATES_BY_WORD = {fate.value: fate for fate in MailFate}
