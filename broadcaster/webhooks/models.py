"""Receipts as they came, kept before the vendor gets its 2xx."""

from django.db import models

from broadcaster.roster.models import CHANNELS


class StoredReceipt(models.Model):
    """One receipt. `event_id` makes a repeat recognisable.

    `delivery_id` is null where it is of none of ours as far as we know; `fault` names the error that kept it from being
    applied, else it is empty. Either is looked at again at `next_try_at`, and after its `tries` waits for a person.
    `raw` is JSON text as it came; `ref` is what it called its delivery.
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
    ref = models.CharField(max_length=60, db_default="")
    tries = models.PositiveSmallIntegerField(db_default=0)
    next_try_at = models.FloatField(null=True)

    class Meta:
        indexes = [
            # few are ever tried again, and few belong to nobody: both indexes stay small in a storm
            models.Index(fields=["next_try_at"], name="receipt_again", condition=models.Q(next_try_at__isnull=False)),
            models.Index(fields=["received_at"], name="receipt_of_nobody", condition=models.Q(delivery_id=None)),
        ]
