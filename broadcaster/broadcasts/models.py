"""A broadcast (one approved wording to one audience), its wording as approved, and the audit log."""

from typing import Any

from django.db import models

from broadcaster.broadcasts.status import BroadcastStatus, origins
from broadcaster.kinds import Channel, Purpose

#: stands in a broadcast's template where there is none: one text to one family, in somebody's own words
ANSWER = "answer"


class Broadcast(models.Model):
    """The central noun. Instants are seconds since 1970 (UTC); `audience` is the expression as it was written."""

    template = models.CharField(max_length=100)
    #: the saved version that it was drafted from; 0: the shipped one
    template_version = models.PositiveIntegerField(default=0)
    title = models.CharField(max_length=300)
    purpose = models.CharField(max_length=10, choices=[(purpose.value, purpose.value) for purpose in Purpose])
    audience = models.TextField()
    channels = models.JSONField()
    fields = models.JSONField(default=dict)
    #: language -> part -> words that stand in place of the template's, as they were written
    changes = models.JSONField(default=dict)
    drill = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=BroadcastStatus.choices, default=BroadcastStatus.DRAFT)
    #: why it is paused or was cancelled, as a sentence for staff
    status_reason = models.TextField(blank=True)

    created_by = models.CharField(max_length=254)
    created_at = models.FloatField()
    approved_by = models.CharField(max_length=254, blank=True)
    approved_at = models.FloatField(null=True)
    #: not before this instant
    due_at = models.FloatField(null=True)
    #: the short code in its messages, which follows from its words: the same words sent again have the same one
    code = models.CharField(max_length=8, default="", blank=True, db_index=True)
    #: whether it stands on the public notice board
    public = models.BooleanField(default=False)
    #: whether families are asked to say that they have read it
    acknowledge = models.BooleanField(default=False)
    #: the broadcast that it follows, the one its thread began with, and its place there; `corrects`: that one was wrong
    follows_id = models.BigIntegerField(null=True, db_index=True)
    thread_id = models.BigIntegerField(null=True, db_index=True)
    number = models.PositiveSmallIntegerField(default=1)
    corrects = models.BooleanField(default=False)
    started_at = models.FloatField(null=True)
    #: when a person last said that it is to go on
    resumed_at = models.FloatField(null=True)
    finished_at = models.FloatField(null=True)
    settled_at = models.FloatField(null=True)

    #: frozen by the approval, beside the wording: the roster it was counted on, and the counts
    roster_version = models.BigIntegerField(null=True)
    counts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["status"], name="broadcast_status")]

    @property
    def channel_list(self) -> tuple[Channel, ...]:
        """The channels it goes out on."""
        return tuple(Channel(value) for value in self.channels)

    @classmethod
    def move(cls, broadcast_id: int, to: BroadcastStatus, **fields: Any) -> bool:
        """Write the status, and `fields` with it, if the move is allowed from the state it has now. False: it was
        not.
        """
        allowed = cls._default_manager.filter(pk=broadcast_id, status__in=origins(to))
        return bool(allowed.update(status=to, **fields))


class Wording(models.Model):
    """One language of a broadcast, exactly as approved. Tokens `[[name]]` stand where a family's own values go.

    A draft has a second wording, a stand-in, for a language whose own words may have to stay: English, under a line in
    that language. The approval keeps one of the two, or neither. `translation`, `stale` and `outdated` say how far the
    translated words may be trusted (a stand-in's: its line), as `languages.Mark` does.

    `per_family` says whether the text message differs between families; where it does not, `sms_segments` is exact.
    """

    broadcast = models.ForeignKey(Broadcast, models.CASCADE, related_name="wordings")
    language = models.CharField(max_length=20)
    stand_in = models.BooleanField(default=False)
    translation = models.CharField(max_length=10)
    stale = models.BooleanField(default=False)
    outdated = models.BooleanField(default=False)
    subject = models.TextField()
    preheader = models.TextField(blank=True)
    email_text = models.TextField()
    email_html = models.TextField()
    sms = models.TextField()
    sms_segments = models.PositiveSmallIntegerField()
    per_family = models.BooleanField(default=False)
    #: of mail to one school's families: whom it is from and who is answered; empty: the district's
    from_name = models.CharField(max_length=200, default="", blank=True)
    reply_to = models.CharField(max_length=320, default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["broadcast", "language", "stand_in"], name="wording_once")]


