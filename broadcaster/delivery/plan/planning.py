"""Planning: the audience's people become deliveries, by a few statements per chunk (law 4). No row passes through
Python.

The first chunk is small, so that the first messages leave at once. Then everybody's membership is frozen, and their
deliveries follow in chunks of families. Each chunk is one short transaction and leaves batches that workers may claim
at once.
"""

from dataclasses import dataclass

from django.db import transaction

from broadcaster import clock
from broadcaster.audiences import parse
from broadcaster.broadcasts.models import Broadcast, Wording
from broadcaster.delivery import sql
from broadcaster.delivery.models import Plan, PlanStage
from broadcaster.delivery.plan import copies, shared, statements
from broadcaster.delivery.plan.chunk import Chunk
from broadcaster.delivery.unknown import restored
from broadcaster.roster import forward
from broadcaster.settings import SETTINGS

#: families in the first chunk, in each later one, and in one of a wording with a family's own values: the write
#: transaction stays under 200 ms on SQLite, also where all have two children and four contacts
FIRST_FAMILIES = 150
FAMILIES = 1_000
OWN_FAMILIES = 250
#: families whose membership is frozen at once
MEMBER_FAMILIES = 15_000

# From family to family by the index. Told to take so many different ones, or the least of all, PostgreSQL reads all
# members that are left for each chunk, because it guesses that there are few
_NEXT_MEANT = """
    WITH RECURSIVE step (family_id, number) AS (
        SELECT (SELECT family_id FROM delivery_member WHERE broadcast_id = %s AND family_id > %s
                ORDER BY family_id LIMIT 1), 1
        UNION ALL
        SELECT (SELECT m.family_id FROM delivery_member m WHERE m.broadcast_id = %s AND m.family_id > step.family_id
                ORDER BY m.family_id LIMIT 1), step.number + 1
        FROM step WHERE step.family_id IS NOT NULL AND step.number < %s
    )
    SELECT MAX(family_id) FROM step"""

_NEXT_IN_ROSTER = "SELECT MAX(id), COUNT(*) FROM (SELECT id FROM roster_family WHERE id > %s ORDER BY id LIMIT %s) f"


@dataclass(frozen=True, slots=True)
class _Step:
    """One transaction of a plan in hand."""

    broadcast: Broadcast
    plan: Plan

    @property
    def audience(self) -> tuple[str, list[object]]:
        return parse(self.broadcast.audience).rows_sql()

    @property
    def own_values(self) -> bool:
        """Whether its wording has places for a family's own values."""
        return Wording.objects.filter(broadcast=self.broadcast, per_family=True).exists()


def hold(broadcast_id: int, now: float) -> bool:
    """Take the plan of a broadcast into hand. False: it is done, or another worker has it."""
    Plan.objects.bulk_create([Plan(broadcast_id=broadcast_id, started_at=now)], ignore_conflicts=True)
    free = Plan.objects.filter(broadcast_id=broadcast_id, done_at__isnull=True, lease_until__lt=now)
    held = bool(free.update(lease_until=now + _lease()))
    if held:
        forward.let_chunk_end()
    return held


def _lease() -> float:
    """A planner that is silent for so long is taken for dead, in seconds. Should it live, its next chunk waits for the
    plan's row and goes on from where the other is by then.
    """
    return SETTINGS.district.policies.lease_seconds


def let_go(broadcast_id: int) -> None:
    """Let another worker go on with the plan."""
    Plan.objects.filter(broadcast_id=broadcast_id).update(lease_until=0)


def advance(broadcast_id: int) -> bool:
    """Plan the next chunk of a plan in hand. False: the plan is done."""
    with transaction.atomic():
        plan = Plan.objects.select_for_update().get(broadcast_id=broadcast_id)
        step = _Step(Broadcast.objects.get(pk=broadcast_id), plan)
        if plan.stage == PlanStage.DONE:
            return False
        _STAGES[PlanStage(plan.stage)](step)
        plan.lease_until = clock.now() + _lease()
        plan.save(update_fields=["stage", "cursor", "first_family", "lease_until", "done_at"])
        return plan.stage != PlanStage.DONE


