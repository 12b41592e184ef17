"""Families who say that they have read a message: by texting 1, or by the link in a mail."""

from broadcaster.delivery.models import Acknowledgement, Delivery, SharedDelivery


def acknowledge(delivery: Delivery, how: str, at: float) -> bool:
    """Keep that whoever shares the address has read it. False: they had said so before, and nothing changes."""
    whose = [(delivery.contact_id, delivery.family_id)]
    whose += SharedDelivery.objects.filter(delivery_id=delivery.pk).values_list("contact_id", "family_id")
    rows = [
        Acknowledgement(
            broadcast_id=delivery.broadcast_id,
            contact_id=contact,
            family_id=family,
            delivery_id=delivery.pk,
            how=how,
            at=at,
        )
        for contact, family in whose
    ]
    known = acknowledged(delivery)
    Acknowledgement.objects.bulk_create(rows, ignore_conflicts=True)
    return not known


def acknowledged(delivery: Delivery) -> bool:
    """Whether they have said so."""
    return Acknowledgement.objects.filter(broadcast_id=delivery.broadcast_id, contact_id=delivery.contact_id).exists()
