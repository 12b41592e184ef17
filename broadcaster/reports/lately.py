"""Broadcasts as the console lists them: the newest first, each with its families, and never counted twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from broadcaster.broadcasts.models import ANSWER, Broadcast
from broadcaster.delivery.models import Member
from broadcaster.reports import summary
from broadcaster.reports.counts import simulated
from broadcaster.reports.models import Summary, SummaryPart
from broadcaster.reports.report import Share
from broadcaster.reports.snapshot import audience
from broadcaster.roster.models import School

#: settled broadcasts that are summed up for one list; those that nobody has summed up yet come later
_SUMMED_UP = 2


@dataclass(frozen=True, slots=True)
class Line:
    """A broadcast and its families; None where they are not counted yet. `simulated`: nothing of it reached anybody."""

    broadcast: Broadcast
    families: Share | None
    simulated: bool


def lately(limit: int, *, before: int | None = None, school: School | None = None) -> list[Line]:
    """The newest `limit` broadcasts with an id under `before`; with a school, those that mean its people, and of them
    its families alone. Answers to single families are in the inbox instead.
    """
    found = (Broadcast.objects.order_by("-id") if school is None else of_school(school)).exclude(template=ANSWER)
    if before is not None:
        found = found.filter(pk__lt=before)
    broadcasts = list(found[:limit])
    families = _families(broadcasts, school)
    return [
        Line(one, families.get(one.pk), bool(simulated(one)) and len(simulated(one)) == len(one.channels))
        for one in broadcasts
    ]


def of_school(school: School) -> QuerySet[Broadcast]:
    """The broadcasts that mean somebody of a school, the newest first."""
    part = SummaryPart.objects.filter(broadcast_id=OuterRef("pk"), school_id=school.pk)
    member = Member.objects.filter(broadcast_id=OuterRef("pk"), school_id=school.pk)
    return Broadcast.objects.filter(Q(Exists(part)) | Q(Exists(member))).order_by("-id")


def _families(broadcasts: Sequence[Broadcast], school: School | None) -> Mapping[int, Share]:
    found = _kept([one.pk for one in broadcasts], school)
    lacking = [one for one in broadcasts if one.settled_at is not None and one.pk not in found]
    for one in lacking[:_SUMMED_UP]:
        summary.freeze(one)
    found |= _kept([one.pk for one in lacking[:_SUMMED_UP]], school)
    under_way = [one for one in broadcasts if one.settled_at is None and one.approved_at is not None]
    return found | {one.pk: audience(one, school) for one in under_way}


def _kept(ids: Sequence[int], school: School | None) -> dict[int, Share]:
    rows: QuerySet[Summary] | QuerySet[SummaryPart] = Summary.objects.filter(pk__in=ids)
    if school is not None:
        rows = SummaryPart.objects.filter(broadcast_id__in=ids, school_id=school.pk)
    return {pk: Share(total, reached) for pk, total, reached in rows.values_list("broadcast_id", "total", "reached")}
