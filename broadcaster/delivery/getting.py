"""Who got a broadcast, as a term of an audience: `broadcast:17`; and of them whose family has not said that they read
it: `unanswered:17`. Whoever left since is meant too.

That is everybody to whom a message of it went, or may still go. A guardian who is no longer tied to the child, or may
no longer be written to about it, is not written to again.
"""

from broadcaster import audiences
from broadcaster.audiences import AudienceError, Condition
from broadcaster.broadcasts.models import Broadcast
from broadcaster.delivery.status import DeliveryStatus

#: a delivery that ended so never reached anybody, and never will
_WENT_NOWHERE = ", ".join(
    f"'{status.value}'" for status in (DeliveryStatus.FAILED, DeliveryStatus.SUPPRESSED, DeliveryStatus.CANCELLED)
)
_CONTACTS = f"""
    SELECT d.contact_id FROM delivery_delivery d WHERE d.broadcast_id = %s AND d.status NOT IN ({_WENT_NOWHERE})
    UNION
    SELECT h.contact_id FROM delivery_shareddelivery h JOIN delivery_delivery d ON d.id = h.delivery_id
    WHERE h.broadcast_id = %s AND d.status NOT IN ({_WENT_NOWHERE})"""
_GOT = f"""
    (COALESCE(student_id, 0), COALESCE(contact_id, 0)) IN (
        SELECT COALESCE(m.student_id, 0), m.contact_id FROM delivery_member m
        WHERE m.broadcast_id = %s AND m.allowed AND m.contact_id IN ({_CONTACTS}))"""

_SILENT = """
    (family_id IS NULL OR family_id NOT IN (
        SELECT k.family_id FROM delivery_acknowledgement k WHERE k.broadcast_id = %s AND k.family_id IS NOT NULL))
    AND contact_id NOT IN (SELECT k.contact_id FROM delivery_acknowledgement k WHERE k.broadcast_id = %s)"""


def register() -> None:
    """Make the two terms known to audiences."""
    audiences.register("broadcast", _got, beyond=True)
    audiences.register("unanswered", _unanswered, beyond=True)


def got(broadcast_id: int) -> Condition:
    """The rows of people whom a message of the broadcast went to, here or not."""
    return Condition(_GOT, (broadcast_id,) * 3)


def broadcast_of(term: str, value: str | None) -> int:
    """The broadcast that a term names by its number. Raises AudienceError."""
    number = (value or "").strip()
    if not (number.isascii() and number.isdecimal() and len(number) <= 18):
        raise AudienceError(
            f"audience term {term!r} needs a broadcast's number, for example {term}:17, found {value!r}"
        )
    if not Broadcast.objects.filter(pk=int(number), approved_at__isnull=False).exists():
        raise AudienceError(f"audience term {term}:{number}: no broadcast of that number was approved")
    return int(number)


def _got(value: str | None) -> Condition:
    return got(broadcast_of("broadcast", value))


def _unanswered(value: str | None) -> Condition:
    broadcast_id = broadcast_of("unanswered", value)
    if not Broadcast.objects.filter(pk=broadcast_id, acknowledge=True).exists():
        raise AudienceError(f"audience term unanswered:{broadcast_id}: that broadcast asked nobody to answer")
    everyone = got(broadcast_id)
    return Condition(f"({everyone.sql} AND {_SILENT})", (*everyone.params, broadcast_id, broadcast_id))
