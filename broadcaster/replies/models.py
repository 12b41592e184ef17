"""Texts from families, as they came."""

from django.db import models


class ReplyKind(models.TextChoices):
    """What a text asks for."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    #: reads as a wish to stop, or says that the number is wrong: a person looks at it within the day
    WISH = "wish"
    OTHER = "other"


class Reply(models.Model):
    """One text to one of our numbers. `provider_id` makes a repeat recognisable.

    `contact_ids` are those whose phone it came from, null where it is nobody's we know. `at_carrier` says that the
    carrier acted on it by itself: after such a stop no text of ours gets through. A `simulated` text came from the
    sandbox beside a live account: it is kept, and changes nobody's choice.
    """

    provider_id = models.CharField(max_length=80, unique=True)
    sender = models.CharField(max_length=40, db_index=True)
    to = models.CharField(max_length=40)
    body = models.TextField()
    at = models.FloatField()
    kind = models.CharField(max_length=5, choices=ReplyKind.choices)
    at_carrier = models.BooleanField(default=False)
    simulated = models.BooleanField(default=False)
    contact_ids = models.JSONField(null=True)
