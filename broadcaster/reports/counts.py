"""The report of one broadcast. Every number comes from the ledger, and they agree with each other."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from broadcaster import clock
from broadcaster.broadcasts.models import Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery import sql
from broadcaster.delivery.models import RESTORED, Delivery, Erasure, Plan, Verdict
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.kinds import Channel
from broadcaster.providers.reasons import EXPLANATIONS
from broadcaster.reports import ledger, members, reach
from broadcaster.reports.lookup import find
from broadcaster.reports.report import (
    NO_GRADE,
    NO_LANGUAGE,
    NO_SCHOOL,
    Counts,
    Families,
    ReasonCount,
    Report,
    Served,
    Share,
)
from broadcaster.reports.said import cause
from broadcaster.roster import grades
from broadcaster.roster.models import Contact, ContactKind, School
from broadcaster.settings import SETTINGS

_S = DeliveryStatus
#: something is still to come for these
OPEN = frozenset({_S.QUEUED, _S.SENDING, _S.UNKNOWN, _S.SENT})
#: it ended without reaching anybody
_LOST = frozenset({_S.UNDELIVERED, _S.FAILED, _S.SUPPRESSED, _S.CANCELLED})
#: it left the house, so it is paid for: a message that was refused or is in doubt is not
_GONE_OUT = frozenset({_S.SENT, _S.DELIVERED, _S.UNDELIVERED})

K = TypeVar("K")


def report(broadcast_id: int, school: School | None = None) -> Report:
    """The report as of now; with a school, of its families alone. Raises UnknownBroadcast.

    The broadcast is read before its deliveries, so a report that says `completed` counts every delivery's last state.
    """
    broadcast = find(broadcast_id)
    planned = Plan.objects.filter(pk=broadcast.pk, done_at__isnull=False).exists()
    now = clock.now()
    scope = ledger.scope(broadcast.pk, school)
    tally = _Tally(channels={channel: Counter() for channel in broadcast.channels})
    tally.add(_groups(scope))
    reached = reach.read(scope, broadcast.approved_at)
    audience = members.read(scope)
    names = dict(School.objects.values_list("id", "name"))
    doubts = _doubts(scope)
    prices = SETTINGS.district.prices

    def served(groups: Mapping[str, set[int]]) -> dict[str, Served]:
        return {name: reached.served(families, planned=planned) for name, families in groups.items()}

    return Report(
        id=broadcast.pk,
        title=broadcast.title,
        purpose=broadcast.purpose,
        audience=broadcast.audience,
        school=school.name if school else None,
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
        erased_at=Erasure.objects.filter(pk=broadcast.pk).values_list("done_at", flat=True).first(),
        totals=_ordered(tally.totals),
        channels=_plain(tally.channels),
        languages=_plain(tally.languages),
        schools=_plain(by_school_name(tally.schools, names)),
        grades=_by_grade({grade: _ordered(counts) for grade, counts in tally.grades.items()}),
        school_families=served(dict(sorted(by_school_name(audience.by_school(), names).items()))),
        language_families=served({tag or NO_LANGUAGE: found for tag, found in sorted(audience.by_language().items())}),
        grade_families=served(_by_grade(audience.by_grade())),
        families=_families(len(audience.families), reached, planned=planned),
        curve=tuple(reached.curve()),
        students=audience.students(reached.families),
        people=Share(len(audience.people), len(audience.people & reached.people.keys())),
        segments=tally.segments,
        mails=tally.mails,
        cost=round(prices.of(tally.segments, tally.mails), 4) if prices.known else None,
        currency=prices.currency,
        resends=doubts.resends,
        waiting=doubts.waiting,
        asked_about=doubts.asked_about,
        reasons=_reasons(tally.reasons),
        copies=_copies(broadcast.pk) if school is None else 0,
        acknowledged=_acknowledged(scope, audience.families) if broadcast.acknowledge else None,
    )


def _copies(broadcast_id: int) -> int:
    kept = list(Contact.objects.filter(kind=ContactKind.COPY).values_list("pk", flat=True))
    return Delivery.objects.filter(broadcast_id=broadcast_id, contact_id__in=kept).count() if kept else 0


def _acknowledged(scope: ledger.Scope, families: Collection[int]) -> Share:
    said = sql.rows(
        "SELECT DISTINCT family_id FROM delivery_acknowledgement WHERE broadcast_id = %s AND family_id IS NOT NULL",
        [scope.broadcast_id],
    )
    return Share(len(families), len({family for (family,) in said} & set(families)))


def simulated(broadcast: Broadcast) -> tuple[str, ...]:
    """Which of its channels go to the simulated provider: all of a drill's, and each that has no vendor's key."""
    return tuple(channel.value for channel in broadcast.channel_list if broadcast.drill or not SETTINGS.live(channel))


def is_complete(broadcast: Broadcast, totals: Counts) -> bool:
    """Whether these counts are the last word: it is settled, or it ended and waits for no receipt."""
    ended = broadcast.status in (BroadcastStatus.COMPLETED, BroadcastStatus.CANCELLED)
    return broadcast.settled_at is not None or (ended and not any(totals.get(status) for status in OPEN))


class Group(NamedTuple):
    """So many deliveries that are alike. `grade` is None where no student of the family tells it."""

    channel: str
    language: str
    school_id: int | None
    grade: str | None
    status: str
    reason: str
    deliveries: int
    segments: int


#: a student's grade: the roster's, or as it was when the broadcast was erased
_GRADE = "COALESCE(m.grade, t.grade)"
#: the grade behind two digits for its place, so that the least of them is the youngest child's
_PLACED_GRADE = (
    f"CASE {_GRADE} "
    + " ".join(f"WHEN '{grade}' THEN '{place:02}'" for place, grade in enumerate(grades.ORDER))
    + f" ELSE '99' END || {_GRADE}"
)


def _groups(scope: ledger.Scope) -> list[Group]:
    """All deliveries in one statement, so that totals and every breakdown are of the same instant.

    The grade is that of the family's youngest student at the delivery's school.
    """
    rows = sql.rows(
        f"""SELECT d.channel, d.language, {scope.school} AS at_school, SUBSTR(g.grade, 3) AS grade,
                   {ledger.STATE} AS state, d.reason, COUNT(*), SUM(d.segments)
            FROM delivery_delivery d {ledger.HELD_BATCH}
            LEFT JOIN (SELECT m.family_id, COALESCE(m.school_id, 0) AS place, MIN({_PLACED_GRADE}) AS grade
                       FROM delivery_member m LEFT JOIN roster_student t ON t.id = m.student_id
                       WHERE {scope.members.sql} AND {_GRADE} IS NOT NULL
                       GROUP BY m.family_id, COALESCE(m.school_id, 0)) g
                ON g.family_id = d.family_id AND g.place = COALESCE({scope.school}, 0)
            WHERE {scope.where}
            GROUP BY d.channel, d.language, at_school, g.grade, state, d.reason""",
        scope.members.params + scope.params,
    )
    return [Group(*row) for row in rows]


@dataclass
class _Tally:
    """Groups added up in each direction."""

    channels: dict[str, Counter[str]]
    totals: Counter[str] = field(default_factory=Counter)
    languages: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    schools: dict[int | None, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    grades: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    reasons: Counter[str] = field(default_factory=Counter)
    segments: int = 0
    mails: int = 0

    def add(self, groups: Iterable[Group]) -> None:
        for group in groups:
            self.totals[group.status] += group.deliveries
            self.channels.setdefault(group.channel, Counter())[group.status] += group.deliveries
            self.languages[group.language][group.status] += group.deliveries
            self.schools[group.school_id][group.status] += group.deliveries
            self.grades[group.grade or ""][group.status] += group.deliveries
            if group.status in _LOST:
                self.reasons[group.reason or cause(group.status, group.reason).value] += group.deliveries
            if group.status in _GONE_OUT and group.channel == Channel.SMS:
                self.segments += group.segments
            elif group.status in _GONE_OUT:
                self.mails += group.deliveries


def _reasons(counts: Counter[str]) -> tuple[ReasonCount, ...]:
    """The most frequent first."""
    found = []
    for reason, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        said = EXPLANATIONS[cause("", reason)]
        found.append(ReasonCount(reason, said.kind.value, said.kind.side, count, said.happened, said.do))
    return tuple(found)


C = TypeVar("C", Counter[str], set[int])


def by_school_name(groups: Mapping[int | None, C], names: Mapping[int, str]) -> dict[str, C]:
    """The same by the schools' names. A school that is gone is as none."""
    found: dict[str, C] = {}
    for school_id, group in groups.items():
        name = names.get(school_id or 0, NO_SCHOOL)
        if name in found:
            found[name].update(group)
        else:
            found[name] = group
    return found


