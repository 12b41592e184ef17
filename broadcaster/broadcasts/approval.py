"""Approval: what must be true before anything goes out (law 8). It writes `approved` and no more; ringing is for the
callers.
"""

from dataclasses import asdict

from django.db import transaction

from broadcaster import clock
from broadcaster.audiences import count
from broadcaster.broadcasts import audit
from broadcaster.broadcasts.models import Broadcast, Wording
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.kinds import BadInput, Purpose
from broadcaster.roster.models import RosterImport
from broadcaster.settings import SETTINGS


def submit(broadcast: Broadcast, actor: str, reason: str = "") -> BroadcastStatus:
    """Hand a draft in. It is approved at once where policy lets one person do that, or where `reason` releases it; else
    it is in review.

    Returns the status it has now.
    """
    if not _needs_second_person(broadcast):
        return approve(broadcast, actor)
    if reason:
        return approve(broadcast, actor, reason)
    if not Broadcast.move(broadcast.pk, BroadcastStatus.IN_REVIEW):
        raise _wrong_state(broadcast, "be submitted")
    audit.write(actor, "submitted", broadcast.pk)
    return BroadcastStatus.IN_REVIEW


def approve(broadcast: Broadcast, actor: str, reason: str = "") -> BroadcastStatus:
    """Approve, and freeze wording, audience, roster version and counts. With `reason` it is released by one person
    alone.
    """
    counts = asdict(count(broadcast.audience, Purpose(broadcast.purpose)))
    newest = RosterImport.objects.order_by("-id").values_list("pk", flat=True).first()
    with transaction.atomic():
        approved = Broadcast.move(
            broadcast.pk,
            BroadcastStatus.APPROVED,
            approved_by=actor,
            approved_at=clock.now(),
            roster_version=newest,
            counts=counts,
        )
        if not approved:
            raise _wrong_state(broadcast, "be approved")
        _drop_unreviewed(broadcast)
        audit.write(
            actor, "released alone" if reason else "approved", broadcast.pk, {"reason": reason, "counts": counts}
        )
    return BroadcastStatus.APPROVED


def _needs_second_person(broadcast: Broadcast) -> bool:
    """District-wide and emergency broadcasts wait for a second person, unless the district decided otherwise. A drill
    never does.
    """
    if broadcast.drill or not SETTINGS.district.policies.four_eyes:
        return False
    return broadcast.purpose == Purpose.EMERGENCY or count(broadcast.audience).schools != 1


def _drop_unreviewed(broadcast: Broadcast) -> None:
    """An emergency goes out in reviewed languages alone, unless policy says otherwise: the other families get
    English.
    """
    if broadcast.purpose == Purpose.EMERGENCY and not SETTINGS.district.policies.unreviewed_translations:
        Wording.objects.filter(broadcast=broadcast).exclude(language="en").exclude(translation="reviewed").delete()


def _wrong_state(broadcast: Broadcast, act: str) -> BadInput:
    broadcast.refresh_from_db(fields=["status"])
    return BadInput(f"broadcast {broadcast.pk} is {broadcast.status}, so it can't {act}")
