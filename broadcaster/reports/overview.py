"""`broadcaster list`: the newest broadcasts in a line each."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from broadcaster import clock
from broadcaster.broadcasts.models import ANSWER, Broadcast
from broadcaster.delivery import sql
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.reports.counts import simulated
from broadcaster.reports.models import Summary
from broadcaster.reports.report import Share

_DELIVERED = DeliveryStatus.DELIVERED.value


@dataclass(frozen=True, slots=True)
class Line:
    """One broadcast on the list. `deliveries` counts all states; a staff audience has no families."""

    id: int
    title: str
    status: str
    purpose: str
    audience: str
    drill: bool
    sandbox: bool
    created_at: float
    approved_at: float | None
    deliveries: int
    families: Share

    def as_json(self) -> dict[str, Any]:
        """Plain values, instants as ISO 8601 in UTC."""
        return {**asdict(self), "created_at": clock.iso(self.created_at), "approved_at": clock.iso(self.approved_at)}


def overview(limit: int = 50) -> list[Line]:
    """The newest `limit` broadcasts, the newest first: three statements over all their deliveries. Answers to single
    families are in the inbox instead.
    """
    return overview_of(Broadcast.objects.exclude(template=ANSWER).order_by("-id").values_list("pk", flat=True)[:limit])


def overview_of(numbers: Iterable[int]) -> list[Line]:
    """These broadcasts, the newest first. Of one that is settled the summary says who was reached; of the others each
    delivery is read.
    """
    broadcasts = list(Broadcast.objects.filter(pk__in=list(numbers)).order_by("-id"))
    ids = [broadcast.pk for broadcast in broadcasts]
    deliveries = _per_broadcast("SELECT broadcast_id, COUNT(*) FROM delivery_delivery WHERE broadcast_id IN ({})", ids)
    told = {row.pk: row for row in Summary.objects.filter(pk__in=ids)}
    live = [number for number in ids if number not in told]
    families = _per_broadcast(
        "SELECT broadcast_id, COUNT(DISTINCT family_id) FROM delivery_member WHERE broadcast_id IN ({})", live
    )
    reached = _per_broadcast(
        f"""SELECT broadcast_id, COUNT(DISTINCT family_id) FROM (
            SELECT broadcast_id, family_id FROM delivery_delivery
            WHERE broadcast_id IN ({{}}) AND status = '{_DELIVERED}'
            UNION ALL
            SELECT s.broadcast_id, s.family_id
            FROM delivery_shareddelivery s JOIN delivery_delivery d ON d.id = s.delivery_id
            WHERE s.broadcast_id IN ({{}}) AND d.status = '{_DELIVERED}') r""",
        live,
    )
    families |= {number: row.total for number, row in told.items()}
    reached |= {number: row.reached for number, row in told.items()}
    return [
        Line(
            id=broadcast.pk,
            title=broadcast.title,
            status=broadcast.status,
            purpose=broadcast.purpose,
            audience=broadcast.audience,
            drill=broadcast.drill,
            sandbox=bool(simulated(broadcast)),
            created_at=broadcast.created_at,
            approved_at=broadcast.approved_at,
            deliveries=deliveries.get(broadcast.pk, 0),
            families=Share(families.get(broadcast.pk, 0), reached.get(broadcast.pk, 0)),
        )
        for broadcast in broadcasts
    ]


def _per_broadcast(select: str, ids: Sequence[int]) -> dict[int, int]:
    """A number per broadcast. The ids go wherever the statement has a pair of braces."""
    statement = f"{select.replace('{}', sql.marks(ids))} GROUP BY broadcast_id"
    return dict(sql.rows(statement, [*ids] * select.count("{}")))
