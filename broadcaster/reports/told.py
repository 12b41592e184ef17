"""What a family was sent lately, and what became of it: for the page of a family."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from broadcaster.broadcasts.models import Broadcast
from broadcaster.delivery.models import Delivery, Member
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.reports.said import explain
from broadcaster.roster.lookup import Address

#: broadcasts that are looked through, the newest first
_LATELY = 50


@dataclass(frozen=True, slots=True)
class Message:
    """A message to one of the addresses: its state and, where it did not arrive, why and what to do about it."""

    channel: str
    address: str
    status: str
    sent_at: float | None
    ended_at: float | None
    happened: str
    do: str


@dataclass(frozen=True, slots=True)
class Told:
    """A broadcast that meant somebody, and its messages to the addresses that they have now.

    Without messages it went to addresses that have changed since, or they had none.
    """

    broadcast: Broadcast
    messages: tuple[Message, ...]

    @property
    def arrived(self) -> bool:
        """Whether one of them was delivered."""
        return any(one.status == DeliveryStatus.DELIVERED for one in self.messages)


def told(
    addresses: Collection[Address], *, family_id: int | None = None, contact_ids: Collection[int] = ()
) -> list[Told]:
    """The last broadcasts that meant a family (else these contacts), the newest first.

    By broadcast and address, which the ledger has an index on; it has none on families.
    """
    broadcasts = {one.pk: one for one in Broadcast.objects.exclude(approved_at=None).order_by("-id")[:_LATELY]}
    members = Member.objects.filter(broadcast_id__in=broadcasts)
    if family_id is None:
        meant = members.filter(family_id=None, contact_id__in=contact_ids)
    else:
        meant = members.filter(family_id=family_id)
    ids = sorted(set(meant.values_list("broadcast_id", flat=True)), reverse=True)
    found: dict[int, list[Message]] = {pk: [] for pk in ids}
    for one in _deliveries(ids, addresses):
        found[one.broadcast_id].append(_message(one))
    return [Told(broadcasts[pk], tuple(found[pk])) for pk in ids]


def _deliveries(ids: Sequence[int], addresses: Iterable[Address]) -> Iterable[Delivery]:
    here = Q()
    for one in addresses:
        here |= Q(channel=one.channel.value, address=one.address)
    return Delivery.objects.filter(here, broadcast_id__in=ids).order_by("broadcast_id", "id") if here and ids else ()


def _message(one: Delivery) -> Message:
    happened, do = explain(one.channel, one.status, one.reason, one.code)
    return Message(one.channel, one.address, one.status, one.sent_at, one.ended_at, happened, do)
