"""How fast a sender may go. The pace lives in the ledger: all workers share it, and an emptied broker changes nothing.

A sender's `free_at` is the instant from which nothing is reserved. A lot reserves its share in the transaction that
marks it, and its messages then start evenly spread over that share. A sender that the vendor asked to slow down goes at
half its rate, and comes back to the whole of it by itself.
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
#: how far ahead a lot is reserved and marked, in seconds: enough to hide the ledger's own time, and no more, so that a
#: worker that dies takes little of the pace with it
AHEAD = 0.1
#: a turn that nobody has taken so many seconds after its time is anybody's, even where better batches are in hand
LEFT_AFTER = 0.25
#: nobody's rate: starts need not be spread, and nobody has to wait for a turn
UNLIMITED = 5_000.0
#: what of its rate a sender uses: messages that a busy moment held up leave together, and must not exceed it then
USED = 0.99
#: a slowed sender is back at its whole rate after so many seconds, and never below this share of it
RECOVERY = 60.0
LEAST_SHARE = 0.05
#: seconds in which several complaints of the vendor are one
ONE_COMPLAINT = 1.0


@dataclass(frozen=True, slots=True)
class Turn:
    """A sender as a lot finds it: free from the instant `free_at`, at `rate` units a second for now."""

    free_at: float
    rate: float

    @property
    def limited(self) -> bool:
        """Whether a message that goes first makes others wait."""
        return self.rate < UNLIMITED

    def lot_length(self, costs: Sequence[int], most: int) -> int:
        """How many of the next messages, with these costs, make one lot: at least one, at most `most`."""
        budget, taken = self.rate * LOT_SECONDS, 0
        for length, cost in enumerate(costs[:most]):
            taken += cost
            if taken > budget and length:
                return length
        return min(len(costs), most)

    def starts(self, costs: Sequence[int], first: float) -> list[float]:
        """When each message of a lot may start, if the lot starts at `first`."""
        if not self.limited:
            return [first] * len(costs)
        starts, taken = [], 0
        for cost in costs:
            starts.append(first + taken / self.rate)
            taken += cost
        return starts


@dataclass(frozen=True, slots=True)
class Pace:
    """A sender and its rate: segments a second for texts, messages a second for mail. Call it inside a transaction."""

    channel: Channel
    sender: str
    rate: float

    def look(self, now: float) -> Turn:
        """How the sender stands. Holds its row until the transaction ends: senders take turns."""
        free_at, share, slowed_at = self._row()
        return Turn(free_at, self.rate * _recovered(share, slowed_at, now))

    def glance(self, now: float) -> tuple[float, float]:
        """How long the sender is not free yet, in seconds, and the share of its rate that it has. Holds nothing."""
        found = sql.row(
            "SELECT free_at, share, slowed_at FROM delivery_pace WHERE channel = %s AND sender = %s",
            [self.channel.value, self.sender],
        )
        if found is None:
            return 0.0, 1.0
        free_at, share, slowed_at = found
        return max(0.0, free_at - now), _recovered(share, slowed_at, now)

    def take(self, turn: Turn, cost: int, now: float) -> float:
        """Reserve `cost` units after what is reserved. Returns the instant from which they may be sent."""
        start = max(turn.free_at, now)
        self._set("free_at = %s", start + cost / turn.rate)
        return start

    def slow_down(self, until: float, now: float) -> None:
        """The vendor complained: start nothing before `until`, and then go at half the rate."""
        free_at, share, slowed_at = self._row()
        self._set("free_at = %s", max(free_at, until))
        if now - slowed_at > ONE_COMPLAINT:
            self._set("share = %s, slowed_at = %s", max(LEAST_SHARE, _recovered(share, slowed_at, now) / 2), now)

    def _row(self) -> tuple[float, float, float]:
        find = (
            "SELECT free_at, share, slowed_at FROM delivery_pace WHERE channel = %s AND sender = %s" + sql.lock_rows()
        )
        found = sql.row(find, [self.channel.value, self.sender])
        if found is None:
            sql.execute(
                "INSERT INTO delivery_pace (channel, sender, free_at, share, slowed_at) VALUES (%s, %s, 0, 1, 0) "
                "ON CONFLICT (channel, sender) DO NOTHING",
                [self.channel.value, self.sender],
            )
            return self._row()
        free_at, share, slowed_at = found
        return free_at, share, slowed_at

    def _set(self, assign: str, *values: float) -> None:
        sql.execute(
            f"UPDATE delivery_pace SET {assign} WHERE channel = %s AND sender = %s",
            [*values, self.channel.value, self.sender],
        )


def _recovered(share: float, slowed_at: float, now: float) -> float:
    """The share of its rate that a sender has by now, from 0 to 1."""
    return min(1.0, share + max(0.0, now - slowed_at) / RECOVERY)


def pace_of(channel: Channel, sender: str) -> Pace:
    """The pace of a sender as the district's file says; one that it no longer names goes at the slowest one's rate."""
    senders = SETTINGS.district.senders_on(channel)
    rate = next((known.rate for known in senders if known.address == sender), None)
    if rate is None:
        rate = min((known.rate for known in senders), default=1.0)
    return Pace(channel, sender, rate * USED)
