"""One row per message."""

import uuid
from typing import ClassVar

from django.db import models


class Message(models.Model):
    """A message of the usual way: written before it is sent, and again after."""

    objects: ClassVar[models.Manager["Message"]] = models.Manager()

    channel = models.CharField(max_length=5)
    address = models.CharField(max_length=254)
    status = models.CharField(max_length=10, db_index=True)
    provider_id = models.CharField(max_length=64, db_index=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "usual"


class Notification(models.Model):
    """A message of GOV.UK Notify's way: one task saves it, another delivers it."""

    objects: ClassVar[models.Manager["Notification"]] = models.Manager()

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    job = models.IntegerField(db_index=True)
    row = models.IntegerField()
    channel = models.CharField(max_length=5)
    to = models.CharField(max_length=254)
    personalisation = models.JSONField(default=dict)
    status = models.CharField(max_length=10, db_index=True)
    reference = models.CharField(max_length=64, db_index=True, default="")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    updated_at = models.DateTimeField(auto_now=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "usual"
