"""The transactions between two calls to a provider: record what came of the last lot, and mark the next."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from broadcaster import clock
from broadcaster.delivery import sql
from broadcaster.delivery.models import Doubt
from broadcaster.delivery.outcomes import Change, write, write_sent
from broadcaster.delivery.queue import batches, quiet, retry
from broadcaster.delivery.queue.batches import Claim, Item
from broadcaster.delivery.queue.pacing import AHEAD, LEFT_AFTER, Pace
from broadcaster.delivery.receiving import consequences, refusals
from broadcaster.delivery.receiving.lessons import Told
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.delivery.unknown.doubts import raise_doubts
from broadcaster.kinds import Channel
from broadcaster.providers.base import Accepted, Result
from broadcaster.providers.errors import KeyRefused, OutcomeUnknown, Rejected, Throttled, Unreachable
from broadcaster.providers.reasons import Reason


@dataclass(frozen=True, slots=True)
class Sent:
    """A lot that was called: each item with the provider's result and when it came. `request` is its name."""

    request: str
    calls: Sequence[tuple[Item, Result, float]]


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot that is marked: each of `items` may be sent from its instant in `starts` on.

    It is marked from delivery `first` and takes up the next `length` of its batch, some of whom may not want it any
    more.
    """

    items: Sequence[Item]
    starts: Sequence[float]
    first: int
    length: int


@dataclass(frozen=True, slots=True)
class Later:
    """The sender is not free yet; nothing is reserved or marked. Ask again at `at`."""

    at: float


@dataclass(frozen=True, slots=True)
class Behind:
    """The sender is busy with better batches; this one is given back. Claim none of this sender's before `until`."""

    until: float


def advance(held: Claim, last: Sent | None, rest: Sequence[Item], pace: Pace, most: int) -> Lot | Later | Behind | None:
    """In one transaction record the last lot, and reserve the pace for and mark the next, of `most` messages at most.

    Later: the pace has to be waited for. Behind: a better batch comes first; this one is given back, because what
    nobody holds can be promoted or cancelled. None: it is given back, because a better batch waits to be claimed, the
    claim is lost, the broadcast no longer goes out, it is too late for what is left of it, or quiet hours began.
    """
    now = clock.now()
    with transaction.atomic():
        if last:
            record(held, last, pace, now)
        if held.stale:
            _expire([item.delivery_id for item in rest], now)
            batches.give_back(held, now)
            return None
        if held.urgency > quiet.least_urgent(now):  # the quiet hours began while the batch was in hand
            batches.give_back(held, now)
            return None
        turn = pace.look(now)
        better = batches.better(held, now) if turn.limited else None
        if better:
            batches.give_back(held, now)
            return None
        if better is not None and turn.free_at > now - LEFT_AFTER:
            batches.give_back(held, now)
            return Behind(max(turn.free_at, now) + LEFT_AFTER)
        if turn.free_at > now + AHEAD:
            batches.close_lot(held)
            return Later(turn.free_at - AHEAD)
        items = rest[: turn.lot_length([item.cost for item in rest], most)]
        blocked = _suppress(held, items, now)
        going = [item for item in items if item.delivery_id not in blocked]
        costs = [item.cost for item in going]
        start = pace.take(turn, sum(costs), now)
        if not batches.open_lot(held, items, now):
            batches.give_back(held, now)
            return None
        return Lot(going, turn.starts(costs, start), items[0].delivery_id, len(items))


def note(held: Claim, part: Sent, pace: Pace) -> None:
    """Record a part of a lot that is still under way."""
    with transaction.atomic():
        record(held, part, pace, clock.now())


def finish(held: Claim, last: Sent | None, pace: Pace) -> None:
    """Record the last lot and give the batch back."""
    now = clock.now()
    with transaction.atomic():
        if last:
            record(held, last, pace, now)
        batches.give_back(held, now)


