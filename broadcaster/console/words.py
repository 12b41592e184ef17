"""What the ledger's own words are called on the screens, in the reader's language."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.kinds import Channel, Purpose
from broadcaster.people.roles import Role
from broadcaster.templating.template import TranslationStatus

_B, _D = BroadcastStatus, DeliveryStatus

#: a state's word and its mark, by the ledger's value
STATES: dict[str, tuple[Any, str]] = {
    _B.DRAFT: (_("draft"), "off"),
    _B.IN_REVIEW: (_("waits for approval"), "wait"),
    _B.APPROVED: (_("approved"), "wait"),
    _B.SENDING: (_("going out"), "wait"),
    _B.PAUSED: (_("paused"), "bad"),
    _B.COMPLETED: (_("completed"), "good"),
    _B.CANCELLED: (_("cancelled"), "off"),
    _D.QUEUED: (_("not sent yet"), "wait"),
    _D.SENT: (_("sent, not confirmed"), "wait"),
    _D.DELIVERED: (_("delivered"), "good"),
    _D.UNDELIVERED: (_("not delivered"), "bad"),
    _D.FAILED: (_("failed"), "bad"),
    _D.UNKNOWN: (_("not known"), "bad"),
    _D.SUPPRESSED: (_("suppressed"), "off"),
}

#: what somebody is here, and what they may do, in a line
ROLES: dict[str, tuple[Any, Any]] = {
    Role.COMMUNICATIONS: (_("District communications"), _("writes, approves and sends everywhere")),
    Role.OFFICE: (_("School office"), _("writes and sends to the families of one school")),
    Role.ADMINISTRATOR: (_("Administrator"), _("looks after people, settings and reports; sends drills only")),
    Role.VIEWER: (_("Viewer"), _("reads the reports of one school")),
}

CHANNELS: dict[str, Any] = {Channel.SMS: _("text"), Channel.EMAIL: _("email")}

#: as one picks them
CHANNELS_HOW: dict[str, Any] = {Channel.SMS: _("Text message"), Channel.EMAIL: _("Email")}

#: what an audit entry or a difference is about
CONTENT: dict[str, Any] = {
    "audience": _("Audience"),
    "channels": _("Channels"),
    "due_at": _("Time"),
    "drill": _("Drill"),
    "families": _("Families"),
    "students": _("Students"),
    "contacts": _("People"),
    "email": _("Email addresses"),
    "sms": _("Phones"),
    "unreachable": _("Families out of reach"),
    "subject": _("Subject"),
    "email_text": _("Email"),
}

#: why a language's own words do not go out
WHY_NOT: dict[str, Any] = {
    "missing": _("there are none"),
    "outdated": _("the English was changed for this broadcast"),
    "stale": _("the English has changed since they were translated"),
    "unreviewed": _("nobody has reviewed them"),
}

PURPOSES: dict[str, Any] = {
    Purpose.EMERGENCY: _("emergency"),
    Purpose.ATTENDANCE: _("attendance"),
    Purpose.GENERAL: _("general"),
}

#: how far a translation may be trusted, and the mark of it
TRANSLATIONS: dict[str, tuple[Any, str]] = {
    TranslationStatus.REVIEWED: (_("reviewed"), "good"),
    TranslationStatus.MACHINE: (_("by machine"), "wait"),
    TranslationStatus.DRAFT: (_("draft"), "wait"),
    "stale": (_("stale"), "bad"),
    "missing": (_("missing"), "off"),
}

#: why nothing goes to an address, by the cause that is kept with it
CAUSES: dict[str, Any] = {
    "carrier stop": _("texted STOP: the carrier blocks us"),
    "bounced": _("mail came back"),
    "invalid number": _("there is no such number"),
    "invalid address": _("there is no such mailbox"),
    "landline": _("a landline: no text arrives"),
}
