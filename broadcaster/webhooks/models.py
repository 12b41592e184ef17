"""Receipts as they came, kept before the vendor gets its 2xx."""

from django.db import models

from broadcaster.roster.models import CHANNELS


class StoredReceipt(models.Model):
    """One receipt. `event_id` makes a repeat recognisable.

    `delivery_id` is null where it named none of ours: our ids exist before a message leaves, so a later look would find
    nothing either. `raw` is JSON text as it came. `fault` names the error that kept it from being applied, else it is
    empty.
    """

    event_id = models.CharField(max_length=120, unique=True)
    channel = models.CharField(max_length=5, choices=CHANNELS)
    delivery_id = models.BigIntegerField(null=True, db_index=True)
    word = models.CharField(max_length=40)
    code = models.CharField(max_length=40, default="")
    at = models.FloatField()
    received_at = models.FloatField()
    raw = models.TextField()
    fault = models.CharField(max_length=60, default="")
