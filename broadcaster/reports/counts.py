"""The report of one broadcast. Every number comes from the ledger, and they agree with each other."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import QuerySet

from broadcaster import clock
from broadcaster.broadcasts.models import Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery import sql
from broadcaster.delivery.models import Doubt, Plan, Verdict
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.kinds import Channel
from broadcaster.providers.reasons import EXPLANATIONS
from broadcaster.reports import ledger, members, reach
from broadcaster.reports.lookup import find
from broadcaster.reports.report import NO_SCHOOL, Counts, Families, ReasonCount, Report, Share
from broadcaster.reports.said import cause
from broadcaster.roster.models import School
from broadcaster.settings import SETTINGS

_S = DeliveryStatus
#: something is still to come for these
OPEN = frozenset({_S.QUEUED, _S.SENDING, _S.UNKNOWN, _S.SENT})
#: it ended without reaching anybody
_LOST = frozenset({_S.UNDELIVERED, _S.FAILED, _S.SUPPRESSED, _S.CANCELLED})
#: it left the house, so its segments are counted: a message that was refused or is in doubt is not
_GONE_OUT = frozenset({_S.SENT, _S.DELIVERED, _S.UNDELIVERED})


def report(broadcast_id: int) -> Report:
    """The report as of now. Raises UnknownBroadcast.

    The broadcast is read before its deliveries, so a report that says `completed` counts every delivery's last state.
    """
    broadcast = find(broadcast_id)
    planned = Plan.objects.filter(pk=broadcast.pk, done_at__isnull=False).exists()
    now = clock.now()
    scope = ledger.scope(broadcast.pk)
    tally = _Tally(channels={channel: Counter() for channel in broadcast.channels})
    tally.add(_groups(scope))
    reached = reach.read(scope, broadcast.approved_at)
    audience = members.read(broadcast.pk)
    names = dict(School.objects.values_list("id", "name"))
    return Report(
        id=broadcast.pk,
        title=broadcast.title,
        purpose=broadcast.purpose,
        audience=broadcast.audience,
        drill=broadcast.drill,
        sandbox=bool(simulated(broadcast)),
        simulated=simulated(broadcast),
        status=broadcast.status,
        status_reason=broadcast.status_reason,
        as_of=now,
        planned=planned,
        complete=is_complete(broadcast, tally.totals),
        approved_at=broadcast.approved_at,
        due_at=broadcast.due_at,
        started_at=broadcast.started_at,
        finished_at=broadcast.finished_at,
        settled_at=broadcast.settled_at,
        totals=_ordered(tally.totals),
        channels=_plain(tally.channels),
        languages=_plain(tally.languages),
        schools=_plain(_by_name(tally.schools, names)),
        school_families=audience.schools(reached.families, names),
        families=_families(len(audience.families), reached, planned=planned),
        students=audience.students(reached.families),
        people=Share(len(audience.people), len(audience.people & reached.people.keys())),
        segments=tally.segments,
        resends=_doubts(broadcast.pk).filter(verdict__in=(Verdict.ABSENT, Verdict.RESENT)).count(),
        waiting=_doubts(broadcast.pk).filter(settled_at__isnull=True, person=True).count(),
        asked_about=_doubts(broadcast.pk).filter(settled_at__isnull=True, person=False).count(),
        reasons=_reasons(tally.reasons),
    )


def simulated(broadcast: Broadcast) -> tuple[str, ...]:
    """Which of its channels go to the simulated provider: all of a drill's, and each that has no vendor's key."""
    return tuple(channel.value for channel in broadcast.channel_list if broadcast.drill or not SETTINGS.live(channel))


def is_complete(broadcast: Broadcast, totals: Counts) -> bool:
    """Whether these counts are the last word: it is settled, or it ended and waits for no receipt."""
    ended = broadcast.status in (BroadcastStatus.COMPLETED, BroadcastStatus.CANCELLED)
    return broadcast.settled_at is not None or (ended and not any(totals.get(status) for status in OPEN))


class Group(NamedTuple):
    """So many deliveries that are alike."""

    channel: str
    language: str
    school_id: int | None
    status: str
    reason: str
    deliveries: int
    segments: int


def _groups(scope: ledger.Scope) -> list[Group]:
    """All deliveries in one statement, so that totals and every breakdown are of the same instant."""
    rows = sql.rows(
        f"""SELECT d.channel, d.language, d.school_id, {ledger.STATE} AS state, d.reason, COUNT(*), SUM(d.segments)
            FROM delivery_delivery d {ledger.HELD_BATCH} WHERE {scope.where}
            GROUP BY d.channel, d.language, d.school_id, state, d.reason""",
        scope.params,
    )
    return [Group(*row) for row in rows]


@dataclass
class _Tally:
    """Groups added up in each direction."""

    channels: dict[str, Counter[str]]
    totals: Counter[str] = field(default_factory=Counter)
    languages: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    schools: dict[int | None, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    reasons: Counter[str] = field(default_factory=Counter)
    segments: int = 0

    def add(self, groups: Iterable[Group]) -> None:
        for group in groups:
            self.totals[group.status] += group.deliveries
            self.channels.setdefault(group.channel, Counter())[group.status] += group.deliveries
            self.languages[group.language][group.status] += group.deliveries
            self.schools[group.school_id][group.status] += group.deliveries
            if group.status in _LOST:
                self.reasons[group.reason or cause(group.status, group.reason).value] += group.deliveries
            if group.status in _GONE_OUT and group.channel == Channel.SMS:
                self.segments += group.segments


def _reasons(counts: Counter[str]) -> tuple[ReasonCount, ...]:
    """The most frequent first."""
    found = []
    for reason, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        said = EXPLANATIONS[cause("", reason)]
        found.append(ReasonCount(reason, said.kind.value, count, said.happened, said.do))
    return tuple(found)


def _by_name(schools: dict[int | None, Counter[str]], names: dict[int, str]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for school_id, counts in schools.items():
        found[names.get(school_id or 0, NO_SCHOOL)].update(counts)
    return found


def _plain(groups: dict[str, Counter[str]]) -> dict[str, Counts]:
    return {name: _ordered(groups[name]) for name in sorted(groups)}


def _ordered(counts: Counter[str]) -> Counts:
    """In the order of a delivery's life."""
    return {status.value: counts[status] for status in DeliveryStatus if counts[status]}


def _families(total: int, reached: reach.Reach, *, planned: bool) -> Families:
    """While planning goes on it is not known how many families can be reached, so no share of them has a time."""
    times = [reached.after(percent) if planned else None for percent in (50, 90, 99)]
    return Families(total, reached.reachable, len(reached.families), *times)


def _doubts(broadcast_id: int) -> QuerySet[Doubt]:
    return Doubt.objects.filter(broadcast_id=broadcast_id)
