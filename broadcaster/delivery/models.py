"""The ledger. The hot tables carry no foreign keys and few indexes: every index here is paid for at each delivery.

`Delivery` is the only truth about a message. Rows point at their broadcast, wording, contact, family and school by id
alone, as they were when planned: a later import changes nothing in them.
"""

from django.db import models

from broadcaster.delivery.status import DeliveryStatus
from broadcaster.roster.models import CHANNELS


class Epoch(models.Model):
    """A stretch of the ledger's life between restores. `code` rides in every reference that leaves the house.

    `last_delivery` is set when the epoch ended by a restore: references of it beyond that delivery belong to rows the
    restore lost.
    """

    code = models.CharField(max_length=12, unique=True)
    started_at = models.FloatField()
    last_delivery = models.BigIntegerField(null=True)


class PlanStage(models.TextChoices):
    """What is planned next: the first families at once, then everybody else's membership, then their deliveries."""

    FIRST = "first"
    MEMBERS = "members"
    FAMILIES = "families"
    STAFF = "staff"
    DONE = "done"


class Plan(models.Model):
    """How far the planning of a broadcast has come. One worker at a time holds it, by lease.

    `cursor` is the last family whose membership is frozen (in stage `members`) or that is planned (in `families`);
    `first_family` is where the first chunk ended.
    """

    broadcast_id = models.BigIntegerField(primary_key=True)
    stage = models.CharField(max_length=8, choices=PlanStage.choices, default=PlanStage.FIRST)
    cursor = models.BigIntegerField(default=0)
    first_family = models.BigIntegerField(default=0)
    next_batch = models.BigIntegerField(default=1)
    lease_until = models.FloatField(default=0)
    started_at = models.FloatField(null=True)
    done_at = models.FloatField(null=True)


class Member(models.Model):
    """Whom a broadcast means, frozen when planned: a student with a contact and a family, or a staff member.

    `student_id` and `family_id` are null for staff, `contact_id` for a student nobody is on file for. Only an `allowed`
    contact is written to. `grade` and `language` are null until a broadcast is erased: then they are
    what the roster said.
    """

    broadcast_id = models.BigIntegerField()
    student_id = models.BigIntegerField(null=True)
    contact_id = models.BigIntegerField(null=True)
    family_id = models.BigIntegerField(null=True)
    school_id = models.BigIntegerField(null=True)
    allowed = models.BooleanField()
    grade = models.CharField(max_length=20, null=True)
    language = models.CharField(max_length=20, null=True)

    class Meta:
        indexes = [models.Index(fields=["broadcast_id", "family_id"], name="member_family")]


class Erasure(models.Model):
    """A broadcast whose addresses are erased and whose people are numbers now, or are becoming such (`erasing.py`).

    `factor` and `offset` are the secret that makes the numbers; they are 0 once it is done.
    """

    broadcast_id = models.BigIntegerField(primary_key=True)
    factor = models.BigIntegerField()
    offset = models.BigIntegerField()
    done_at = models.FloatField(null=True)


class Delivery(models.Model):
    """One message to one address on one channel.

    `wave` 1 is its family's best address on the channel. `language` is the contact's home language; the wording it gets
    is its batch's. `school_id` is one school of the family within the audience, so that sums over schools are sums over
    deliveries. `family_id` is null for staff. `own_values` holds the family's own values where the wording has any.
    """

    broadcast_id = models.BigIntegerField()
    channel = models.CharField(max_length=5, choices=CHANNELS)
    address = models.CharField(max_length=320)
    subject = models.CharField(max_length=60, default="")
    contact_id = models.BigIntegerField()
    family_id = models.BigIntegerField(null=True)
    school_id = models.BigIntegerField(null=True)
    language = models.CharField(max_length=20)
    wave = models.PositiveSmallIntegerField()
    #: null once nothing waits for a worker: planned as suppressed
    batch_id = models.BigIntegerField(null=True)
    segments = models.PositiveSmallIntegerField(default=1)
    own_values = models.JSONField(null=True)

    status = models.CharField(max_length=11, choices=DeliveryStatus.choices)
    reason = models.CharField(max_length=40, default="")
    #: the vendor's own word for it
    code = models.CharField(max_length=40, default="")
    provider_id = models.CharField(max_length=80, default="")
    sent_at = models.FloatField(null=True)
    #: when the receipt that ended it says it ended
    ended_at = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["broadcast_id", "channel", "address", "subject"], name="delivery_once")
        ]
        indexes = [models.Index(fields=["batch_id"], name="delivery_of_batch")]


class SharedDelivery(models.Model):
    """A further family (or staff member) that a delivery to a shared address reaches, beside the one it was planned
    for.
    """

    broadcast_id = models.BigIntegerField(db_index=True)
    delivery_id = models.BigIntegerField()
    contact_id = models.BigIntegerField()
    family_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["delivery_id", "contact_id"], name="shared_once")]


#: seconds after its approval in which a broadcast may be acknowledged
ANSWERED_WITHIN = 14 * 86_400.0