def _by_grade(groups: Mapping[str, K]) -> dict[str, K]:
    """In the order in which children pass through them; grades that are none of ours, and none, at the end."""
    places = {grade: place for place, grade in enumerate(grades.ORDER)}
    order = sorted(groups, key=lambda grade: (not grade, places.get(grade, len(places)), grade))
    return {grade or NO_GRADE: groups[grade] for grade in order}


def _plain(groups: Mapping[str, Counter[str]]) -> dict[str, Counts]:
    return {name: _ordered(groups[name]) for name in sorted(groups)}


def _ordered(counts: Counter[str]) -> Counts:
    """In the order of a delivery's life."""
    return {status.value: counts[status] for status in DeliveryStatus if counts[status]}


def _families(total: int, reached: reach.Reach, *, planned: bool) -> Families:
    """While planning goes on it is not known how many families can be reached, so no share of them has a time."""
    times = [reached.after(percent) if planned else None for percent in (50, 90, 99)]
    return Families(total, len(reached.reachable), len(reached.families), *times)


class _Doubts(NamedTuple):
    resends: int
    waiting: int
    asked_about: int


def _doubts(scope: ledger.Scope) -> _Doubts:
    # what a restored backup did not know, and the vendor did not have, had never left before
    again = (
        f"(o.verdict = '{Verdict.RESENT.value}' OR (o.verdict = '{Verdict.ABSENT.value}' AND o.cause <> '{RESTORED}'))"
    )
    found = sql.rows(
        f"""SELECT COUNT(CASE WHEN {again} THEN 1 END),
                   COUNT(CASE WHEN o.settled_at IS NULL AND o.person THEN 1 END),
                   COUNT(CASE WHEN o.settled_at IS NULL AND NOT o.person THEN 1 END)
            FROM delivery_doubt o JOIN delivery_delivery d ON d.id = o.delivery_id
            WHERE o.broadcast_id = %s AND {scope.where}""",
        (scope.broadcast_id, *scope.params),
    )
    return _Doubts(*found[0])
