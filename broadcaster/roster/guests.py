"""People who are in no roster and are written to all the same, each by one address. They have left from the start, so
that no count of the roster has them, and are forgotten as leavers are.
"""

from django.db import transaction

from broadcaster import clock
from broadcaster.kinds import Channel
from broadcaster.roster.models import Contact, ContactKind, ContactPoint


def of(kind: ContactKind, channel: Channel, address: str, as_given: str, name: str = "", language: str = "") -> int:
    """The contact id of a guest or copy with this (normalised) address, who is made where there is none yet."""
    source = f"{channel.value}:{address}"
    known = Contact.objects.filter(kind=kind, source_id=source[:200]).values_list("pk", "name", "language").first()
    if known is not None:
        if known[1:] != (name, language):
            Contact.objects.filter(pk=known[0]).update(name=name, language=language)
        return int(known[0])
    with transaction.atomic():
        made, _ = Contact.objects.get_or_create(
            kind=kind, source_id=source[:200], defaults={"name": name, "language": language, "left_at": clock.now()}
        )
        ContactPoint.objects.get_or_create(
            contact=made, channel=channel, address=address, defaults={"as_given": as_given, "rank": 1}
        )
    return made.pk
