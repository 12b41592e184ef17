"""Ledger rows that receipts speak of."""

from typing import Any

from broadcaster.delivery import epoch
from broadcaster.delivery.models import Delivery
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.kinds import Channel


def delivery(channel: Channel = Channel.SMS, status: DeliveryStatus = DeliveryStatus.SENT, **fields: Any) -> Delivery:
    """A delivery that was sent."""
    number = Delivery.objects.count()
    address = f"+1612555{number:04}" if channel is Channel.SMS else f"family{number}@example.org"
    given = {"broadcast_id": 1, "address": address, "contact_id": 1, "language": "en", "wave": 1, **fields}
    return Delivery.objects.create(channel=channel, status=status, **given)


def ref(made: Delivery) -> str:
    """What the vendor was told to call it."""
    return epoch.reference(epoch.current(), made.pk)


def state(made: Delivery) -> str:
    """Its status now."""
    return str(Delivery.objects.values_list("status", flat=True).get(pk=made.pk))
