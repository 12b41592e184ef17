"""What must hold once a run is settled: the ledger's rows against the simulated vendors' own messages."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: rows of `report --csv`
Rows = Sequence[Mapping[str, str]]
#: one address on one channel
Place = tuple[str, str]

_FINAL = frozenset({"delivered", "undelivered", "failed", "suppressed", "cancelled"})
#: the message left the house
_OUT = frozenset({"sent", "delivered", "undelivered"})


@dataclass(frozen=True, slots=True)
class Seen:
    """A settled run. `rows` are the ledger's, by broadcast; `messages` the vendors' own, as GET /sandbox/messages says.

    `events_lost`: mail events may have been lost for good. `silence`: seconds of `mail_silence_seconds`, 0 is off.
    """

    addresses: frozenset[str]
    rows: Mapping[int, Rows]
    messages: Sequence[Mapping[str, Any]]
    events_lost: bool
    silence: float

    @property
    def every_row(self) -> list[Mapping[str, str]]:
        """The rows of all broadcasts."""
        return [row for rows in self.rows.values() for row in rows]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The counts of a run, and the broken promises, one line each; none is the only good verdict.

    `twice` counts copies that no resend in the ledger accounts for, `lost` deliveries the ledger counts as gone and the
    vendors never took.
    """

    deliveries: int
    unknown: int
    resent: int
    twice: int
    lost: int
    broken: tuple[str, ...]


def judge(seen: Seen) -> Verdict:
    """Look at everything."""
    rows = seen.every_row
    references = _references(seen.messages)
    twice = dict(_twice(references, rows))
    lost = dict(_lost(references, rows))
    broken = [
        *_unplanned(seen),
        *_unsettled(seen),
        *(f"{channel} {address}: {more} more than policy ordered" for (channel, address), more in twice.items()),
        *(
            f"{channel} {address}: {less} sent, says the ledger, and never came"
            for (channel, address), less in lost.items()
        ),
        *_untold(references, rows),
    ]
    return Verdict(
        deliveries=len(rows),
        unknown=sum(row["status"] == "unknown" for row in rows),
        resent=sum(int(row["resends"]) for row in rows),
        twice=sum(twice.values()),
        lost=sum(lost.values()),
        broken=tuple(broken),
    )


def _references(messages: Sequence[Mapping[str, Any]]) -> dict[Place, Counter[str]]:
    """How often each delivery came to each address: the reference that rides with a message is its delivery's."""
    found: dict[Place, Counter[str]] = {}
    for one in messages:
        reference = one["reference"]["d"] if one["channel"] == "email" else one["reference"]
        found.setdefault((one["channel"], one["to"]), Counter())[reference] += 1
    return found


def _count(rows: Rows, statuses: frozenset[str]) -> Counter[Place]:
    return Counter((row["channel"], row["address"]) for row in rows if row["status"] in statuses)


def _twice(references: Mapping[Place, Counter[str]], rows: Rows) -> Iterator[tuple[Place, int]]:
    """Texts never come twice. Mail does only where it was sent again because nobody knew, and the ledger says so."""
    allowed: Counter[Place] = Counter()
    for row in rows:
        if row["channel"] == "email":
            allowed[row["channel"], row["address"]] += int(row["resends"])
    for place, times in references.items():
        if (more := times.total() - len(times) - allowed[place]) > 0:
            yield place, more


def _lost(references: Mapping[Place, Counter[str]], rows: Rows) -> Iterator[tuple[Place, int]]:
    for place, out in _count(rows, _OUT).items():
        if (less := out - len(references.get(place, ()))) > 0:
            yield place, less


def _untold(references: Mapping[Place, Counter[str]], rows: Rows) -> Iterator[str]:
    """What came is counted as gone, or at least not as surely absent."""
    out = _count(rows, _OUT | {"unknown"})
    for place, times in references.items():
        if len(times) > out[place]:
            yield f"{place[0]} {place[1]}: {len(times)} came, the ledger knows of {out[place]}"


def _unplanned(seen: Seen) -> Iterator[str]:
    """Each broadcast has one delivery to each address of its families, and no other."""
    for number, rows in seen.rows.items():
        planned = Counter(row["address"] for row in rows)
        if planned != dict.fromkeys(seen.addresses, 1):
            wrong = planned - Counter(seen.addresses), Counter(seen.addresses) - planned
            yield f"broadcast {number}: planned too much {dict(wrong[0])}, too little {dict(wrong[1])}"


def _unsettled(seen: Seen) -> Iterator[str]:
    for number, rows in seen.rows.items():
        for row in rows:
            mail = row["channel"] == "email"
            unheard = row["status"] == "sent" and mail and seen.events_lost
            untold = row["status"] == "unknown" and mail and not seen.silence and row["explanation"]
            if not (row["status"] in _FINAL or unheard or untold):
                yield f"broadcast {number}: {row['channel']} {row['address']} is {row['status']}"
            elif row["status"] in ("failed", "suppressed", "cancelled"):  # nothing in a plan asks for it
                yield f"broadcast {number}: {row['channel']} {row['address']} is {row['status']}: {row['reason']}"
