"""The forecast of a broadcast: how many messages, what they cost, how long they take. Nothing is written for it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from broadcaster import clock
from broadcaster.delivery.forecasting import counting
from broadcaster.delivery.forecasting.counting import Planned, Shared
from broadcaster.delivery.plan.chunk import senders_of
from broadcaster.delivery.plan.own_list import named_by
from broadcaster.delivery.queue.pacing import RECOVERY, pace_of
from broadcaster.district import Sender
from broadcaster.kinds import Channel, Purpose
from broadcaster.settings import SETTINGS
from broadcaster.templating import childless
from broadcaster.text import tokens
from broadcaster.text.languages import resolve
from broadcaster.text.segments import measure

#: the share of families whose time is told beside everybody's
MOST = 0.9


@dataclass(frozen=True, slots=True)
class Forecast:
    """What sending would mean. `segments` are those of texts; `waves` counts messages by channel and wave.

    `families` are those that get a message, also one to an address they share. `seconds` is until the last message is
    sent, `most_seconds` until nine of these families in ten have been sent their first; None without families. Both go
    by today's rates and what is going out already; quiet hours and approval come on top.
    """

    families: int
    waves: Mapping[tuple[Channel, int], int]
    segments: int
    cost: float
    seconds: float
    most_seconds: float | None

    def messages(self, channel: Channel) -> int:
        """How many messages go out on a channel."""
        return sum(number for (on, _), number in self.waves.items() if on is channel)


def forecast(
    audience: str, purpose: Purpose, channels: Sequence[Channel], texts: Mapping[str, str], apart_from: int = 0
) -> Forecast:
    """Forecast a wording for an audience. `texts` are its text messages by language, with English among them.

    `apart_from` is the broadcast itself, where it is going out already. Raises AudienceError.
    """
    own = any(tokens.names(text) for text in texts.values())
    shared = counting.shared(audience, own_values=own)
    listed = named_by(audience, frozenset[str]().union(*map(tokens.names, texts.values()))) if own else None
    planned = counting.planned(audience, purpose, channels, own_values=own, own_list=listed)
    messages = planned if listed else _lifted(planned, shared)  # of a message of its own nobody waits for another's
    sizes = _Sizes(texts, counting.own_values(audience) if own and Channel.SMS in channels else {})
    before = counting.ahead(purpose, apart_from)
    lines = [_Line.of(channel, sender, before) for channel, _, sender in senders_of(channels)]
    waves: dict[tuple[Channel, int], int] = {}
    sent: dict[tuple[str, str], float] = {}
    first: dict[int, float] = {}
    segments = 0
    seconds = 0.0
    for message in sorted(messages, key=lambda one: (one.wave, one.chunk, sizes.place(one.language))):
        channel = Channel(message.channel)
        units = sizes.units(message) if channel is Channel.SMS else 1
        segments += units if channel is Channel.SMS else 0
        waves[channel, message.wave] = waves.get((channel, message.wave), 0) + 1
        at = sent[message.channel, message.address] = lines[message.sender].send(message.wave, units)
        seconds = max(seconds, at)
        if message.family_id is not None:
            first[message.family_id] = min(at, first.get(message.family_id, at))
    for one in shared:
        if (reached := sent.get((one.channel, one.address))) is not None:
            first[one.family_id] = min(reached, first.get(one.family_id, reached))
    mails = sum(number for (channel, _), number in waves.items() if channel is Channel.EMAIL)
    return Forecast(
        families=len(first),
        waves=waves,
        segments=segments,
        cost=SETTINGS.district.prices.of(segments, mails),
        seconds=seconds,
        most_seconds=sorted(first.values())[math.ceil(len(first) * MOST) - 1] if first else None,
    )


def _lifted(messages: Sequence[Planned], shared: Sequence[Shared]) -> list[Planned]:
    """As `shared.lift` does after each chunk: a family to whom nothing goes in wave 1 on a channel gets the best
    address that it shares into it.
    """
    by_address = {(message.channel, message.address): message for message in messages}
    best: dict[tuple[int | None, str], int] = {}
    for message in messages:
        key = message.family_id, message.channel
        best[key] = min(message.wave, best.get(key, message.wave))
    for _, chunk in groupby(shared, key=lambda one: one.chunk):
        families: dict[tuple[int, str], list[Planned]] = {}
        for one in chunk:
            if found := by_address.get((one.channel, one.address)):
                families.setdefault((one.family_id, one.channel), []).append(found)
        for (family, channel), theirs in families.items():
            others = [message for message in theirs if message.family_id != family]
            if others and min(best.get((family, channel), 2), *(message.wave for message in theirs)) > 1:
                by_address[channel, others[0].address] = others[0]._replace(wave=1)
                best[others[0].family_id, channel] = 1
    return list(by_address.values())


@dataclass
class _Line:
    """A sender, and what stands in line at it. It goes at its rate, less what it was slowed down by a moment ago."""

    rate: float
    wait: float
    share: float
    ahead: Mapping[int, int]
    units: int = 0

    @classmethod
    def of(cls, channel: Channel, sender: Sender, before: Mapping[tuple[str, str, int], int]) -> "_Line":
        pace = pace_of(channel, sender.address)
        wait, share = pace.glance(clock.now())
        first, second = (before.get((channel.value, sender.address, wave), 0) for wave in (1, 2))
        return cls(pace.rate, wait, share, {1: first, 2: first + second})

    def send(self, wave: int, units: int) -> float:
        """Put a message in line, the first wave's first. Returns the seconds until it is sent."""
        self.units += units
        return self.wait + self._seconds(self.ahead[wave] + self.units)

    def _seconds(self, units: int) -> float:
        """How long the sender takes for so many units: its share of the rate grows to the whole within `RECOVERY`."""
        growing = (1 - self.share) * RECOVERY
        meanwhile = self.rate * (1 + self.share) / 2 * growing
        if units >= meanwhile:
            return growing + (units - meanwhile) / self.rate
        return RECOVERY * (math.sqrt(self.share**2 + 2 * units / (self.rate * RECOVERY)) - self.share)


class _Sizes:
    """How many segments a text has: by its wording, and by the family's own values where the wording names any."""

    def __init__(self, texts: Mapping[str, str], own: Mapping[str, Mapping[str, str]]) -> None:
        self._texts, self._own = texts, own
        self._wordings: dict[str, str] = {}
        self._order = sorted(texts)
        self._fixed = {tag: measure(text).segments for tag, text in texts.items() if not tokens.names(text)}

    def units(self, message: Planned) -> int:
        """The segments of a text."""
        wording = self._wording(message.language)
        if wording in self._fixed:
            return self._fixed[wording]
        own = {**childless.values(wording), **self._own.get(message.address, {})}
        return measure(tokens.fill(self._texts[wording], own)).segments

    def place(self, language: str) -> int:
        """Where the wording of a reader stands among all: a chunk's batches go out in that order."""
        return self._order.index(self._wording(language))

    def _wording(self, language: str) -> str:
        if language not in self._wordings:
            self._wordings[language] = resolve(language or "en", self._texts)
        return self._wordings[language]
