"""Whose text this is: the contacts with that address, the last broadcast that went there, and the school that looks."""

from dataclasses import dataclass

from broadcaster.broadcasts.models import Broadcast
from broadcaster.delivery.models import ANSWERED_WITHIN, Delivery
from broadcaster.kinds import Channel
from broadcaster.roster.models import Contact, ContactPoint, Guardianship

#: deliveries to the address that are looked at
_NEWEST = 50


@dataclass(frozen=True, slots=True)
class Match:
    """Who it may be. `language` is the first of theirs that we know, "" where none is."""

    contact_ids: tuple[int, ...]
    broadcast_id: int | None
    school_id: int | None
    language: str


def match(channel: Channel, address: str, now: float) -> Match:
    """Whom an address belongs to and what it got last. Of families with children at several schools, the school is that
    of the message; else that of the first child.
    """
    contacts = sorted(
        set(ContactPoint.objects.filter(channel=channel, address=address).values_list("contact_id", flat=True))
    )
    last = _last(channel, address, contacts, now)
    school = last.school_id if last else None
    if school is None and contacts:
        tie = Guardianship.objects.filter(contact_id__in=contacts, student__left_at=None).exclude(student__school=None)
        school = tie.order_by("student_id").values_list("student__school_id", flat=True).first()
    if school is None and contacts:
        school = (
            Contact.objects.filter(pk__in=contacts).exclude(school=None).values_list("school_id", flat=True).first()
        )
    languages = Contact.objects.filter(pk__in=contacts).exclude(language="").order_by("pk")
    language = languages.values_list("language", flat=True).first() or ""
    return Match(tuple(contacts), last.broadcast_id if last else None, school, language)


def asked_to_answer(channel: Channel, address: str, contacts: tuple[int, ...], now: float) -> Delivery | None:
    """The newest message to the address that asked to be acknowledged, if there is one that is not too old."""
    asking = Broadcast.objects.filter(acknowledge=True, drill=False, approved_at__gt=now - ANSWERED_WITHIN)
    for broadcast_id in asking.order_by("-approved_at").values_list("pk", flat=True)[:_NEWEST]:
        found = _to(broadcast_id, channel, address)
        if found is not None and (found.contact_id in contacts or not contacts):
            return found
    return None


def _last(channel: Channel, address: str, contacts: list[int], now: float) -> Delivery | None:
    if not contacts:
        return None
    recent = Broadcast.objects.filter(drill=False, started_at__gt=now - ANSWERED_WITHIN).order_by("-started_at", "-pk")
    for broadcast_id in recent.values_list("pk", flat=True)[:_NEWEST]:
        found = _to(broadcast_id, channel, address)
        if found is not None:
            return found
    return None


def _to(broadcast_id: int, channel: Channel, address: str) -> Delivery | None:
    """By the whole of the unique key but its last part: the ledger has no index on addresses alone."""
    went = Delivery.objects.filter(broadcast_id=broadcast_id, channel=channel, address=address)
    return went.exclude(status__in=("suppressed", "cancelled", "failed")).order_by("pk").first()
