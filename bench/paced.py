"""A paced run judged by the vendor's own clock: how evenly texts came, and how soon each family had its first."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, inf

from bench.contacts import Families
from bench.measure import Case, Result
from bench.product import ONE_SEGMENT, Home

#: segments a second of the paced sender
RATE = 100
#: the stretch in which the rate may never be exceeded, in seconds
STRETCH = 10.0
#: of the families, so many in a hundred
_MOST_FAMILIES = 99


@dataclass(frozen=True, slots=True)
class Paced:
    """A paced run of one-segment texts. `result` is as for any other; the rest are counted by the stub's clock.

    `overall` is texts a second from the first to the last, `fastest` the most texts in any STRETCH, `families_in` the
    seconds from the approval until 99 % of the families had a text on its way to one of their phones.
    """

    result: Result
    families: int
    overall: float
    fastest: int
    families_in: float

    @property
    def families_by(self) -> float:
        """`families_in`, as a share of the time that a text to each family takes at this rate."""
        return self.families_in / (self.families / RATE)


def measure(home: Home, way: str, families: Families) -> Paced:
    """Send a text to every phone of the families."""
    phones = families.phones
    case = Case(sum(map(len, phones)), ("sms",))
    with home.serving() as pid:
        result = home.send(way, case, pid, ONE_SEGMENT)
    return judge(result, home.stage.stub.texts(), phones)


def judge(result: Result, texts: Sequence[tuple[float, str]], families: Sequence[tuple[str, ...]]) -> Paced:
    """What instants and numbers of texts, in their order, say about pace and families."""
    instants = [instant for instant, _ in texts]
    first_of: dict[str, float] = {}
    for instant, number in texts:
        first_of.setdefault(number, instant)
    began = instants[0] - result.first
    told = sorted(min(first_of.get(phone, inf) for phone in phones) - began for phones in families)
    return Paced(
        result,
        len(families),
        overall=mean_rate(instants),
        fastest=most_within(instants, STRETCH),
        families_in=percentile(told, _MOST_FAMILIES),
    )


def mean_rate(instants: Sequence[float]) -> float:
    """Events a second between the first and the last: n of them have n - 1 spaces."""
    return (len(instants) - 1) / (instants[-1] - instants[0])


def most_within(instants: Sequence[float], seconds: float) -> int:
    """The most events in any stretch of so many seconds, wherever it begins; one that ends with an event leaves it out.

    `instants` are in order. The busiest stretch can always be moved so that it begins with an event.
    """
    most = end = 0
    for begin, instant in enumerate(instants):
        while end < len(instants) and instants[end] < instant + seconds:
            end += 1
        most = max(most, end - begin)
    return most


def percentile(ordered: Sequence[float], percent: int) -> float:
    """The least of the ordered figures that so many in a hundred do not exceed."""
    return ordered[ceil(len(ordered) * percent / 100) - 1]


def texts_allowed(rate: int) -> int:
    """Texts that any STRETCH may hold at a rate: one more than rate times seconds.

    Even spacing puts exactly rate times seconds into each. A text that comes a little late, less than the space between
    two, can share its stretch with one more; that is a late text, and not a faster sender.
    """
    return round(rate * STRETCH) + 1
