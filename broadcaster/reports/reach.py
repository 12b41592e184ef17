"""When each family was reached, and how long that took."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from broadcaster.delivery import sql
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.reports.ledger import Scope

_D, _S = DeliveryStatus.DELIVERED.value, DeliveryStatus.SUPPRESSED.value
#: per delivery or group of them: when it was delivered, if so; and whether anything in it could go out
_BEST = f"""MIN(CASE WHEN d.status = '{_D}' THEN d.ended_at END),
            MAX(CASE WHEN d.status <> '{_S}' THEN 1 ELSE 0 END)"""


@dataclass(frozen=True)
class Reach:
    """The families and staff members that a broadcast has reached.

    A family is reached at the first instant at which a message to it, or to an address it shares, was delivered. It can
    be reached when it has at least one message that was not suppressed. `families` maps family ids to instants
    (seconds), `people` staff members' contact ids. `since` is the approval, which all durations count from.
    """

    since: float | None
    families: Mapping[int, float]
    people: Mapping[int, float]
    reachable: int

    @cached_property
    def seconds(self) -> list[float]:
        """How long after the approval each family was reached, in order; at least 0, as vendors round times down."""
        since = self.since
        return [] if since is None else sorted(max(0.0, at - since) for at in self.families.values())

    def after(self, percent: int) -> float | None:
        """Seconds until so many of the families that can be reached had been reached; None if that is not so yet."""
        needed = -(-percent * self.reachable // 100)  # rounded up, in whole numbers
        return self.seconds[needed - 1] if 0 < needed <= len(self.seconds) else None

    def curve(self, points: int = 200) -> list[tuple[float, int]]:
        """(seconds, families reached by then), rising to the last family reached, in at most `points` steps."""
        seconds = self.seconds
        if not seconds:
            return []
        instants = [place * seconds[-1] / points for place in range(1, points)] + [seconds[-1]]
        steps = [(0.0, 0), *((instant, bisect_right(seconds, instant)) for instant in instants)]
        return [later for earlier, later in pairwise(steps) if later[1] > earlier[1]]


def read(scope: Scope, since: float | None) -> Reach:
    """Reads the ledger: two statements."""
    families: dict[int, float] = {}
    people: dict[int, float] = {}
    reachable: set[int] = set()
    for family_id, contact_id, delivered_at, can_be in _planned(scope) + _shared(scope):
        if family_id is None:
            _keep_first(people, contact_id, delivered_at)
            continue
        _keep_first(families, family_id, delivered_at)
        if can_be:
            reachable.add(family_id)
    return Reach(since, families, people, len(reachable))


def _keep_first(found: dict[int, float], key: int, at: float | None) -> None:
    if at is not None:
        found[key] = min(at, found.get(key, at))


#: family, contact (only of use where there is no family), when delivered, whether it could go out
Row = tuple[Any, ...]


def _planned(scope: Scope) -> list[Row]:
    """One row per family, and one per staff member."""
    staff = "CASE WHEN d.family_id IS NULL THEN d.contact_id END"
    return sql.rows(
        f"SELECT d.family_id, {staff}, {_BEST} FROM delivery_delivery d WHERE {scope.where} "
        f"GROUP BY d.family_id, {staff}",
        scope.params,
    )


def _shared(scope: Scope) -> list[Row]:
    return sql.rows(
        f"""SELECT s.family_id, s.contact_id, {_BEST}
            FROM delivery_shareddelivery s JOIN delivery_delivery d ON d.id = s.delivery_id
            WHERE s.broadcast_id = %s GROUP BY s.family_id, s.contact_id""",
        (scope.broadcast_id,),
    )
