"""Making tokens, and telling whose one is."""

import hashlib
import secrets
from collections.abc import Collection
from enum import StrEnum

from django.db import transaction

from broadcaster import clock
from broadcaster.api.models import Token
from broadcaster.broadcasts import audit
from broadcaster.kinds import BadInput

#: what ours begin with, so that scanners for leaked secrets find them
PREFIX = "bcr_"
#: seconds between two notes that a token was used: a row is not written for each request
_NOTED = 60.0
DAY = 86_400.0
#: a token lives for at most so many days
LONGEST_DAYS = 366


class Scope(StrEnum):
    """What a token may be for. Each is given by name; none holds another."""

    ROSTER = "roster"
    AUDIENCES = "audiences"
    BROADCASTS = "broadcasts"
    APPROVE = "approve"
    REPORTS = "reports"


class UnknownToken(BadInput):
    """No token is called so, or it is revoked already."""


def make(name: str, scopes: Collection[Scope], days: float, actor: str) -> tuple[Token, str]:
    """A new token and the secret, which is shown this once. Raises BadInput for a name that is taken."""
    if not 0 < days <= LONGEST_DAYS:
        raise BadInput(f"--days {days:g} should be more than 0 and at most {LONGEST_DAYS}")
    if Token.objects.filter(name=name).exists():
        raise BadInput(f"there is a token {name!r} already: revoked or not, its name is in the audit log")
    secret, now = PREFIX + secrets.token_urlsafe(32), clock.now()
    with transaction.atomic():
        token = Token.objects.create(
            name=name,
            digest=_digest(secret),
            scopes=sorted(scopes),
            made_by=actor,
            made_at=now,
            expires_at=now + days * DAY,
        )
        audit.write(actor, "made a token", detail={"token": name, "scopes": sorted(scopes), "days": days})
    return token, secret


def revoke(name: str, actor: str) -> Token:
    """Let a token in no more, from the next request on. Raises UnknownToken."""
    with transaction.atomic():
        if not Token.objects.filter(name=name, revoked_at=None).update(revoked_at=clock.now()):
            raise UnknownToken(f"there is no token {name!r} that is not revoked: see `broadcaster token list`")
        audit.write(actor, "revoked a token", detail={"token": name})
    return Token.objects.get(name=name)


def whose(secret: str) -> Token | None:
    """The token, if it is let in now."""
    now = clock.now()
    token = Token.objects.filter(digest=_digest(secret), revoked_at=None, expires_at__gt=now).first()
    if token and (token.used_at is None or now - token.used_at > _NOTED):
        Token.objects.filter(pk=token.pk).update(used_at=now)
    return token


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
