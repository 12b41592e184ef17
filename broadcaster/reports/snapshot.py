"""How a broadcast stands this instant: little enough to be asked for while it goes out."""

from collections.abc import Mapping
from dataclasses import dataclass

from broadcaster import clock
from broadcaster.broadcasts.models import Broadcast
from broadcaster.delivery import sql
from broadcaster.delivery.models import Plan
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.reports import ledger
from broadcaster.reports.counts import is_complete, simulated
from broadcaster.reports.lookup import find
from broadcaster.reports.report import Counts, Share
from broadcaster.roster.models import ContactKind, School

_S = DeliveryStatus


@dataclass(frozen=True, slots=True)
class ChannelProgress:
    """Deliveries on one channel. The five add up to all of them.

    `waiting` are queued, being sent, or in doubt; `sent` have left and wait for a receipt; `failed` came to nothing
    (failed, undelivered, cancelled); `suppressed` were never to go out.
    """

    waiting: int = 0
    sent: int = 0
    delivered: int = 0
    failed: int = 0
    suppressed: int = 0

    @property
    def left(self) -> int:
        """How many have left the house, or were turned away."""
        return self.sent + self.delivered + self.failed


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One broadcast at the instant `at`. Times in seconds since 1970.

    While it is not `planned`, deliveries are still being added; the families' total is then what the approval counted.
    `complete`: nothing will change any more. `people` are staff.
    """

    broadcast_id: int
    title: str
    drill: bool
    sandbox: bool
    status: str
    status_reason: str
    approved_at: float | None
    at: float
    planned: bool
    complete: bool
    families: Share
    people: Share
    channels: Mapping[str, ChannelProgress]

    @property
    def waiting(self) -> int:
        """Deliveries that have yet to leave."""
        return sum(channel.waiting for channel in self.channels.values())

    @property
    def left(self) -> int:
        """Deliveries that have left or were turned away."""
        return sum(channel.left for channel in self.channels.values())


def snapshot(broadcast_id: int, school: School | None = None) -> Snapshot:
    """The broadcast as of now; with a school, of its families alone. Raises UnknownBroadcast.

    Reads every delivery once: about 0.2 s at 200,000 on SQLite.
    """
    broadcast = find(broadcast_id)
    planned = Plan.objects.filter(pk=broadcast.pk, done_at__isnull=False).exists()
    now = clock.now()
    scope = ledger.scope(broadcast.pk, school)
    channels, totals = _channels(broadcast, scope)
    families, people = _audience(broadcast, scope, planned=planned)
    return Snapshot(
        broadcast_id=broadcast.pk,
        title=broadcast.title,
        drill=broadcast.drill,
        sandbox=bool(simulated(broadcast)),
        status=broadcast.status,
        status_reason=broadcast.status_reason,
        approved_at=broadcast.approved_at,
        at=now,
        planned=planned,
        complete=is_complete(broadcast, totals),
        families=families,
        people=people,
        channels=channels,
    )


def _channels(broadcast: Broadcast, scope: ledger.Scope) -> tuple[dict[str, ChannelProgress], Counts]:
    found: dict[str, dict[str, int]] = {channel: {} for channel in broadcast.channels}
    totals: dict[str, int] = {}
    rows = sql.rows(
        f"SELECT d.channel, d.status, COUNT(*) FROM delivery_delivery d WHERE {scope.where} "
        "GROUP BY d.channel, d.status",
        scope.params,
    )
    for channel, status, count in rows:
        found.setdefault(channel, {})[status] = count
        totals[status] = totals.get(status, 0) + count
    return {channel: _progress(counts) for channel, counts in found.items()}, totals


def _progress(counts: Counts) -> ChannelProgress:
    def count(*statuses: str) -> int:
        return sum(counts.get(status, 0) for status in statuses)

    return ChannelProgress(
        waiting=count(_S.QUEUED, _S.UNKNOWN),
        sent=count(_S.SENT),
        delivered=count(_S.DELIVERED),
        failed=count(_S.FAILED, _S.UNDELIVERED, _S.CANCELLED),
        suppressed=count(_S.SUPPRESSED),
    )


def _audience(broadcast: Broadcast, scope: ledger.Scope, *, planned: bool) -> tuple[Share, Share]:
    """Families and staff: how many, and how many of them were reached. Only counts leave the database."""
    staff = "CASE WHEN m.family_id IS NULL AND m.student_id IS NULL THEN m.contact_id END"
    total, people = _pair(
        f"SELECT COUNT(DISTINCT m.family_id), COUNT(DISTINCT {staff}) FROM delivery_member m WHERE {scope.members.sql}",
        *scope.members.params,
    )
    if not planned and scope.school_id is None:
        total = max(total, broadcast.counts.get("families", 0))
    delivered = f"d.status = '{_S.DELIVERED.value}'"
    every, planned_for, shared_by = scope.every(), scope.households("d"), scope.households("s")
    reached, people_reached = _pair(
        f"""SELECT COUNT(DISTINCT family_id), COUNT(DISTINCT CASE WHEN family_id IS NULL AND contact_id NOT IN (
                SELECT id FROM roster_contact WHERE kind = '{ContactKind.COPY.value}') THEN contact_id END) FROM (
            SELECT d.family_id, d.contact_id FROM delivery_delivery d
            WHERE {every.sql} AND {planned_for.sql} AND {delivered}
            UNION ALL
            SELECT s.family_id, s.contact_id
            FROM delivery_shareddelivery s JOIN delivery_delivery d ON d.id = s.delivery_id
            WHERE s.broadcast_id = %s AND {shared_by.sql} AND {delivered}) r""",
        *every.params,
        *planned_for.params,
        scope.broadcast_id,
        *shared_by.params,
    )
    return Share(total, reached), Share(people, people_reached)


def _pair(statement: str, *params: int) -> tuple[int, int]:
    first, second = sql.rows(statement, params)[0]
    return first, second
