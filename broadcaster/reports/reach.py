"""When each family was reached, and how long that took."""

from bisect import bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from broadcaster.delivery import sql
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.reports.ledger import Scope
from broadcaster.reports.report import Served

_D, _S = DeliveryStatus.DELIVERED.value, DeliveryStatus.SUPPRESSED.value
#: per delivery or group of them: when it was delivered, if so; and whether anything in it could go out
_BEST = f"""MIN(CASE WHEN d.status = '{_D}' THEN d.ended_at END),
            MAX(CASE WHEN d.status <> '{_S}' THEN 1 ELSE 0 END)"""


@dataclass(frozen=True)
class Reach:
    """The families and staff members that a broadcast has reached.

    A family is reached at the first instant at which a message to it, or to an address it shares, was delivered. It can
    be reached when it has at least one message that was not suppressed: such families are `reachable`. `families` maps
    family ids to instants (seconds), `people` staff members' contact ids. `since` is the approval, which all durations
    count from.
    """

    since: float | None
    families: Mapping[int, float]
    people: Mapping[int, float]
    reachable: Collection[int]

    @cached_property
    def seconds(self) -> list[float]:
        """How long after the approval each family was reached, in order; at least 0, as vendors round times down."""
        return self._seconds(self.families)

    def after(self, percent: int) -> float | None:
        """Seconds until so many of the families that can be reached had been reached; None if that is not so yet."""
        return _after(self.seconds, percent, len(self.reachable))

    def served(self, families: Collection[int], *, planned: bool = True) -> Served:
        """How these families were served. While planning goes on, no share of them has a time."""
        reachable = sum(family in self.reachable for family in families)
        seconds = self._seconds(family for family in families if family in self.families)
        reached = sum(family in self.families for family in families)
        t50, t90 = (_after(seconds, percent, reachable) if planned else None for percent in (50, 90))
        return Served(len(families), reached, reachable, t50, t90)

    def curve(self, points: int = 200) -> list[tuple[float, int]]:
        """(seconds, families reached by then), rising to the last family reached, in at most `points` steps."""
        seconds = self.seconds
        if not seconds:
            return []
        instants = [place * seconds[-1] / points for place in range(1, points)] + [seconds[-1]]
        steps = [(0.0, 0), *((instant, bisect_right(seconds, instant)) for instant in instants)]
        return [later for earlier, later in pairwise(steps) if later[1] > earlier[1]]

    def _seconds(self, families: Any) -> list[float]:
        since = self.since
        return [] if since is None else sorted(max(0.0, self.families[family] - since) for family in families)


def _after(seconds: list[float], percent: int, reachable: int) -> float | None:
    needed = -(-percent * reachable // 100)  # rounded up, in whole numbers
    return seconds[needed - 1] if 0 < needed <= len(seconds) else None


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
    return Reach(since, families, people, reachable)


def _keep_first(found: dict[int, float], key: int, at: float | None) -> None:
    if at is not None:
        found[key] = min(at, found.get(key, at))


#: family, contact (only of use where there is no family), when delivered, whether it could go out
Row = tuple[Any, ...]


def _planned(scope: Scope) -> list[Row]:
    """One row per family, and one per staff member."""
    staff = "CASE WHEN d.family_id IS NULL THEN d.contact_id END"
    every, theirs = scope.every(), scope.households("d")
    return sql.rows(
        f"SELECT d.family_id, {staff}, {_BEST} FROM delivery_delivery d WHERE {every.sql} AND {theirs.sql} "
        f"GROUP BY d.family_id, {staff}",
        every.params + theirs.params,
    )


def _shared(scope: Scope) -> list[Row]:
    theirs = scope.households("s")
    return sql.rows(
        f"""SELECT s.family_id, s.contact_id, {_BEST}
            FROM delivery_shareddelivery s JOIN delivery_delivery d ON d.id = s.delivery_id
            WHERE s.broadcast_id = %s AND {theirs.sql} GROUP BY s.family_id, s.contact_id""",
        (scope.broadcast_id, *theirs.params),
    )
