"""Rows of the ledger by hand: who is meant, and what became of each message. People come from tests.builders."""

from itertools import count
from typing import Any

from broadcaster.broadcasts.models import Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery.models import Batch, Delivery, Doubt, Member, Plan, SharedDelivery, Verdict
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.kinds import Channel
from broadcaster.roster.models import Contact, School, Student
from tests import builders

#: when every broadcast here was approved: 22 November 2026, 8 p.m. in Minneapolis
APPROVED = 1_795_399_200.0

_numbers = count(1)


def broadcast(*, planned: bool = True, **fields: Any) -> Broadcast:
    """A broadcast that was approved at APPROVED, with its plan done unless said otherwise."""
    made = builders.broadcast(**{"status": BroadcastStatus.COMPLETED, **fields})
    Broadcast.objects.filter(pk=made.pk).update(approved_at=APPROVED, started_at=APPROVED + 0.3)
    made.refresh_from_db()
    Plan.objects.create(broadcast_id=made.pk, done_at=APPROVED + 1 if planned else None)
    return made


def family(
    at: School | None = None, *, channels: tuple[Channel, ...] = (Channel.EMAIL, Channel.SMS), **fields: Any
) -> Contact:
    """A guardian with a student of their own, in a family of their own."""
    number = next(_numbers)
    made = builders.guardian(
        email=f"guardian{number}@example.org" if Channel.EMAIL in channels else None,
        sms=builders.phone(number) if Channel.SMS in channels else None,
        **fields,
    )
    builders.student(made, at=at)
    return made


def meant(sent: Broadcast, *contacts: Contact) -> None:
    """Freeze these contacts with their students (or as staff) into the broadcast's audience."""
    for contact in contacts:
        ties = list(contact.guardianships.select_related("student"))
        for tie in ties:
            Member.objects.create(
                broadcast_id=sent.pk,
                student_id=tie.student.pk,
                contact_id=contact.pk,
                family_id=contact.family_id,
                school_id=tie.student.school_id,
                allowed=tie.may_contact,
            )
        if not ties:
            Member.objects.create(
                broadcast_id=sent.pk, contact_id=contact.pk, school_id=contact.school_id, allowed=True
            )


def nobody_on_file(sent: Broadcast, student: Student) -> None:
    """Freeze a student without contacts, who is a family by themselves."""
    Member.objects.create(
        broadcast_id=sent.pk,
        student_id=student.pk,
        family_id=student.family_id,
        school_id=student.school_id,
        allowed=False,
    )


def delivery(
    sent: Broadcast,
    to: Contact,
    status: DeliveryStatus = DeliveryStatus.DELIVERED,
    *,
    after: float = 1.0,
    channel: Channel = Channel.SMS,
    **fields: Any,
) -> Delivery:
    """A message to a contact. `after` is how many seconds after the approval it ended, where it did."""
    number = next(_numbers)
    first = to.guardianships.select_related("student").order_by("id").first()
    over = status in (DeliveryStatus.DELIVERED, DeliveryStatus.UNDELIVERED, DeliveryStatus.FAILED)
    values: dict[str, Any] = {
        "address": f"made-up{number}@example.org" if channel is Channel.EMAIL else builders.phone(number),
        "school_id": first.student.school_id if first else to.school_id,
        "language": to.language or "en",
        "wave": 1,
        "ended_at": APPROVED + after if over else None,
    }
    return Delivery.objects.create(
        broadcast_id=sent.pk,
        channel=channel,
        contact_id=to.pk,
        family_id=to.family_id,
        status=status,
        **{**values, **fields},
    )


def shared(one: Delivery, also: Contact) -> SharedDelivery:
    """The delivery reaches this contact too."""
    return SharedDelivery.objects.create(
        broadcast_id=one.broadcast_id, delivery_id=one.pk, contact_id=also.pk, family_id=also.family_id
    )


def held_batch(sent: Broadcast, lot: tuple[Delivery, Delivery], *, worker: str = "worker-1") -> Batch:
    """A batch with a marked lot, from the first of two deliveries to the second."""
    number = next(_numbers)
    return Batch.objects.create(
        id=number,
        broadcast_id=sent.pk,
        channel=lot[0].channel,
        sender="+16125550199",
        wording_id=1,
        urgency=2,
        wave=1,
        size=10,
        due_at=APPROVED,
        worker=worker,
        lot_from=lot[0].pk,
        lot_to=lot[1].pk,
    )


def doubt(one: Delivery, verdict: Verdict | None = None, *, person: bool = False) -> Doubt:
    """A doubt about a delivery; open where no verdict is given."""
    return Doubt.objects.create(
        delivery_id=one.pk,
        broadcast_id=one.broadcast_id,
        channel=one.channel,
        cause="timeout",
        since=APPROVED,
        next_ask_at=APPROVED,
        person=person,
        verdict=verdict or "",
        settled_at=APPROVED + 5 if verdict else None,
    )
