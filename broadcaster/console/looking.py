"""Noting that somebody saw a family, or took families' data along: who, when, and whom by id."""

import hashlib
from collections.abc import Iterable, Sequence

import structlog
from django.core.cache import cache
from django.db import DatabaseError

from broadcaster.broadcasts import audit, looks
from broadcaster.console.guard import Request
from broadcaster.roster.models import Contact, School

log = structlog.get_logger()

#: seconds in which the same look of the same person is one
_SAME = 300


def saw(
    request: Request,
    act: str,
    families: Sequence[int] = (),
    contacts: Sequence[int] = (),
    broadcast_id: int | None = None,
) -> None:
    """Note it, once in five minutes. Whoever looks for a phone at night is shown it though the ledger takes no writes:
    that it was not noted stands in the log then.
    """
    seen = repr((request.user.pk, act, broadcast_id, families, contacts))
    if not cache.add(f"look-{hashlib.sha256(seen.encode()).hexdigest()}", 1, _SAME):
        return
    try:
        looks.note(request.user.email, act, families, contacts, broadcast_id)
    except DatabaseError as error:
        log.warning("look.not_noted", person=request.user.pk, error=type(error).__name__)


def saw_people(request: Request, act: str, contacts: Iterable[Contact]) -> None:
    """Note it of these people: by their families, and by themselves where they are in none."""
    seen = list(contacts)
    families = dict.fromkeys(one.family_id for one in seen if one.family_id is not None)
    saw(request, act, list(families), list(dict.fromkeys(one.pk for one in seen if one.family_id is None)))


def took_along(request: Request, file: str, school: School | None, broadcast_id: int | None = None) -> None:
    """A file of families went out of the house: rare, so the audit log has each."""
    detail = {"file": file, "school": school.name if school else ""}
    audit.write(request.user.email, "downloaded data of families", broadcast_id, detail)
