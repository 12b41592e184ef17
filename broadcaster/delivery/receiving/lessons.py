"""What messages that did not arrive teach the roster: addresses that are dead, and wishes to stop (decision 021)."""

from collections.abc import Sequence
from enum import Enum

from broadcaster.delivery import sql
from broadcaster.delivery.outcomes import Change
from broadcaster.kinds import Channel, Purpose
from broadcaster.providers.reasons import Reason
from broadcaster.roster import consent
from broadcaster.roster.consent import CARRIER_STOP, Choice, Dead
from broadcaster.roster.models import ConsentState

#: why an address is dead, as its suppression says
_DEAD: dict[tuple[Channel, str], str] = {
    (Channel.SMS, Reason.INVALID_NUMBER): "invalid number",
    (Channel.SMS, Reason.NOT_A_MOBILE): "landline",
    (Channel.SMS, Reason.OPTED_OUT): CARRIER_STOP,
    (Channel.EMAIL, Reason.INVALID_ADDRESS): "invalid address",
    (Channel.EMAIL, Reason.MAILBOX_MISSING): "bounced",
    (Channel.EMAIL, Reason.SUPPRESSED): "bounced",
}
#: what a family says through its mailbox: no more of this
WISHES = frozenset({Reason.OPTED_OUT, Reason.COMPLAINT})
#: of a phone that was said to be unknown, another message has to fail the same way: it may have been off, or moved
_NOT_AT_ONCE = frozenset({Reason.INVALID_NUMBER, Reason.NOT_A_MOBILE})
_TELLING = frozenset(reason for _, reason in _DEAD) | WISHES


class Told(Enum):
    """Who said that a message did not arrive: the vendor when it was handed over, or a receipt later."""

    AT_ONCE = "at once"
    BY_RECEIPT = "by receipt"


def learn(failures: Sequence[Change], told: Told) -> None:
    """Suppress the dead addresses among these, and keep wishes to stop. Only what the ledger now says counts, and a
    drill teaches nothing.

    Call it inside the transaction that wrote the changes, after all else that it writes: every writer then locks in one
    order.
    """
    telling = {c.delivery_id: c for c in failures if c.reason in _TELLING}
    dead: list[Dead] = []
    choices: list[Choice] = []
    for delivery_id, name, address, reason, failed_before in _failures(list(telling)):
        channel, at = Channel(name), telling[delivery_id].at
        if channel is Channel.EMAIL and reason in WISHES:
            choices.append(_nothing_general(channel, address, at))
        elif reason not in _NOT_AT_ONCE or told is Told.AT_ONCE or failed_before:
            dead.append(Dead(channel, address, _DEAD.get((channel, reason), reason), at))
    consent.record_all(choices)
    consent.suppress_all(dead)


def honour(wishes: Sequence[tuple[int, float]]) -> None:
    """A family unsubscribed at the vendor, or called our mail spam: no general mail to that address any more, and
    nothing else changes. `wishes` are delivery ids with the instant of each.
    """
    at = dict(wishes)
    consent.record_all(
        _nothing_general(Channel(name), address, at[delivery_id])
        for delivery_id, name, address, *_ in _real(list(at), "TRUE")
    )


def _nothing_general(channel: Channel, address: str, at: float) -> Choice:
    return Choice(channel, address, Purpose.GENERAL, ConsentState.OPTED_OUT, "mail vendor", at)


def _failures(delivery_ids: Sequence[int]) -> list[tuple[int, str, str, str, bool]]:
    return _real(delivery_ids, "d.status IN ('failed', 'undelivered')")


def _real(delivery_ids: Sequence[int], where: str) -> list[tuple[int, str, str, str, bool]]:
    """Deliveries that were no drill: id, channel, address, reason, and whether an earlier message failed there too."""
    if not delivery_ids:
        return []
    return sql.rows(
        f"""SELECT d.id, d.channel, d.address, d.reason, COALESCE(NOT l.arrived, FALSE)
            FROM delivery_delivery d JOIN broadcasts_broadcast b ON b.id = d.broadcast_id
            LEFT JOIN delivery_lastoutcome l ON l.channel = d.channel AND l.address = d.address
            WHERE d.id IN ({sql.marks(delivery_ids)}) AND NOT b.drill AND {where}""",
        delivery_ids,
    )
