"""One text to one phone, in somebody's own words: a broadcast of a single delivery, so that it is paced, tracked and
settled like any other message.
"""

from django.db import transaction

from broadcaster import clock
from broadcaster.broadcasts import audit
from broadcaster.broadcasts.models import ANSWER, Broadcast, Wording
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery import wake
from broadcaster.delivery.models import Batch, Delivery, Member, Plan, PlanStage
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.kinds import BadInput, Channel, Purpose
from broadcaster.roster.models import Contact
from broadcaster.settings import SETTINGS
from broadcaster.templating.judging import MOST_SEGMENTS
from broadcaster.text.segments import measure


def text(contact: Contact, address: str, words: str, *, school_id: int | None, by: str, sender: str = "") -> Broadcast:
    """Text somebody, from the number that they wrote to (`sender`) where it is one of ours. It goes out at once, and
    not at all if they stopped general messages; the last look before sending sees to that.

    Raises BadInput for words that are none or too long, or where there is no sender for texts.
    """
    words = words.strip()
    size = measure(words)
    if not words or size.segments > MOST_SEGMENTS:
        raise BadInput(f"an answer has 1 to {MOST_SEGMENTS} segments, this one {size.segments if words else 0}")
    numbers = [one.address for one in SETTINGS.district.senders_on(Channel.SMS)]
    if not numbers:
        raise BadInput(f"no sender for channel 'sms': add one to {SETTINGS.config_path.name}")
    with transaction.atomic():
        broadcast = _broadcast(contact, words, size.segments, by)
        _plan(broadcast, contact, address, school_id, sender if sender in numbers else numbers[0], size.segments)
        audit.write(by, "answered a family", broadcast.pk)
        transaction.on_commit(lambda: wake.wake_channel(Channel.SMS))
    return broadcast


def _broadcast(contact: Contact, words: str, segments: int, by: str) -> Broadcast:
    now = clock.now()
    made = Broadcast.objects.create(
        template=ANSWER,
        title="Answer to a family",
        purpose=Purpose.GENERAL,
        audience="one family",
        channels=[Channel.SMS.value],
        status=BroadcastStatus.SENDING,
        created_by=by,
        created_at=now,
        approved_by=by,
        approved_at=now,
        started_at=now,
    )
    Wording.objects.create(
        broadcast=made,
        language=contact.language or "en",
        translation="reviewed",
        subject="",
        email_text="",
        email_html="",
        sms=words,
        sms_segments=segments,
    )
    return made


def _plan(
    broadcast: Broadcast, contact: Contact, address: str, school_id: int | None, sender: str, segments: int
) -> None:
    now, batch = clock.now(), broadcast.pk * 1_000_000_000 + 1
    Plan.objects.create(broadcast_id=broadcast.pk, stage=PlanStage.DONE, next_batch=2, started_at=now, done_at=now)
    tie = contact.guardianships.order_by("student_id").values_list("student_id", flat=True).first()
    Member.objects.create(
        broadcast_id=broadcast.pk,
        student_id=tie,
        contact_id=contact.pk,
        family_id=contact.family_id,
        school_id=school_id,
        allowed=True,
    )
    Delivery.objects.create(
        broadcast_id=broadcast.pk,
        channel=Channel.SMS,
        address=address,
        contact_id=contact.pk,
        family_id=contact.family_id,
        school_id=school_id,
        language=contact.language or "en",
        wave=1,
        batch_id=batch,
        segments=segments,
        status=DeliveryStatus.QUEUED,
    )
    Batch.objects.create(
        id=batch,
        broadcast_id=broadcast.pk,
        channel=Channel.SMS,
        sender=sender,
        wording_id=broadcast.wordings.get().pk,
        urgency=Purpose.GENERAL.rank,
        wave=1,
        size=1,
        due_at=now,
    )