class Acknowledgement(models.Model):
    """Somebody said that they have read a broadcast: by text or by the link in a mail (`how`). `delivery_id` is the
    message that they answered; it speaks for their whole family.
    """

    broadcast_id = models.BigIntegerField()
    contact_id = models.BigIntegerField()
    family_id = models.BigIntegerField(null=True)
    delivery_id = models.BigIntegerField()
    how = models.CharField(max_length=5, choices=[("text", "text"), ("link", "link")])
    at = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["broadcast_id", "contact_id"], name="acknowledged_once")]


class Batch(models.Model):
    """Deliveries of one broadcast, channel, sender, wave and wording that one worker claims together.

    `worker` holds the claim and `lease_until` its end. `lot_from`..`lot_to` are the delivery ids of the lot that was
    marked as started; what is still queued in there when the lease runs out is in doubt, nothing else is.
    """

    id = models.BigIntegerField(primary_key=True)
    broadcast_id = models.BigIntegerField(db_index=True)
    channel = models.CharField(max_length=5, choices=CHANNELS)
    sender = models.CharField(max_length=320)
    wording_id = models.BigIntegerField()
    urgency = models.PositiveSmallIntegerField()
    wave = models.PositiveSmallIntegerField()
    size = models.PositiveIntegerField()
    due_at = models.FloatField()
    #: how often its deliveries were queued again because the vendor could not take them
    attempt = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=60, default="")
    lease_until = models.FloatField(null=True)
    lot_from = models.BigIntegerField(null=True)
    lot_to = models.BigIntegerField(null=True)
    done_at = models.FloatField(null=True)

    class Meta:
        indexes = [
            # what the claim asks: the best due batch of a channel
            models.Index(
                fields=["channel", "urgency", "wave", "id"], name="batch_best", condition=models.Q(done_at__isnull=True)
            ),
        ]


class Verdict(models.TextChoices):
    """How a doubt was settled."""

    ACCEPTED = "accepted"
    ABSENT = "absent"
    RECEIPT = "receipt"
    RESENT = "resent"


class Answer(models.TextChoices):
    """What the vendor last said about a text in doubt; empty: it was not asked, or can't be."""

    NONE = "no answer"
    NOT_LISTED = "not listed"
    ALIKE = "alike"  # it lists a text that reads the same and may be another delivery's


#: the cause of a doubt where a backup was restored that does not know whether the message left after it was made
RESTORED = "restored from a backup"


class Doubt(models.Model):
    """A delivery whose outcome nobody knew, what was done about it, and how it was settled.

    `request` names the mail request it went out in. Open while `settled_at` is null; a doubt settled as absent or
    resent means that the delivery was sent again. `person` marks those that wait, or waited, for a person.
    """

    delivery_id = models.BigIntegerField(db_index=True)
    broadcast_id = models.BigIntegerField(db_index=True)
    channel = models.CharField(max_length=5, choices=CHANNELS)
    request = models.CharField(max_length=60, default="")
    cause = models.CharField(max_length=100)
    since = models.FloatField()
    asks = models.PositiveSmallIntegerField(default=0)
    answer = models.CharField(max_length=10, choices=Answer.choices, default="")
    next_ask_at = models.FloatField()
    person = models.BooleanField(default=False)
    verdict = models.CharField(max_length=8, choices=Verdict.choices, default="")
    settled_at = models.FloatField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_ask_at"], name="doubt_open", condition=models.Q(settled_at__isnull=True)),
            models.Index(fields=["request"], name="doubt_request", condition=models.Q(settled_at__isnull=True)),
        ]


class AcceptedRequest(models.Model):
    """A mail request of which an event came: all of it was accepted, whatever is thought of it later."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.FloatField()


class Polling(models.Model):
    """How far the asking for missing receipts of a broadcast's texts has come: a pass goes over them by id, one at a
    time.
    """

    broadcast_id = models.BigIntegerField(primary_key=True)
    cursor = models.BigIntegerField(default=0)
    due_at = models.FloatField()


class Settling(models.Model):
    """How far a finished broadcast is settled: the batches up to `batch_id` wait for no receipt any more."""

    broadcast_id = models.BigIntegerField(primary_key=True)
    batch_id = models.BigIntegerField()


class LastOutcome(models.Model):
    """What became of the last message to an address, as far as the address is to praise or to blame. Drills don't
    count.
    """

    channel = models.CharField(max_length=5, choices=CHANNELS)
    address = models.CharField(max_length=320)
    arrived = models.BooleanField()
    at = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "address"], name="lastoutcome_once")]


class Pace(models.Model):
    """When a sender may send next. Shared by all workers on all machines; a missing row is a sender that is free now.

    `share` of its rate is what it had when the vendor last asked it to slow down, at `slowed_at`; it grows back.
    """

    channel = models.CharField(max_length=5, choices=CHANNELS)
    sender = models.CharField(max_length=320)
    free_at = models.FloatField()
    share = models.FloatField(default=1.0)
    slowed_at = models.FloatField(default=0.0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "sender"], name="pace_once")]
