"""A family opts out of general mail by the link in a message (RFC 8058): of nothing else, and at once."""

from broadcaster.broadcasts.models import Broadcast
from broadcaster.delivery.epoch import References
from broadcaster.delivery.erasing import ERASED
from broadcaster.delivery.models import Delivery
from broadcaster.delivery.send import links
from broadcaster.kinds import Channel, Purpose
from broadcaster.roster import consent
from broadcaster.roster.models import ConsentState


def delivery_of(token: str) -> Delivery | None:
    """The delivery whose message carried this link, or None if we made no such link. Changes nothing."""
    reference = links.opened(token) if token.isascii() else None
    delivery_id = References().resolve(reference)
    if delivery_id is None:
        return None
    # what is that old has lost its address
    return Delivery.objects.filter(pk=delivery_id).exclude(address__startswith=ERASED).first()


def unsubscribe(delivery: Delivery) -> None:
    """Keep that this address wants no general messages; others go on. A drill's link changes nobody's choice."""
    if Broadcast.objects.filter(pk=delivery.broadcast_id, drill=True).exists():
        return
    channel = Channel(delivery.channel)
    consent.record(channel, delivery.address, Purpose.GENERAL, ConsentState.OPTED_OUT, "unsubscribe link")
