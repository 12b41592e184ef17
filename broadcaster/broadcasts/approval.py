"""Approval: what must be true before anything goes out (law 8). It writes `approved` and no more; ringing is for the
callers.
"""

from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from django.db import transaction

from broadcaster import clock
from broadcaster.audiences import Counts, count
from broadcaster.broadcasts import audit, owed, publicity, submissions, threads, wordings
from broadcaster.broadcasts.models import Broadcast, Submission, Wording
from broadcaster.broadcasts.outlook import outlook
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.kinds import BadInput, Purpose
from broadcaster.roster import snapshot
from broadcaster.settings import SETTINGS


def submit(
    broadcast: Broadcast, actor: str, reason: str = "", unreviewed: Collection[str] = frozenset()
) -> BroadcastStatus:
    """Hand a draft in. It is approved at once where policy lets one person do that, or where `reason` releases it; else
    it is in review, and who approves it decides on `unreviewed` languages anew.

    Returns the status it has now. For `unreviewed` see `approve`.
    """
    if reason:
        return approve(broadcast, actor, reason, unreviewed)
    counts = count(broadcast.audience, Purpose(broadcast.purpose))
    if not needs_second_person(broadcast.purpose, counts.schools, drill=broadcast.drill):
        return _approve(broadcast, actor, counts, unreviewed=unreviewed)
    wordings.decided(broadcast.wordings.all(), Purpose(broadcast.purpose), unreviewed)
    with transaction.atomic():
        if not Broadcast.move(broadcast.pk, BroadcastStatus.IN_REVIEW):
            raise _wrong_state(broadcast, "be submitted")
        submissions.record(broadcast, actor, counts)
        audit.write(actor, "submitted", broadcast.pk, {"unreviewed": sorted(unreviewed)} if unreviewed else {})
    return BroadcastStatus.IN_REVIEW


def approve_as_second(
    broadcast: Broadcast,
    actor: str,
    seen: int,
    unreviewed: Collection[str] = frozenset(),
    public: bool | None = None,
) -> BroadcastStatus:
    """Approve what somebody else handed in. `seen` is the submission that the approver looked at.

    Raises BadInput where the approver wrote it or handed it in, or where it was changed since; else as `approve`.
    """
    last = submissions.newest(broadcast)
    if last is None or last.pk != seen:
        raise BadInput(f"broadcast {broadcast.pk} was changed since you looked at it: look again")
    if actor in (broadcast.created_by, last.by):
        raise BadInput(f"{actor} wrote broadcast {broadcast.pk}: a second person approves it")
    return approve(broadcast, actor, unreviewed=unreviewed, public=public)


def send_back(broadcast: Broadcast, actor: str, why: str) -> None:
    """It is a draft again, with a word to who wrote it; handed in once more, it has to be approved anew."""
    with transaction.atomic():
        if broadcast.status != BroadcastStatus.IN_REVIEW or not Broadcast.move(broadcast.pk, BroadcastStatus.DRAFT):
            raise _wrong_state(broadcast, "be sent back")
        last = broadcast.submissions.order_by("-id").values_list("pk", flat=True)[:1]
        Submission.objects.filter(pk__in=list(last)).update(answer=why, answered_by=actor)
        audit.write(actor, "sent back", broadcast.pk, {"why": why})
    broadcast.refresh_from_db()


def approve(
    broadcast: Broadcast,
    actor: str,
    reason: str = "",
    unreviewed: Collection[str] = frozenset(),
    public: bool | None = None,
) -> BroadcastStatus:
    """Approve, and freeze wording, audience, roster version and counts. With `reason` it is released by one person
    alone, and everybody else who may approve is owed word of it.

    `unreviewed`: the languages whose own words go out though they would not by themselves; each is audited. Raises
    NeedlessOverride for one that has no words, or whose words go out anyway. Nothing is approved then.

    `public`: whether it stands on the notice board; None leaves it as it was drafted. A correction stops what has not
    gone out of the broadcast that it corrects.
    """
    counts = count(broadcast.audience, Purpose(broadcast.purpose))
    return _approve(broadcast, actor, counts, reason, unreviewed, public)


def _approve(
    broadcast: Broadcast,
    actor: str,
    counts: Counts,
    reason: str = "",
    unreviewed: Collection[str] = frozenset(),
    public: bool | None = None,
) -> BroadcastStatus:
    publicity.refuse(broadcast, public)
    let_out = _let_out(broadcast, unreviewed)
    newest = snapshot.version()
    now, frozen = clock.now(), asdict(counts)
    with transaction.atomic():
        approved = Broadcast.move(
            broadcast.pk,
            BroadcastStatus.APPROVED,
            approved_by=actor,
            approved_at=now,
            roster_version=newest,
            counts=frozen,
            public=broadcast.public if public is None else public,
        )
        if not approved:
            raise _wrong_state(broadcast, "be approved")
        threads.stop_the_wrong_one(broadcast, actor)
        _settle_languages(broadcast, unreviewed)
        for detail in let_out:
            audit.write(actor, "let out unreviewed words", broadcast.pk, detail)
        if reason and not broadcast.drill:
            owed.owe(broadcast, actor, reason, now)
        audit.write(actor, "released alone" if reason else "approved", broadcast.pk, _decided(reason, frozen, public))
    return BroadcastStatus.APPROVED


def _decided(reason: str, counts: dict[str, Any], public: bool | None) -> dict[str, Any]:
    said = {} if public is None else {"public": public}
    return {"reason": reason, "counts": counts, **said}


def needs_second_person(purpose: str, schools: int, *, drill: bool) -> bool:
    """Emergencies, and what goes to more `schools` than one or to none, wait for a second person, unless the district
    decided otherwise. A drill never does.
    """
    if drill or not SETTINGS.district.policies.four_eyes:
        return False
    return purpose == Purpose.EMERGENCY or schools != 1


def _let_out(broadcast: Broadcast, unreviewed: Collection[str]) -> list[dict[str, Any]]:
    """What the audit log says of each language that is let out: how far its words may be trusted, and whom it concerns.

    Raises NeedlessOverride.
    """
    if not unreviewed:
        return []
    found = outlook(broadcast.wordings.all(), Purpose(broadcast.purpose), broadcast.audience, unreviewed)
    return [
        {"language": each.language, "families": each.families, **asdict(each.words)}
        for each in found
        if each.language in unreviewed and each.words
    ]


def _settle_languages(broadcast: Broadcast, unreviewed: Collection[str]) -> None:
    """Keep what goes out: for each language its own words or its stand-in, or none where it is left to its fallback."""
    drafted = list(broadcast.wordings.all())
    kept = wordings.going_out(drafted, wordings.decided(drafted, Purpose(broadcast.purpose), unreviewed))
    Wording.objects.filter(broadcast=broadcast).exclude(pk__in=[wording.pk for wording in kept]).delete()


def _wrong_state(broadcast: Broadcast, act: str) -> BadInput:
    broadcast.refresh_from_db(fields=["status"])
    return BadInput(f"broadcast {broadcast.pk} is {broadcast.status}, so it can't {act}")
