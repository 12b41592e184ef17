"""What a report holds, and its form as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from broadcaster import clock

#: deliveries per status, by DeliveryStatus's values; a status that no delivery has is left out
Counts = Mapping[str, int]

#: stands for the school of those who have none
NO_SCHOOL = "(no school)"
#: stands for the grade of those who have none: staff too
NO_GRADE = "(no grade)"
#: stands for the language of families in which nobody may be written to
NO_LANGUAGE = "(nobody to write to)"


@dataclass(frozen=True, slots=True)
class Share:
    """How many there are, and how many of them were reached."""

    total: int
    reached: int


@dataclass(frozen=True, slots=True)
class Served(Share):
    """How the families of a school, a language or a grade were served.

    `reachable` families have at least one message that was not suppressed. `t50`, `t90`: seconds from the approval
    until 50, 90 % of the reachable ones had been reached; None where that has not come about.
    """

    reachable: int
    t50: float | None
    t90: float | None


@dataclass(frozen=True, slots=True)
class Families:
    """The headline, of all families: as Served, with the time to 99 %."""

    total: int
    reachable: int
    reached: int
    t50: float | None
    t90: float | None
    t99: float | None


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """Why so many deliveries did not arrive: its `kind`, on whose `side` it lies, what happened, and what to do."""

    reason: str
    kind: str
    side: str
    count: int
    happened: str
    do: str


@dataclass(frozen=True, slots=True)
class Report:
    """One broadcast as of an instant; with a `school`, that school's families in it.

    - The counts of `channels`, of `languages`, of `schools` and of `grades` each add up to `totals`: a delivery belongs
      to one school and one grade, those of one of its family's students. In a school's report it is that school.
    - `school_families`, `language_families` and `grade_families` do not add up: a family with children at two schools
      counts at both.
    - `students` are reached when one of their families was; `people` are staff.
    - `curve` has (seconds from the approval, families reached by then), rising, of at most 200 steps.
    - `segments` are those of texts that left the house (sent, delivered, undelivered), each counted once; `mails` are
      mails that did. `cost` is what both cost at today's prices; None where the district has named none.
    - `resends`: messages sent again after an outcome nobody knew. Of those of which nobody knows it yet, `waiting` wait
      for a person (`broadcaster doubts`), and the providers are being asked about `asked_about`.
    - `copies` of the deliveries went to the standing copy list: they are in the counts of deliveries, and in no other.
    - `simulated` are the channels that go to the sandbox (as the settings are now), `sandbox` whether there are any.
    - `erased_at`: since when its addresses and its words are erased, as it is older than the district keeps them.
    - `acknowledged`: of the families meant, those who said that they have read it; None where nobody was asked.
    - `planned` is false while deliveries are still being added, `complete` while any number may change.
    """

    id: int
    title: str
    purpose: str
    audience: str
    school: str | None
    drill: bool
    sandbox: bool
    simulated: tuple[str, ...]
    status: str
    status_reason: str
    as_of: float
    planned: bool
    complete: bool
    approved_at: float | None
    due_at: float | None
    started_at: float | None
    finished_at: float | None
    settled_at: float | None
    erased_at: float | None
    totals: Counts
    channels: Mapping[str, Counts]
    languages: Mapping[str, Counts]
    schools: Mapping[str, Counts]
    grades: Mapping[str, Counts]
    school_families: Mapping[str, Served]
    language_families: Mapping[str, Served]
    grade_families: Mapping[str, Served]
    families: Families
    curve: tuple[tuple[float, int], ...]
    students: Share
    people: Share
    segments: int
    mails: int
    cost: float | None
    currency: str
    resends: int
    waiting: int
    asked_about: int
    reasons: tuple[ReasonCount, ...]
    copies: int = 0
    acknowledged: Share | None = None

    @property
    def empty(self) -> bool:
        """All of it is planned, and nobody is meant."""
        return self.planned and not (self.families.total or self.people.total or self.totals)

    def as_json(self) -> dict[str, Any]:
        """Plain values: instants as ISO 8601 in UTC, durations in seconds to the millisecond."""
        document = asdict(self)
        for name in ("as_of", "approved_at", "due_at", "started_at", "finished_at", "settled_at", "erased_at"):
            document[name] = clock.iso(document[name])
        groups = (document["school_families"], document["language_families"], document["grade_families"])
        for served in (document["families"], *(served for group in groups for served in group.values())):
            served.update({name: to_millisecond(served[name]) for name in ("t50", "t90", "t99") if name in served})
        document["curve"] = [[to_millisecond(seconds), families] for seconds, families in self.curve]
        return document


def to_millisecond(seconds: float | None) -> float | None:
    """A duration as JSON documents have it."""
    return None if seconds is None else round(seconds, 3)
