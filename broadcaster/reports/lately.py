"""Broadcasts as the console lists them: the newest first, each with its families, and never counted twice."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from broadcaster.broadcasts.models import ANSWER, Broadcast
from broadcaster.delivery import sql
from broadcaster.delivery.models import Member
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.reports import summary
from broadcaster.reports.counts import simulated
from broadcaster.reports.models import Summary, SummaryPart
from broadcaster.reports.report import Share
from broadcaster.roster.models import School

#: settled broadcasts that are summed up for one list; those that nobody has summed up yet come later
_SUMMED_UP = 2
#: broadcasts under way that are counted for one list
_COUNTED = 5
_DELIVERED = DeliveryStatus.DELIVERED.value


@dataclass(frozen=True, slots=True)
class Line:
    """A broadcast and its families; None where they are not counted yet. `simulated`: nothing of it reached anybody."""

    broadcast: Broadcast
    families: Share | None
    simulated: bool


#: counts the families of broadcasts under way, of all of them or of a school
Live = Callable[[Sequence[int], School | None], Mapping[int, Share]]


def lately(
    limit: int,
    live: Live,
    *,
    before: int | None = None,
    school: School | None = None,
    uncounted: Collection[int] = (),
) -> list[Line]:
    """The newest `limit` broadcasts with an id under `before`; with a school, those that mean its people, and of them
    its families alone. Answers to single families are in the inbox instead. `live` counts what has not settled.
    """
    found = (Broadcast.objects.order_by("-id") if school is None else of_school(school)).exclude(template=ANSWER)
    if before is not None:
        found = found.filter(pk__lt=before)
    broadcasts = list(found[:limit])
    families = _families([one for one in broadcasts if one.pk not in uncounted], school, live)
    return [
        Line(one, families.get(one.pk), bool(simulated(one)) and len(simulated(one)) == len(one.channels))
        for one in broadcasts
    ]


def of_school(school: School) -> QuerySet[Broadcast]:
    """The broadcasts that mean somebody of a school, the newest first."""
    part = SummaryPart.objects.filter(broadcast_id=OuterRef("pk"), school_id=school.pk)
    member = Member.objects.filter(broadcast_id=OuterRef("pk"), school_id=school.pk)
    return Broadcast.objects.filter(Q(Exists(part)) | Q(Exists(member))).order_by("-id")


def _families(broadcasts: Sequence[Broadcast], school: School | None, live: Live) -> Mapping[int, Share]:
    found = _kept([one.pk for one in broadcasts], school)
    lacking = [one for one in broadcasts if one.settled_at is not None and one.pk not in found]
    for one in lacking[:_SUMMED_UP]:
        summary.freeze(one)
    found |= _kept([one.pk for one in lacking[:_SUMMED_UP]], school)
    under_way = [one.pk for one in broadcasts if one.settled_at is None and one.approved_at is not None]
    return {**found, **live(under_way[:_COUNTED], school)} if under_way else found


def under_way(ids: Sequence[int], school: School | None) -> dict[int, Share]:
    """The families of broadcasts as of now: two statements over all their deliveries."""
    here = "" if school is None else f"AND school_id = {school.pk}"
    theirs = f"(SELECT m.family_id FROM delivery_member m WHERE m.broadcast_id = r.broadcast_id {here})"
    mine = "" if school is None else f"WHERE r.family_id IN {theirs}"
    total = sql.rows(
        f"SELECT broadcast_id, COUNT(DISTINCT family_id) FROM delivery_member WHERE broadcast_id IN ({sql.marks(ids)}) "
        f"{here} GROUP BY broadcast_id",
        ids,
    )
    reached = dict(
        sql.rows(
            f"""SELECT r.broadcast_id, COUNT(DISTINCT r.family_id) FROM (
                SELECT broadcast_id, family_id FROM delivery_delivery
                WHERE broadcast_id IN ({sql.marks(ids)}) AND status = '{_DELIVERED}'
                UNION ALL
                SELECT s.broadcast_id, s.family_id FROM delivery_shareddelivery s
                JOIN delivery_delivery d ON d.id = s.delivery_id
                WHERE s.broadcast_id IN ({sql.marks(ids)}) AND d.status = '{_DELIVERED}') r {mine}
                GROUP BY r.broadcast_id""",
            [*ids, *ids],
        )
    )
    return {pk: Share(families, reached.get(pk, 0)) for pk, families in total}


def _kept(ids: Sequence[int], school: School | None) -> dict[int, Share]:
    rows: QuerySet[Summary] | QuerySet[SummaryPart] = Summary.objects.filter(pk__in=ids)
    if school is not None:
        rows = SummaryPart.objects.filter(broadcast_id__in=ids, school_id=school.pk)
    return {pk: Share(total, reached) for pk, total, reached in rows.values_list("broadcast_id", "total", "reached")}