class Word(models.Model):
    """Something that somebody of the district has to be told on one channel, once; it is owed until `ended_at`.

    `taken_at` is set before a provider is called and taken back only where it surely took nothing. `why` it was not
    told is a sentence, "" where a provider took it.
    """

    broadcast = models.ForeignKey(Broadcast, models.CASCADE, related_name="words")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10)
    subject = models.TextField()
    text = models.TextField()
    owed_since = models.FloatField()
    next_at = models.FloatField()
    taken_at = models.FloatField(null=True)
    ended_at = models.FloatField(null=True)
    why = models.TextField(default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["broadcast", "person", "channel"], name="told_once")]
        # the sweep looks every second, and nearly always there is none
        indexes = [models.Index(fields=["next_at"], condition=models.Q(ended_at__isnull=True), name="word_owed")]


class Stop(models.Model):
    """The kill switch, each time it was thrown. While one is not lifted, nothing leaves the house."""

    at = models.FloatField()
    by = models.CharField(max_length=254)
    why = models.TextField(blank=True)
    lifted_at = models.FloatField(null=True)
    lifted_by = models.CharField(max_length=254, blank=True)


class AuditEntry(models.Model):
    """One act. Each entry's hash covers the one before, so that a change to the past shows (see `audit.py`)."""

    at = models.FloatField()
    actor = models.CharField(max_length=254)
    act = models.CharField(max_length=60)
    broadcast_id = models.BigIntegerField(null=True)
    detail = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)


class Look(models.Model):
    """Somebody saw what is known of a family, or of a staff member: by id, never by name (see `looks.py`).

    `act` says how; `broadcast_id` whose call list it was. `seal` is the audit entry that vouches for it, null for a
    minute.
    """

    at = models.FloatField()
    actor = models.CharField(max_length=254)
    act = models.CharField(max_length=60)
    family_id = models.BigIntegerField(null=True)
    contact_id = models.BigIntegerField(null=True)
    broadcast_id = models.BigIntegerField(null=True)
    seal = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["family_id"], name="look_family"),
            models.Index(fields=["seal"], name="look_seal"),
        ]


class Draft(models.Model):
    """A broadcast that somebody is at work on: all that was typed, right or not, so that nothing is lost.

    `values` and `at` are as typed; `who` is what was picked (see `selecting.Selection`) and `audience` the expression
    that it makes, "" while it makes none. `school` is the one whose families alone it may be for. It is open until
    it is handed in, and again when its `broadcast` comes back. Each saving has the next `version`.
    """

    template = models.CharField(max_length=100)
    values = models.JSONField(default=dict)
    #: language -> part -> words in place of the template's
    changes = models.JSONField(default=dict)
    who = models.JSONField(default=dict)
    audience = models.TextField(default="", blank=True)
    #: empty: all that the template has
    channels = models.JSONField(default=list)
    #: when it is to go out; "": at once
    at = models.CharField(max_length=40, default="", blank=True)
    drill = models.BooleanField(default=False)
    #: the broadcast that it follows; `corrects`: that one was wrong
    follows_id = models.BigIntegerField(null=True)
    corrects = models.BooleanField(default=False)
    #: languages whose words go out though nobody has reviewed them
    unreviewed = models.JSONField(default=list)
    school = models.ForeignKey("roster.School", models.PROTECT, null=True, related_name="+")
    broadcast = models.OneToOneField(Broadcast, models.CASCADE, null=True, related_name="draft")
    #: what sending it would mean, as of `prospect.mark`
    prospect = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    created_by = models.CharField(max_length=254)
    created_at = models.FloatField()
    saved_by = models.CharField(max_length=254)
    saved_at = models.FloatField()
    handed_in_at = models.FloatField(null=True)


class Submission(models.Model):
    """A broadcast as it was handed in, for the second person to see what has changed since. `content` is that of
    `submissions.content`; `answer` is why it was sent back.
    """

    broadcast = models.ForeignKey(Broadcast, models.CASCADE, related_name="submissions")
    at = models.FloatField()
    by = models.CharField(max_length=254)
    content = models.JSONField()
    answer = models.TextField(default="", blank=True)
    answered_by = models.CharField(max_length=254, default="", blank=True)
