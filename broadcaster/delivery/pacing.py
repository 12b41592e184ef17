"""How fast a sender may go. The pace lives in the ledger, so it holds for all workers and an emptied broker changes
nothing.

A sender's `free_at` is the instant from which nothing is reserved. A lot reserves its share in one statement, in the
transaction that marks it, and its messages then start evenly spread over that share.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from broadcaster.delivery import sql
from broadcaster.kinds import Channel
from broadcaster.settings import SETTINGS

#: a lot is at most this many seconds of sending
LOT_SECONDS = 1.0
#: and at most this many texts, so that a killed worker leaves few in doubt
LOT_TEXTS = 256
#: how far ahead a lot is reserved and marked, in seconds: enough to hide the ledger's own time
AHEAD = 0.1
#: nobody's rate: starts need not be spread
UNLIMITED = 5_000.0


@dataclass(frozen=True, slots=True)
class Turn:
    """A sender's answer to a lot: `taken`, it may start at `at`; else ask again at `at`."""

    taken: bool
    at: float


@dataclass(frozen=True, slots=True)
class Pace:
    """A sender's rate: segments a second for texts, messages a second for mail."""

    channel: Channel
    sender: str
    rate: float

    def lot_length(self, costs: Sequence[int], most: int) -> int:
        """How many of the next messages, with these costs, make one lot: at least one, at most `most`."""
        budget, taken = self.rate * LOT_SECONDS, 0
        for length, cost in enumerate(costs[:most]):
            taken += cost
            if taken > budget and length:
                return length
        return min(len(costs), most)

    def offsets(self, costs: Sequence[int]) -> list[float]:
        """When each message of a lot starts, in seconds after the lot does."""
        if self.rate >= UNLIMITED:
            return [0.0] * len(costs)
        starts, taken = [], 0
        for cost in costs:
            starts.append(taken / self.rate)
            taken += cost
        return starts

    def reserve(self, cost: int, now: float) -> Turn:
        """Take `cost` units if the sender is free within `AHEAD`, else say when to ask again. Call it in a transaction.

        Nobody reserves further ahead, so that a worker that dies takes no more than that with it.
        """
        share, soon = cost / self.rate, now + AHEAD
        found = sql.row(
            "INSERT INTO delivery_pace (channel, sender, free_at) VALUES (%s, %s, %s) "
            "ON CONFLICT (channel, sender) DO UPDATE SET free_at = "
            "CASE WHEN delivery_pace.free_at > %s THEN delivery_pace.free_at ELSE %s END + %s "
            "WHERE delivery_pace.free_at <= %s RETURNING free_at",
            [self.channel.value, self.sender, now + share, now, now, share, soon],
        )
        if found:
            return Turn(taken=True, at=float(found[0]) - share)
        return Turn(taken=False, at=self._free_at() - AHEAD)

    def _free_at(self) -> float:
        found = sql.row(
            "SELECT free_at FROM delivery_pace WHERE channel = %s AND sender = %s", [self.channel.value, self.sender]
        )
        return float(found[0]) if found else 0.0

    def hold_until(self, instant: float) -> None:
        """Start nothing before `instant`: the vendor asked this sender to slow down."""
        sql.execute(
            "UPDATE delivery_pace SET free_at = %s WHERE channel = %s AND sender = %s AND free_at < %s",
            [instant, self.channel.value, self.sender, instant],
        )


def pace_of(channel: Channel, sender: str) -> Pace:
    """The pace of a sender as the district's file says; one that the file no longer names goes at the slowest one's
    rate.
    """
    senders = SETTINGS.district.senders_on(channel)
    rate = next((known.rate for known in senders if known.address == sender), None)
    return Pace(channel, sender, rate if rate is not None else min((known.rate for known in senders), default=1.0))
