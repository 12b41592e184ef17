"""The standing copy list: who gets a copy of what goes to more than one school's families.

A copy is a delivery to nobody's family: no figure of reach knows it, for who gets it is no member of the broadcast.
"""

from broadcaster.broadcasts.models import Broadcast
from broadcaster.delivery.models import Member
from broadcaster.district import Copy
from broadcaster.kinds import Channel
from broadcaster.roster import addresses, guests
from broadcaster.roster.models import ContactKind
from broadcaster.settings import SETTINGS


def of(broadcast: Broadcast) -> tuple[Copy, ...]:
    """Who gets a copy of it: nobody, unless it goes to families of several schools, and is the same for all of them."""
    counts = broadcast.counts
    wide = counts.get("schools") != 1 and counts.get("families", 0) > 0
    own = broadcast.wordings.filter(per_family=True).exists()
    return SETTINGS.district.copies if wide and not own else ()


def add(broadcast: Broadcast) -> None:
    """Make them members while their deliveries are planned. Call it inside the transaction that plans staff."""
    Member.objects.bulk_create(
        Member(broadcast_id=broadcast.pk, contact_id=_contact(copy), allowed=True) for copy in of(broadcast)
    )


def take_out(broadcast: Broadcast) -> None:
    """They are members no more: only their deliveries stay."""
    ids = [_contact(copy) for copy in of(broadcast)]
    Member.objects.filter(broadcast_id=broadcast.pk, contact_id__in=ids, family_id=None, student_id=None).delete()


def _contact(copy: Copy) -> int:
    channel, address = addresses.recognised(copy.address, SETTINGS.district.district.region)
    return guests.of(ContactKind.COPY, Channel(channel), address, copy.address, copy.name, copy.language)
