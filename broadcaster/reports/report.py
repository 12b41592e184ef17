"""What a report holds, and its form as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from broadcaster import clock

#: deliveries per status, by DeliveryStatus's values; a status that no delivery has is left out
Counts = Mapping[str, int]

#: stands for the school of those who have none
NO_SCHOOL = "(no school)"


@dataclass(frozen=True, slots=True)
class Share:
    """How many there are, and how many of them were reached."""

    total: int
    reached: int


@dataclass(frozen=True, slots=True)
class Families:
    """The headline. `reachable` families have at least one message that was not suppressed.

    `t50`, `t90`, `t99`: seconds from the approval until 50, 90, 99 % of the reachable families had been reached; None
    where that has not come about.
    """

    total: int
    reachable: int
    reached: int
    t50: float | None
    t90: float | None
    t99: float | None


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """Why so many deliveries did not arrive: on whose side it lies (`kind`), what happened, and what to do."""

    reason: str
    kind: str
    count: int
    happened: str
    do: str


@dataclass(frozen=True, slots=True)
class Report:
    """One broadcast as of an instant.

    - The counts of `channels`, of `languages` and of `schools` each add up to `totals`: a delivery belongs to one
      school, that of one of its family's students.
    - `school_families` does not add up: a family with children at two schools counts at both.
    - `students` are reached when one of their families was; `people` are staff.
    - `segments` are those of texts that left the house (sent, delivered, undelivered), each counted once.
    - `resends`: messages sent again after an outcome nobody knew. Of those of which nobody knows it yet, `waiting` wait
      for a person (`broadcaster doubts`), and the providers are being asked about `asked_about`.
    - `simulated` are the channels that go to the sandbox (as the settings are now), `sandbox` whether there are any.
    - `planned` is false while deliveries are still being added, `complete` while any number may change.
    """

    id: int
    title: str
    purpose: str
    audience: str
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
    totals: Counts
    channels: Mapping[str, Counts]
    languages: Mapping[str, Counts]
    schools: Mapping[str, Counts]
    school_families: Mapping[str, Share]
    families: Families
    students: Share
    people: Share
    segments: int
    resends: int
    waiting: int
    asked_about: int
    reasons: tuple[ReasonCount, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values: instants as ISO 8601 in UTC, durations in seconds to the millisecond."""
        document = asdict(self)
        for name in ("as_of", "approved_at", "due_at", "started_at", "finished_at", "settled_at"):
            document[name] = clock.iso(document[name])
        for name in ("t50", "t90", "t99"):
            seconds = document["families"][name]
            document["families"][name] = None if seconds is None else round(seconds, 3)
        return document
