"""Receipts that are of none of our deliveries, as far as we know, and those that could not be applied: looked at again.

A receipt may name no delivery (an address of ours that was typed into the vendor's console), or one of an epoch that a
restore ended. Then the vendor's own id of the message tells whose it is, once the send is recorded. After the last try
it stays, and waits for a person (`unmatched`).
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace

import structlog
from django.db import InterfaceError, OperationalError, transaction

from broadcaster import clock
from broadcaster.broadcasts.models import Broadcast
from broadcaster.delivery import epoch, sql
from broadcaster.delivery.receiving import receipts as ledger
from broadcaster.kinds import Channel
from broadcaster.providers.base import Receipt
from broadcaster.providers.sendgrid import receipts as sendgrid
from broadcaster.providers.twilio import receipts as twilio
from broadcaster.webhooks.models import StoredReceipt
from broadcaster.webhooks.row import PAUSES

#: receipts looked at in one round
ROUND = 500
#: vendors know a message for so long: SendGrid tries for three days, and a receipt may be a day late (seconds)
_DAYS = 4 * 86_400.0

log = structlog.get_logger(__name__)


def retry(now: float) -> int:
    """One round: apply those whose delivery is known by now. How many were applied."""
    due = list(StoredReceipt.objects.filter(next_try_at__lte=now).order_by("next_try_at")[:ROUND])
    if not due:
        return 0
    read = [(stored, _read(stored)) for stored in due]
    by_vendor = _by_vendors_id([receipt for _, receipt in read], now)
    references = epoch.References()
    applied = 0
    for stored, receipt in read:
        known = references.resolve(receipt.ref)
        delivery_id = by_vendor.get(_vendors_id(receipt)) if known is None else known
        applied += delivery_id is not None and _apply(stored, receipt, delivery_id)
        if stored.delivery_id is None:
            _put_off(stored, now)
    return applied


def _read(stored: StoredReceipt) -> Receipt:
    raw = json.loads(stored.raw)
    if stored.channel == Channel.SMS:
        return twilio.again(raw, stored.ref or None, stored.at)
    return sendgrid.again(raw, stored.at)


#: the vendor's id of a text; of a mail, that of its request and the address in it
_Id = tuple[str, str]


def _vendors_id(receipt: Receipt) -> _Id:
    address = receipt.raw.get("email", "") if receipt.channel is Channel.EMAIL else ""
    return receipt.provider_id, str(address).casefold()


def _by_vendors_id(receipts: Iterable[Receipt], now: float) -> dict[_Id, int]:
    """The deliveries that went out by these ids. It reads those of the last days' broadcasts: the hot table has
    no index on the vendors' ids, and this is seldom asked.
    """
    ids = sorted({receipt.provider_id for receipt in receipts if receipt.provider_id})
    recent = list(Broadcast.objects.filter(started_at__gte=now - _DAYS).values_list("pk", flat=True))
    if not ids or not recent:
        return {}
    rows = sql.rows(
        f"SELECT id, channel, provider_id, address FROM delivery_delivery WHERE broadcast_id IN ({sql.marks(recent)}) "
        f"AND provider_id IN ({sql.marks(ids)})",
        [*recent, *ids],
    )
    return {
        (provider_id, address.casefold() if channel == Channel.EMAIL else ""): delivery_id
        for delivery_id, channel, provider_id, address in rows
    }


def _apply(stored: StoredReceipt, receipt: Receipt, delivery_id: int) -> bool:
    """Apply one receipt to its delivery and say so beside it, in one transaction."""
    named = replace(receipt, ref=epoch.reference(epoch.current(), delivery_id))
    try:
        with transaction.atomic():
            ledger.apply([named])
            StoredReceipt.objects.filter(pk=stored.pk).update(delivery_id=delivery_id, fault="", next_try_at=None)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 - it was kept aside for one like this, and must hold up no other
        log.warning("receipt_still_aside", receipt=stored.pk, fault=type(error).__name__)
        return False
    stored.delivery_id = delivery_id
    return True


def _put_off(stored: StoredReceipt, now: float) -> None:
    tries = stored.tries + 1
    again = now + PAUSES[tries] if tries < len(PAUSES) else None
    StoredReceipt.objects.filter(pk=stored.pk).update(tries=tries, next_try_at=again)


def retry_now(receipt_ids: Sequence[int] = ()) -> int:
    """Look at those that wait for a person once more, or at some of them. How many were applied."""
    waiting = StoredReceipt.objects.filter(delivery_id=None)
    chosen = waiting.filter(pk__in=receipt_ids) if receipt_ids else waiting
    now = clock.now()
    chosen.update(next_try_at=now)
    applied = 0
    while StoredReceipt.objects.filter(next_try_at__lte=now).exists():
        applied += retry(now)
    return applied
