"""Addresses that a person put right. They hold at once, and at every import that still has the wrong one."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import models, transaction

from broadcaster import clock
from broadcaster.kinds import BadInput, Channel
from broadcaster.roster import acts, addresses, forward
from broadcaster.roster.models import Contact, ContactPoint, Correction


@contextmanager
def still() -> Iterator[None]:
    """A transaction in which no import is decided, and none is half written: it is written first."""
    while True:
        forward.finish()
        with transaction.atomic():
            forward.hold_imports()
            if not forward.unfinished().exists():
                yield
                return


def correct(point_id: int, raw: str, *, by: str, why: str, region: str) -> ContactPoint:
    """Put an address of a contact right, as typed. Raises BadInput for one that can't be used or that they have."""
    with still():
        point = _point(point_id)
        channel = Channel(point.channel)
        address = addresses.read(channel, raw, region)
        if address != point.address:
            _refuse_twice(point.contact_id, channel, address, raw)
        _keep(point.contact, channel, point.address, address, raw, by, why)
        point.address, point.as_given = address, raw.strip()
        point.save(update_fields=["address", "as_given"])
    return point


def add(contact_id: int, raw: str, *, by: str, why: str, region: str) -> ContactPoint:
    """Give a contact a further address, after those of its channel that they have. Raises BadInput as `correct`."""
    channel, address = addresses.recognised(raw, region)
    with still():
        contact = Contact.objects.filter(pk=contact_id, left_at=None).first()
        if contact is None:
            raise BadInput(f"there is no contact {contact_id} who is here")
        _refuse_twice(contact_id, channel, address, raw)
        _keep(contact, channel, "", address, raw, by, why)
        last = contact.points.filter(channel=channel).aggregate(last=models.Max("rank"))["last"] or 0
        return contact.points.create(channel=channel, address=address, as_given=raw.strip(), rank=last + 1)


def remove(point_id: int, *, by: str, why: str) -> None:
    """Take an address away from a contact. Raises BadInput where it is none."""
    with still():
        point = _point(point_id)
        _keep(point.contact, Channel(point.channel), point.address, "", "", by, why)
        point.delete()


def _point(point_id: int) -> ContactPoint:
    point = ContactPoint.objects.select_related("contact").filter(pk=point_id).first()
    if point is None:
        raise BadInput(f"there is no address {point_id}: an import may have taken it away")
    return point


def _refuse_twice(contact_id: int, channel: Channel, address: str, raw: str) -> None:
    if ContactPoint.objects.filter(contact=contact_id, channel=channel, address=address).exists():
        raise BadInput(f"{raw!r} is an address of theirs already")


def _keep(contact: Contact, channel: Channel, was: str, address: str, raw: str, by: str, why: str) -> None:
    Correction.objects.create(
        kind=contact.kind,
        source_id=contact.source_id,
        channel=channel,
        was=was,
        address=address,
        as_given=raw.strip(),
        by=by[:254],
        why=why[:300],
        at=clock.now(),
    )
    act = "corrected an address" if was and address else "added an address" if address else "removed an address"
    acts.done(by, act, {"contact": contact.pk, "channel": channel.value, "reason": why[:300]})
