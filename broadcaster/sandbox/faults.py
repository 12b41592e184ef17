"""The switches: what the simulated vendors do wrong, how often, and how slowly. All are off as shipped.

They are set at the start (`Options.faults`) and while it runs (`GET` and `PUT /sandbox/faults`, same names in JSON).
"""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Share = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(ge=0, le=3600)]


class Verdict(StrEnum):
    """What a request meets. Each request meets exactly one; the values are the names of the shares in `Faults`."""

    ANSWERED = "answered"
    THROTTLED = "throttled"
    ERROR = "error"
    ERROR_AFTER = "error_after"
    CUT = "cut"
    CUT_AFTER = "cut_after"
    BLACK_HOLE = "black_hole"


class Faults(BaseModel):
    """Shares are 0 to 1 of all requests (or callbacks); times are in seconds.

    Requests: `throttled` 429 with Retry-After; `error` 500, not accepted; `error_after` 500 although accepted; `cut`
    and `cut_after` the connection breaks before or after accepting; `black_hole` never answered, not accepted. `slow`
    requests are accepted at once and answered `slow_seconds` later; `latency` is added to every answer.
    `refuse_keys`: 401 on all; `refuse_logs`: 403 where the mail vendor's log is asked.

    Callbacks: a message's first callback comes `callback_delay` after it was accepted, each next one as much later.
    `callbacks_lost` is for texts alone: the mail vendor repeats an event until it is taken, and loses one only where
    `events_lost` says so. `callbacks_late` come `late_seconds` later; `callbacks_doubled` come twice;
    `callbacks_reordered` is the share of messages whose first callback comes after the second.

    `channels`: which vendors the faults (not the times) apply to.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    throttled: Share = 0
    retry_after: Annotated[int, Field(ge=0, le=3600)] = 1
    error: Share = 0
    error_after: Share = 0
    cut: Share = 0
    cut_after: Share = 0
    black_hole: Share = 0
    slow: Share = 0
    slow_seconds: Seconds = 5
    latency: Seconds = 0
    refuse_keys: bool = False
    refuse_logs: bool = False
    callback_delay: Seconds = 0.05
    callbacks_lost: Share = 0
    callbacks_late: Share = 0
    late_seconds: Seconds = 5
    callbacks_doubled: Share = 0
    callbacks_reordered: Share = 0
    events_lost: Share = 0
    channels: frozenset[Annotated[str, Field(pattern="^(sms|email)$")]] = frozenset({"sms", "email"})

    @model_validator(mode="after")
    def _one_fate_per_request(self) -> Self:
        if sum(share for _, share in self.shares()) > 1 + 1e-9:
            raise ValueError("throttled, error, error_after, cut, cut_after and black_hole add up to more than 1")
        return self

    def shares(self) -> list[tuple[Verdict, float]]:
        """The share of requests that meets each verdict other than a plain answer."""
        return [(verdict, getattr(self, verdict)) for verdict in Verdict if verdict is not Verdict.ANSWERED]
