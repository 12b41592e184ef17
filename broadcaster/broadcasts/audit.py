"""The audit log: append-only, each entry's hash over the one before, so that a changed past shows."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, transaction

from broadcaster import clock
from broadcaster.broadcasts.models import AuditEntry

#: what the first entry stands on
_FIRST = "0" * 64


def write(actor: str, act: str, broadcast_id: int | None = None, detail: Mapping[str, Any] | None = None) -> int:
    """Append an act: who did what, when, to which broadcast. Nothing personal goes into `detail` but the actor's
    name. Returns the entry's id.
    """
    with transaction.atomic():
        one_at_a_time()
        last = newest()
        entry = AuditEntry(
            at=clock.now(),
            actor=actor,
            act=act,
            broadcast_id=broadcast_id,
            detail=dict(detail or {}),
            previous=last.hash if last else _FIRST,
        )
        entry.hash = _hash(entry)
        entry.save(force_insert=True)
    return entry.pk


def newest(using: str = DEFAULT_DB_ALIAS) -> AuditEntry | None:
    """The last entry; its hash stands for the whole log before it."""
    return AuditEntry.objects.using(using).order_by("-id").first()


def first_break(using: str = DEFAULT_DB_ALIAS) -> int | None:
    """The id of the first entry that does not fit the chain; None: the whole log is as it was written."""
    previous = _FIRST
    for entry in AuditEntry.objects.using(using).order_by("id").iterator():
        if entry.previous != previous or entry.hash != _hash(entry):
            return entry.pk
        previous = entry.hash
    return None


def _hash(entry: AuditEntry) -> str:
    content = [entry.previous, f"{entry.at:.6f}", entry.actor, entry.act, entry.broadcast_id, entry.detail]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def one_at_a_time() -> None:
    """Two appends must not stand on the same entry. SQLite has one writer; PostgreSQL takes a lock for the
    transaction.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE broadcasts_auditentry IN SHARE ROW EXCLUSIVE MODE")
