"""All that is kept of one family, for a family that asks (FERPA) or a request for public records: one document."""

import json
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from broadcaster import clock
from broadcaster.broadcasts.models import Broadcast, Wording
from broadcaster.delivery.models import Batch, Delivery, LastOutcome, SharedDelivery
from broadcaster.kinds import BadInput, Channel
from broadcaster.replies.models import Reply
from broadcaster.reports.said import explain
from broadcaster.roster.models import Consent, Contact, ContactPoint, Family, Guardianship, Student, Suppression
from broadcaster.settings import SETTINGS
from broadcaster.text import emails, phones
from broadcaster.webhooks.models import StoredReceipt

Document = dict[str, Any]


class NoSuchFamily(BadInput):
    """Nobody is known by what was given. The message is one line that repeats it."""


def families_of(who: str) -> list[Family]:
    """The families meant: by the number that the call list shows, by a phone or mail address of a contact, or by a
    student's id in the roster. An address may be shared. Raises NoSuchFamily.
    """
    given = who.strip()
    found = list(Family.objects.filter(pk__in=_ids(given)).order_by("pk"))
    if not found:
        raise NoSuchFamily(
            f"no family is known by {who!r}: give the number that a call list shows, a phone or mail address, or a "
            "student's id"
        )
    return found


def _ids(given: str) -> set[int]:
    if given.isascii() and given.isdigit() and Family.objects.filter(pk=given[:18]).exists():
        return {int(given)}
    pupils = Student.objects.filter(source_id=given)
    of_pupils = Contact.objects.filter(guardianships__student__in=pupils)
    of_address = Contact.objects.filter(points__in=ContactPoint.objects.filter(address__in=_addresses(given)))
    ids = set(of_pupils.values_list("family_id", flat=True)) | set(of_address.values_list("family_id", flat=True))
    return {pk for pk in ids | set(pupils.values_list("family_id", flat=True)) if pk is not None}


def _addresses(given: str) -> list[str]:
    try:
        return [emails.normalise(given) if "@" in given else phones.normalise(given, SETTINGS.district.district.region)]
    except ValueError:
        return []


def of_family(family: Family) -> Document:
    """The document: plain values, instants as ISO 8601 in UTC. What is older than it is kept is not in it."""
    contacts = list(Contact.objects.filter(family=family).order_by("pk"))
    ids = [contact.pk for contact in contacts]
    ties = list(Guardianship.objects.filter(contact__in=ids).select_related("student__school").order_by("pk"))
    points = list(ContactPoint.objects.filter(contact__in=ids).order_by("contact", "rank"))
    deliveries = _deliveries(family.pk, ids)
    addresses = {(point.channel, point.address) for point in points} | {(d.channel, d.address) for d in deliveries}
    return {
        "family": family.pk,
        "made_at": clock.iso(clock.now()),
        "kept_for_days": SETTINGS.district.policies.keep_messages_days or None,
        "contacts": [_contact(contact, points, ties) for contact in contacts],
        "students": _students(family, ties),
        "choices": _at_addresses(Consent.objects, addresses, ("purpose", "state", "source")),
        "not_written_to": _at_addresses(Suppression.objects, addresses, ("cause",)),
        "last_outcomes": _at_addresses(LastOutcome.objects, addresses, ("arrived",)),
        "messages": _messages(deliveries),
        "texts_from_them": _replies(ids, addresses),
    }


def _contact(contact: Contact, points: Iterable[ContactPoint], ties: Iterable[Guardianship]) -> Document:
    return {
        "id": contact.source_id,
        "kind": contact.kind,
        "name": contact.name,
        "language": contact.language,
        "left_at": clock.iso(contact.left_at),
        "addresses": [
            {"channel": one.channel, "address": one.address, "as_given": one.as_given, "rank": one.rank}
            for one in points
            if one.contact_id == contact.pk
        ],
        "students": [
            {
                "student": tie.student.source_id,
                "relationship": tie.relationship,
                "may_contact": tie.may_contact,
                "lives_with": tie.lives_with,
            }
            for tie in ties
            if tie.contact_id == contact.pk
        ],
    }


