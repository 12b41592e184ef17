"""How families were served over many broadcasts, by school and by language, and who was served worse.

A school is compared with the families elsewhere in the same broadcasts, and with nothing else: who got the hard ones is
not worse served for that. So is a language.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from broadcaster import clock
from broadcaster.broadcasts.models import Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery.models import Plan
from broadcaster.reports import summary
from broadcaster.reports.comparing import Line, compare
from broadcaster.reports.counts import simulated
from broadcaster.reports.period import Period
from broadcaster.reports.report import NO_LANGUAGE, NO_SCHOOL, Served, to_millisecond
from broadcaster.roster.models import School


@dataclass(frozen=True, slots=True)
class Point:
    """One broadcast of the period. `final`: it is settled; else its numbers are as of now."""

    id: int
    title: str
    purpose: str
    approved_at: float
    final: bool
    families: Served


@dataclass(frozen=True, slots=True)
class Trends:
    """The broadcasts approved in a period, in order, and how each school and each language (by its tag) was served, the
    worst first.

    Left out are drills, cancelled broadcasts, those that are still being planned, and those to nobody but staff. With a
    `school`, `schools` has that one alone, and there are no languages: they are not kept by school.
    """

    period: Period
    as_of: float
    school: str | None
    sandbox: bool
    points: tuple[Point, ...]
    drills: int
    cancelled: int
    planning: int
    schools: tuple[Line, ...]
    languages: tuple[Line, ...]

    @property
    def meant(self) -> int:
        """How often a family was to be reached: the families of all broadcasts added up."""
        return sum(point.families.total for point in self.points)

    @property
    def reached(self) -> int:
        """How often one was."""
        return sum(point.families.reached for point in self.points)

    @property
    def unfinished(self) -> int:
        """How many broadcasts are not settled."""
        return sum(not point.final for point in self.points)

    def as_json(self) -> dict[str, Any]:
        """Plain values: instants as ISO 8601 in UTC, durations in seconds to the millisecond."""
        return {
            "from": self.period.first.isoformat(),
            "to": self.period.last.isoformat(),
            "as_of": clock.iso(self.as_of),
            "school": self.school,
            "sandbox": self.sandbox,
            "left_out": {"drills": self.drills, "cancelled": self.cancelled, "planning": self.planning},
            "families": {"meant": self.meant, "reached": self.reached},
            "broadcasts": [_point(point) for point in self.points],
            "schools": [line.as_json() for line in self.schools],
            "languages": [line.as_json() for line in self.languages],
        }


def _point(point: Point) -> dict[str, Any]:
    families = asdict(point.families)
    families.update({name: to_millisecond(families[name]) for name in ("t50", "t90")})
    return {**asdict(point), "approved_at": clock.iso(point.approved_at), "families": families}


def trends(period: Period, school: School | None = None, *, settled: bool = False) -> Trends:
    """The period as of now; or only what is `settled`, which takes no count of a broadcast that is going out.

    Settled broadcasts of which no summary is kept yet are summed up, and kept.
    """
    now = clock.now()
    approved = Broadcast.objects.filter(approved_at__gte=period.since, approved_at__lt=period.until)
    approved = approved.exclude(settled_at=None) if settled else approved
    chosen, left_out = _choose(list(approved.order_by("approved_at", "id")))
    found = _summaries(chosen)
    names = dict(School.objects.values_list("id", "name"))
    points = [_as_point(broadcast, found[broadcast.pk], school) for broadcast in chosen]
    wholes = {pk: one.whole for pk, one in found.items()}
    schools = {pk: _named(one.schools, names) for pk, one in found.items()}
    languages = {pk: {tag or NO_LANGUAGE: part for tag, part in one.languages.items()} for pk, one in found.items()}
    lines = compare(wholes, schools)
    return Trends(
        period=period,
        as_of=now,
        school=school.name if school else None,
        sandbox=any(simulated(broadcast) for broadcast in chosen),
        points=tuple(point for point in points if point.families.total),
        drills=left_out["drills"],
        cancelled=left_out["cancelled"],
        planning=left_out["planning"],
        schools=tuple(line for line in lines if school is None or line.name == school.name),
        languages=tuple(compare(wholes, languages)) if school is None else (),
    )


def _choose(approved: Collection[Broadcast]) -> tuple[list[Broadcast], Counter[str]]:
    """Those that count, and how many do not, by why."""
    ids = [broadcast.pk for broadcast in approved]
    planned = set(Plan.objects.filter(pk__in=ids, done_at__isnull=False).values_list("broadcast_id", flat=True))
    chosen: list[Broadcast] = []
    left_out: Counter[str] = Counter()
    for broadcast in approved:
        if broadcast.drill:
            left_out["drills"] += 1
        elif broadcast.status == BroadcastStatus.CANCELLED:
            left_out["cancelled"] += 1
        elif broadcast.pk not in planned:
            left_out["planning"] += 1
        else:
            chosen.append(broadcast)
    return chosen, left_out


def _summaries(broadcasts: Collection[Broadcast]) -> dict[int, summary.Summary]:
    """Those that are kept; else from the ledger, and kept from now on where the broadcast is settled."""
    found = summary.frozen([broadcast.pk for broadcast in broadcasts])
    for broadcast in broadcasts:
        if broadcast.pk not in found:
            look = summary.live if broadcast.settled_at is None else summary.freeze
            found[broadcast.pk] = look(broadcast)
    return found


def _named(schools: Mapping[int | None, Served], names: Mapping[int, str]) -> dict[str, Served]:
    return {names.get(school or 0, NO_SCHOOL): part for school, part in schools.items()}


def _as_point(broadcast: Broadcast, found: summary.Summary, school: School | None) -> Point:
    nobody = Served(0, 0, 0, None, None)
    return Point(
        id=broadcast.pk,
        title=broadcast.title,
        purpose=broadcast.purpose,
        approved_at=broadcast.approved_at or 0.0,
        final=broadcast.settled_at is not None,
        families=found.whole if school is None else found.schools.get(school.pk, nobody),
    )
