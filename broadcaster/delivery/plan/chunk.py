"""A chunk of a plan: whose deliveries it makes, in which wordings, from which senders, with which batch numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from broadcaster.broadcasts.models import Broadcast, Wording
from broadcaster.delivery.plan import own_list
from broadcaster.delivery.plan.own_list import OwnList
from broadcaster.district import Sender
from broadcaster.kinds import Channel
from broadcaster.settings import SETTINGS

#: deliveries in a batch: two or three lots of texts, one request of mail
BATCH_SIZE = {Channel.SMS: 500, Channel.EMAIL: 1000}
#: seats of the fastest sender for each of the slowest one's
_MOST_SEATS = 20
#: batch numbers that a group of like deliveries (channel, wave, sender, wording) may use up in one chunk
ROOM = 1000


@dataclass(frozen=True)
class Chunk:
    """Families `low` < id <= `high` of a broadcast; staff where both are None. Batch numbers start at `first_batch`."""

    broadcast: Broadcast
    first_batch: int
    low: int | None
    high: int | None

    @property
    def base(self) -> int:
        """The id of its first batch."""
        return self.broadcast.pk * 1_000_000_000 + self.first_batch

    @property
    def end(self) -> int:
        """The id after the last that its batches may have."""
        return self.base + 2 * len(self.senders) * len(self.wordings) * ROOM

    @cached_property
    def wordings(self) -> list[Wording]:
        """The languages of the broadcast."""
        return list(Wording.objects.filter(broadcast=self.broadcast).order_by("language"))

    @cached_property
    def own_list(self) -> OwnList | None:
        """The list that gives each student or person a message of their own; None: an address gets one."""
        return own_list.of(self.broadcast, self.wordings)

    @cached_property
    def senders(self) -> list[tuple[Channel, int, Sender]]:
        """Every sender of the broadcast's channels, with its place on its channel."""
        return senders_of(self.broadcast.channel_list)

    @property
    def people(self) -> tuple[str, list[Any]]:
        """Which members belong to the chunk, as a condition on delivery_member."""
        if self.high is None:
            return "broadcast_id = %s AND family_id IS NULL AND student_id IS NULL", [self.broadcast.pk]
        return "broadcast_id = %s AND family_id > %s AND family_id <= %s", [self.broadcast.pk, self.low, self.high]


def senders_of(channels: Sequence[Channel]) -> list[tuple[Channel, int, Sender]]:
    """Every sender of the channels, with its place on its channel."""
    return [
        (channel, place, sender)
        for channel in channels
        for place, sender in enumerate(SETTINGS.district.senders_on(channel))
    ]


def sending_table(senders: Sequence[tuple[Channel, int, Sender]]) -> tuple[str, list[Any]]:
    """A table of the channels' seats at their senders: a contact sits where its id falls, so it stays with one sender.

    A sender that is twice as fast has twice the seats.
    """
    table: list[Any] = []
    for channel in dict.fromkeys(on for on, _, _ in senders):
        of_channel = [(index, sender.rate) for index, (on, _, sender) in enumerate(senders) if on is channel]
        slowest = min(rate for _, rate in of_channel)
        seats = [index for index, rate in of_channel for _ in range(min(round(rate / slowest), _MOST_SEATS))]
        for seat, index in enumerate(seats):
            table += [channel.value, seat, len(seats), index, BATCH_SIZE[channel]]
    row = "(%s, CAST(%s AS INTEGER), CAST(%s AS INTEGER), CAST(%s AS INTEGER), CAST(%s AS INTEGER))"
    return ", ".join([row] * (len(table) // 5)), table
