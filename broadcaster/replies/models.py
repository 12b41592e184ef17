"""What comes from families: texts as they came, taps that a person has to know of; and what staff answered."""

from django.db import models


class ReplyKind(models.TextChoices):
    """What a text asks for."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    #: they have read the last message that asked for it
    READ = "read"
    #: reads as a wish to stop, or says that the number is wrong: a person looks at it within the day
    WISH = "wish"
    #: they tapped "this is not for me": the address is retired already, and the office asks for the right one
    WRONG = "wrong"
    OTHER = "other"


class Reply(models.Model):
    """One text to one of our numbers, or one tap. `provider_id` makes a repeat recognisable.

    `sender` is the phone or mail address that it came from. `contact_ids` are those whose it is, null where it is
    nobody's we know; `broadcast_id` is the last broadcast that went there, `school_id` whose office looks at it (null:
    the district's). `at_carrier` says that the carrier acted on it by itself: after such a stop no text of ours gets
    through. A `simulated` text came from the sandbox beside a live account: it is kept, and changes nobody's choice.
    Until `done_at` a person has to look at it, where its kind is one of `WAITING`.
    """

    provider_id = models.CharField(max_length=80, unique=True)
    sender = models.CharField(max_length=320, db_index=True)
    to = models.CharField(max_length=40)
    body = models.TextField()
    at = models.FloatField(db_index=True)
    kind = models.CharField(max_length=5, choices=ReplyKind.choices)
    at_carrier = models.BooleanField(default=False)
    simulated = models.BooleanField(default=False)
    contact_ids = models.JSONField(null=True)
    broadcast_id = models.BigIntegerField(null=True)
    school_id = models.BigIntegerField(null=True)
    done_at = models.FloatField(null=True)
    done_by = models.CharField(max_length=254, default="", blank=True)
    note = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["done_at", "kind"], name="reply_waiting")]


#: what a person looks at, the most pressing first. A carrier's stop is here so that the office knows: no text, an
#: emergency's neither, reaches that phone any more
WAITING = (ReplyKind.WISH, ReplyKind.WRONG, ReplyKind.STOP, ReplyKind.OTHER)


class Answer(models.Model):
    """What somebody of the district answered to a reply: a text of its own, in a broadcast of its own."""

    reply = models.ForeignKey(Reply, models.CASCADE, related_name="answers")
    text = models.TextField()
    by = models.CharField(max_length=254)
    at = models.FloatField()
    broadcast_id = models.BigIntegerField()