def _students(family: Family, ties: Iterable[Guardianship]) -> list[Document]:
    found = {tie.student.pk: tie.student for tie in ties}
    found |= {one.pk: one for one in Student.objects.filter(family=family).select_related("school")}
    return [
        {
            "id": one.source_id,
            "name": one.name,
            "school": one.school.name if one.school else None,
            "grade": one.grade,
            "left_at": clock.iso(one.left_at),
        }
        for _, one in sorted(found.items())
    ]


def _deliveries(family_id: int, contact_ids: list[int]) -> list[Delivery]:
    shared = SharedDelivery.objects.filter(Q(family_id=family_id) | Q(contact_id__in=contact_ids))
    mine = Q(family_id=family_id) | Q(contact_id__in=contact_ids) | Q(pk__in=shared.values("delivery_id"))
    return list(Delivery.objects.filter(mine).order_by("pk"))


def _messages(deliveries: list[Delivery]) -> list[Document]:
    broadcasts = Broadcast.objects.in_bulk({one.broadcast_id for one in deliveries})
    batches = Batch.objects.in_bulk({one.batch_id for one in deliveries if one.batch_id is not None})
    wordings = Wording.objects.in_bulk({batch.wording_id for batch in batches.values()})
    receipts = StoredReceipt.objects.filter(delivery_id__in=[one.pk for one in deliveries]).order_by("received_at")
    said: dict[int | None, list[Document]] = {}
    for receipt in receipts:
        told = {"word": receipt.word, "at": clock.iso(receipt.at), "as_it_came": json.loads(receipt.raw)}
        said.setdefault(receipt.delivery_id, []).append(told)
    return [
        _message(one, broadcasts[one.broadcast_id], _wording(one, batches, wordings), said.get(one.pk, []))
        for one in deliveries
        if one.broadcast_id in broadcasts
    ]


def _wording(one: Delivery, batches: dict[int, Batch], wordings: dict[int, Wording]) -> Wording | None:
    """The words as approved; one that was never to go out has no batch, and none."""
    batch = batches.get(one.batch_id or 0)
    return wordings.get(batch.wording_id) if batch else None


def _message(one: Delivery, sent: Broadcast, words: Wording | None, receipts: list[Document]) -> Document:
    is_mail = one.channel == Channel.EMAIL
    happened, _ = explain(one.channel, one.status, one.reason, one.code)
    return {
        "broadcast": sent.pk,
        "title": sent.title,
        "purpose": sent.purpose,
        "drill": sent.drill,
        "approved_at": clock.iso(sent.approved_at),
        "channel": one.channel,
        "address": one.address,
        "status": one.status,
        "happened": happened,
        "sent_at": clock.iso(one.sent_at),
        "ended_at": clock.iso(one.ended_at),
        "language": words.language if words else None,
        "subject": words.subject if words and is_mail else None,
        "text": (words.email_text if is_mail else words.sms) if words else None,
        "own_values": one.own_values,
        "receipts": receipts,
    }


def _at_addresses(rows: Any, addresses: set[tuple[str, str]], names: tuple[str, ...]) -> list[Document]:
    found = rows.filter(address__in=[address for _, address in addresses]).order_by("channel", "address", "pk")
    return [
        {"channel": one.channel, "address": one.address, **{name: getattr(one, name) for name in names}}
        | {"at": clock.iso(one.at)}
        for one in found
        if (one.channel, one.address) in addresses
    ]


def _replies(contact_ids: list[int], addresses: set[tuple[str, str]]) -> list[Document]:
    """Texts from their phones; one from a shared phone is everybody's who has it."""
    senders = [address for channel, address in addresses if channel == Channel.SMS]
    found = Reply.objects.filter(sender__in=senders).order_by("at")
    known = set(contact_ids)
    return [
        {"from": one.sender, "to": one.to, "text": one.body, "at": clock.iso(one.at), "kind": one.kind}
        for one in found
        if one.contact_ids is None or known.intersection(one.contact_ids)
    ]