def _first(step: _Step) -> None:
    """Membership and deliveries of the first families."""
    step.plan.cursor = step.plan.first_family = _first_families(step)
    _freeze(step, "family_id > 0 AND family_id <= %s", [step.plan.first_family])
    _deliver(step, 0, step.plan.first_family)
    step.plan.stage = PlanStage.MEMBERS


def _first_families(step: _Step) -> int:
    """The last of the first families. They are looked for among the first of the roster, then among eight times as
    many, and so on: where everybody is meant, the first look is enough, at any size of the district.
    """
    rows, params = step.audience
    look = FIRST_FAMILIES
    while True:
        high, seen = sql.row(_NEXT_IN_ROSTER, [0, look]) or (None, 0)
        last, found = sql.row(
            f"SELECT MAX(family_id), COUNT(*) FROM (SELECT DISTINCT family_id FROM ({rows}) r "
            "WHERE family_id > 0 AND family_id <= %s ORDER BY family_id LIMIT %s) f",
            [*params, high or 0, FIRST_FAMILIES],
        ) or (None, 0)
        if found == FIRST_FAMILIES or seen < look:
            return last or 0
        look *= 8


def _members(step: _Step) -> None:
    """Membership of the other families, and of staff."""
    low = step.plan.cursor
    high, _ = sql.row(_NEXT_IN_ROSTER, [low, MEMBER_FAMILIES]) or (None, 0)
    if high:
        # by both ends: with only one, SQLite reads the whole roster
        _freeze(step, "family_id > %s AND family_id <= %s", [low, high])
        step.plan.cursor = high
        return
    _freeze(step, "student_id IS NULL", [])
    step.plan.stage, step.plan.cursor = PlanStage.FAMILIES, step.plan.first_family


def _families(step: _Step) -> None:
    """Deliveries of the next families."""
    low = step.plan.cursor
    high = last_of_next(step.broadcast.pk, low, OWN_FAMILIES if step.own_values else FAMILIES)
    if high:
        _deliver(step, low, high)
        step.plan.cursor = high
        return
    step.plan.stage = PlanStage.STAFF


def last_of_next(broadcast_id: int, low: int, number: int) -> int | None:
    """The last of the next `number` families of a broadcast's members after family `low`; None: there are no more."""
    found = sql.row(_NEXT_MEANT, [broadcast_id, low, broadcast_id, number])
    return found[0] if found else None


def _staff(step: _Step) -> None:
    """Deliveries of staff and of copies, who belong to no family."""
    copies.add(step.broadcast)
    _deliver(step, None, None)
    copies.take_out(step.broadcast)
    step.plan.stage, step.plan.done_at = PlanStage.DONE, clock.now()


_STAGES = {
    PlanStage.FIRST: _first,
    PlanStage.MEMBERS: _members,
    PlanStage.FAMILIES: _families,
    PlanStage.STAFF: _staff,
}


def _freeze(step: _Step, condition: str, values: list[object]) -> None:
    rows, params = step.audience
    sql.execute(
        "INSERT INTO delivery_member (broadcast_id, student_id, contact_id, family_id, school_id, allowed) "
        f"SELECT {step.broadcast.pk}, student_id, contact_id, family_id, school_id, allowed = 1 "
        f"FROM ({rows}) r WHERE {condition}",
        [*params, *values],
    )


def _deliver(step: _Step, low: int | None, high: int | None) -> None:
    chunk = Chunk(step.broadcast, step.plan.next_batch, low, high)
    step.plan.next_batch = statements.deliver(chunk)
    Plan.objects.filter(pk=step.plan.pk).update(next_batch=step.plan.next_batch)
    if restored.may_have_gone_out(step.broadcast):
        restored.put_in_doubt("id >= %s AND id < %s", [chunk.base, chunk.end], clock.now())
    shared.lift(chunk, clock.now())