def record(held: Claim, sent: Sent, pace: Pace, now: float) -> None:
    """Write what came of each message, by the class of its result. Call it inside a transaction."""
    if accepted := _all_in_one(sent):
        items, at = [item for item, _, _ in sent.calls], sent.calls[0][2]
        write_sent(held.batch_id, items[0].delivery_id, items[-1].delivery_id, at, accepted.provider_id)
        _correct_segments(held, sent)
        return
    changes: list[Change] = []
    doubts: list[Doubt] = []
    again: list[tuple[float, int]] = []
    for item, result, at in sent.calls:
        match result:
            case Accepted(provider_id):
                changes.append(Change(item.delivery_id, DeliveryStatus.SENT, at, provider_id=provider_id))
            case Rejected(reason, code):
                changes.append(Change(item.delivery_id, DeliveryStatus.FAILED, at, reason, code))
            case OutcomeUnknown():
                doubts.append(_doubt(held, item, result, sent.request, at))
            case Throttled(retry_after):
                again.append((now + retry.wait(held.attempt, retry_after), item.delivery_id))
            case Unreachable():
                again.append((now + retry.wait(held.attempt, None), item.delivery_id))
            case KeyRefused(say):
                refusals.pause(held.broadcast_id, say)
    write(changes)
    raise_doubts(doubts)
    if again:
        _try_again(held, again, pace, now, throttled=any(isinstance(result, Throttled) for _, result, _ in sent.calls))
    _correct_segments(held, sent)
    consequences.draw(changes, Told.AT_ONCE)


def _all_in_one(sent: Sent) -> Accepted | None:
    """What a vendor said of all messages of a lot at once, if it took them in one request."""
    if not sent.calls:
        return None
    first = sent.calls[0][1]
    return first if isinstance(first, Accepted) and all(result is first for _, result, _ in sent.calls) else None


def _try_again(held: Claim, again: list[tuple[float, int]], pace: Pace, now: float, *, throttled: bool) -> None:
    due, ids = min(due for due, _ in again), [delivery_id for _, delivery_id in again]
    if due > held.worth_until:
        _expire(ids, now)
        return
    batches.queue_again(held.batch_id, ids, due, tried=True)
    if throttled:
        pace.slow_down(due, now)


def _expire(delivery_ids: Sequence[int], now: float) -> None:
    write([Change(delivery_id, DeliveryStatus.FAILED, now, Reason.EXPIRED) for delivery_id in delivery_ids])


def _doubt(held: Claim, item: Item, unknown: OutcomeUnknown, request: str, at: float) -> Doubt:
    return Doubt(
        delivery_id=item.delivery_id,
        broadcast_id=held.broadcast_id,
        channel=held.channel,
        request=unknown.request or request,
        cause=unknown.cause[:100],
        since=at,
        next_ask_at=at,
    )


def _suppress(held: Claim, items: Sequence[Item], now: float) -> set[int]:
    """Whoever opted out or was suppressed since the plan was made is not written to. Returns their delivery ids."""
    blocked = sql.rows(
        f"""
        SELECT id, why FROM (
            SELECT d.id, CASE
                WHEN EXISTS (SELECT 1 FROM roster_consent o WHERE o.channel = d.channel AND o.address = d.address
                             AND o.purpose = %s AND o.state = 'out') THEN '{Reason.OPTED_OUT.value}'
                WHEN EXISTS (SELECT 1 FROM roster_suppression s WHERE s.channel = d.channel AND s.address = d.address
                             AND s.lifted_at IS NULL) THEN '{Reason.SUPPRESSED.value}' ELSE '' END AS why
            FROM delivery_delivery d WHERE d.batch_id = %s AND d.id BETWEEN %s AND %s
        ) judged WHERE why <> ''
        """,
        [held.purpose.value, held.batch_id, items[0].delivery_id, items[-1].delivery_id],
    )
    write([Change(delivery_id, DeliveryStatus.SUPPRESSED, now, reason) for delivery_id, reason in blocked])
    return {delivery_id for delivery_id, _ in blocked}


def _correct_segments(held: Claim, sent: Sent) -> None:
    """Where each family's text has its own length, the plan could only estimate it."""
    if held.channel is Channel.SMS and any(item.values for item, _, _ in sent.calls):
        sql.update_each(
            "segments = {cost}",
            "d.id = {id}",
            ("id", "cost"),
            (int, int),
            [(item.delivery_id, item.cost) for item, _, _ in sent.calls],
        )
