"""A request that is sent again with the same Idempotency-Key is done once, and gets the same answer again.

https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

import hashlib
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from ninja import Status
from ninja.errors import HttpError

from broadcaster import clock
from broadcaster.api.models import Answered, Token

#: seconds for which an answer is kept
KEPT = 86_400.0
#: a request that is said to be worked on for longer died
_DEAD = 900.0
_LONGEST_KEY = 100


def once(
    request: HttpRequest, token: Token, status: int, work: Callable[[], dict[str, Any]], content: bytes | None = None
) -> Status[Any]:
    """Do the work, or give the answer that it had. `content` makes two requests the same: the body, if not given.

    Raises HttpError: 409 while it is worked on, 422 for a key that was used for another request.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return Status(status, work())
    if len(key) > _LONGEST_KEY or not key.isprintable():
        raise HttpError(
            HTTPStatus.UNPROCESSABLE_ENTITY, f"Idempotency-Key should be at most {_LONGEST_KEY} characters."
        )
    mine = _begin(token, key, _digest(request, request.body if content is None else content))
    if isinstance(mine, Status):
        return mine
    try:
        done = work()
    except BaseException:
        mine.delete()
        raise
    Answered.objects.filter(pk=mine.pk).update(status=status, body=done)
    return Status(status, done)


def _begin(token: Token, key: str, digest: str) -> Answered | Status[Any]:
    now = clock.now()
    Answered.objects.filter(at__lt=now - KEPT).delete()
    Answered.objects.filter(at__lt=now - _DEAD, status=0).delete()
    try:
        with transaction.atomic():
            return Answered.objects.create(token=token, key=key, digest=digest, at=now)
    except IntegrityError:
        before = Answered.objects.filter(token=token, key=key).first()
    if before is None or before.status == 0:
        raise HttpError(HTTPStatus.CONFLICT, "A request with this Idempotency-Key is being worked on.")
    if before.digest != digest:
        raise HttpError(HTTPStatus.UNPROCESSABLE_ENTITY, "This Idempotency-Key was used for another request.")
    return Status(before.status, before.body)


def _digest(request: HttpRequest, content: bytes) -> str:
    return hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode() + content).hexdigest()
