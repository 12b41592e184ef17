"""What somebody chooses for themselves on the page behind their link: the language, what may come where, and that an
address is not theirs.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from broadcaster import clock
from broadcaster.kinds import Channel, Purpose
from broadcaster.replies.matching import match
from broadcaster.replies.models import Reply, ReplyKind
from broadcaster.roster import consent
from broadcaster.roster.models import (
    Consent,
    ConsentState,
    Contact,
    ContactPoint,
    LanguageChoice,
    Suppression,
)

#: the cause of an address whose holder said that the messages are not for them
NOT_THEIRS = "not theirs"
_SOURCE = "family page"


@dataclass(frozen=True, slots=True)
class Way:
    """An address of theirs, shown in part, and for which purposes it may be used. `suppressed` is why it is not used at
    all, "" where it is.
    """

    point_id: int
    channel: Channel
    shown: str
    purposes: frozenset[Purpose]
    suppressed: str

    @property
    def stopped_by_carrier(self) -> bool:
        """Whether only a START from that phone opens it again."""
        return self.suppressed == consent.CARRIER_STOP


@dataclass(frozen=True, slots=True)
class Chooser:
    """Who has the link: a contact, and the address that it was sent to. `retired`: they said that it is not theirs."""

    contact: Contact
    point: ContactPoint
    until: float
    retired: bool

    @property
    def ways(self) -> list[Way]:
        """All their addresses, in the order in which we use them."""
        points = self.contact.points.order_by("channel", "rank", "pk")
        return [_way(point) for point in points]


def chooser(contact_id: int, point_id: int, until: float) -> Chooser | None:
    """Who may choose with a link of ours; None where it is over: too old, or the address is no longer theirs."""
    point = ContactPoint.objects.select_related("contact").filter(pk=point_id, contact_id=contact_id).first()
    if point is None or clock.now() > until or point.contact.left_at is not None:
        return None
    return Chooser(point.contact, point, until, _suppressed(point) == NOT_THEIRS)


def choose(whose: Chooser, language: str, wanted: Collection[tuple[int, Purpose]]) -> None:
    """Keep a choice as a whole: the language, and for each of their addresses the purposes that are `wanted`. What is
    as it was is not written again, so that it keeps its time and its source.
    """
    now = clock.now()
    changed = []
    for way, point in zip(whose.ways, whose.contact.points.order_by("channel", "rank", "pk"), strict=True):
        if way.suppressed:
            continue
        for purpose in Purpose:
            wish = (way.point_id, purpose) in wanted
            if wish != (purpose in way.purposes):
                state = ConsentState.OPTED_IN if wish else ConsentState.OPTED_OUT
                changed.append(consent.Choice(way.channel, point.address, purpose, state, _SOURCE, now))
    with transaction.atomic():
        consent.record_all(changed)
        if language and language != whose.contact.language:
            LanguageChoice.objects.update_or_create(
                kind=whose.contact.kind,
                source_id=whose.contact.source_id,
                defaults={"language": language, "at": now},
            )
            Contact.objects.filter(pk=whose.contact.pk).update(language=language)


def retire(whose: Chooser) -> None:
    """The address is not theirs: write to it no more, and have the office ask for the right one. Once."""
    point, now = whose.point, clock.now()
    channel = Channel(point.channel)
    found = match(channel, point.address, now)
    with transaction.atomic():
        if _suppressed(point) == NOT_THEIRS:
            return
        consent.opt_out_everything(channel, point.address, _SOURCE, now)
        consent.suppress(channel, point.address, NOT_THEIRS, now)
        Reply.objects.get_or_create(
            provider_id=f"tap-{point.pk}-{int(now)}",
            defaults={
                "sender": point.address,
                "to": "",
                "body": "",
                "at": now,
                "kind": ReplyKind.WRONG,
                "contact_ids": list(found.contact_ids),
                "broadcast_id": found.broadcast_id,
                "school_id": found.school_id,
            },
        )


def masked(channel: Channel, address: str) -> str:
    """An address as its holder knows it and nobody else: a link may be passed on."""
    if channel is Channel.SMS:
        return f"(•••) •••-••{address[-2:]}"
    name, _, domain = address.partition("@")
    return f"{name[:1]}•••@{domain}"


def _way(point: ContactPoint) -> Way:
    channel = Channel(point.channel)
    out = set(
        Consent.objects.filter(channel=channel, address=point.address, state=ConsentState.OPTED_OUT).values_list(
            "purpose", flat=True
        )
    )
    allowed = frozenset(purpose for purpose in Purpose if purpose.value not in out)
    return Way(point.pk, channel, masked(channel, point.address), allowed, _suppressed(point))


def _suppressed(point: ContactPoint) -> str:
    held = Suppression.objects.filter(channel=point.channel, address=point.address, lifted_at=None)
    return held.values_list("cause", flat=True).first() or ""
