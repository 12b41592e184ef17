"""Who looked at which family: noted by one insert, vouched for by the audit log a minute later.

A page that shows a family has no time for the audit log's chain, whose entries are appended one at a time over the
whole district: on PostgreSQL under a lock of the table. So looks stand in a table of their own, and once a minute an
entry of the audit log takes in those that are new, with a digest of them. A look that was changed, taken away or put in
later no longer fits its entry. What is younger than that minute nothing vouches for.
"""

import hashlib
import json
from collections.abc import Iterable

from django.db import DEFAULT_DB_ALIAS, transaction

from broadcaster import clock
from broadcaster.broadcasts import audit
from broadcaster.broadcasts.models import AuditEntry, Look

#: how somebody came to see a family
FOUND, OPENED, ADDRESS, CALLS, REPLIES, COMPARED = (
    "found a family in a search",
    "opened a family",
    "opened an address",
    "opened a call list",
    "read a family's reply",
    "compared contacts who look like one person",
)
#: what the audit log says of a lot of looks
SEALED = "vouched for looks at families"

#: seconds that a look rests before it is sealed: one that began before may commit later
_RESTS = 5.0
#: looks in one entry: a short transaction (some 50 ms)
_MOST = 1_000


def note(
    actor: str,
    act: str,
    families: Iterable[int] = (),
    contacts: Iterable[int] = (),
    broadcast_id: int | None = None,
) -> None:
    """Note that somebody saw these families and staff members: one statement, however many."""
    now = clock.now()
    seen = [{"family_id": pk} for pk in families] + [{"contact_id": pk} for pk in contacts]
    if seen:
        Look.objects.bulk_create(Look(at=now, actor=actor, act=act, broadcast_id=broadcast_id, **whom) for whom in seen)


def seal(now: float) -> int:
    """Vouch for what nothing vouches for yet. Returns how many looks that were."""
    sealed = 0
    while number := _seal_some(now):
        sealed += number
    return sealed


def _seal_some(now: float) -> int:
    fresh = Look.objects.filter(seal__isnull=True, at__lt=now - _RESTS).order_by("pk")
    if not fresh.exists():  # without a lock: nearly always there is none
        return 0
    with transaction.atomic():
        audit.one_at_a_time()
        looks = list(fresh[:_MOST])
        if looks:
            entry = audit.write("worker", SEALED, detail={"looks": len(looks), "digest": _digest(looks)})
            Look.objects.filter(seal__isnull=True, pk__in=[look.pk for look in looks]).update(seal=entry)
    return len(looks)


def first_break(using: str = DEFAULT_DB_ALIAS) -> int | None:
    """The id of the first audit entry whose looks are not those it vouched for, else of one that has looks and vouches
    for none; None: all are as they were noted.
    """
    seals = AuditEntry.objects.using(using).filter(act=SEALED)
    for entry in seals.order_by("id").iterator():
        if _digest(Look.objects.using(using).filter(seal=entry.pk).order_by("pk")) != entry.detail.get("digest"):
            return entry.pk
    put_in = Look.objects.using(using).exclude(seal=None).exclude(seal__in=seals.values("pk"))
    return put_in.order_by("seal").values_list("seal", flat=True).first()


def _digest(looks: Iterable[Look]) -> str:
    digest = hashlib.sha256()
    for one in looks:
        content = [one.pk, f"{one.at:.6f}", one.actor, one.act, one.family_id, one.contact_id, one.broadcast_id]
        digest.update(json.dumps(content, ensure_ascii=False).encode())
    return digest.hexdigest()
