"""Tokens, of which we keep no more than a digest, and answers that a repeated request gets again."""

from django.db import models


class Token(models.Model):
    """What a system shows to be let in. `digest` is SHA-256 of it: a stolen ledger opens nothing.

    A fast digest is enough: a token is 256 random bits, which nobody guesses. Nothing is deleted; what is no longer let
    in has `revoked_at`, or its time is over.
    """

    name = models.CharField(max_length=60, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField()
    made_by = models.CharField(max_length=254)
    made_at = models.FloatField()
    expires_at = models.FloatField()
    revoked_at = models.FloatField(null=True)
    used_at = models.FloatField(null=True)

    def __str__(self) -> str:
        return self.name


class Answered(models.Model):
    """What a request with an Idempotency-Key was answered. `status` 0: it is still being worked on."""

    token = models.ForeignKey(Token, models.CASCADE)
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(null=True)
    at = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="answered_once")]
