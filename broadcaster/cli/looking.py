"""What a check of `doctor` looks at, and what it says."""

from dataclasses import dataclass

from broadcaster.running.state import Serving
from broadcaster.settings import Settings

#: receipts, quiet hours and doubts rest on the clock
CLOCK_GRAIN_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, whether it is well, and one line about it."""

    name: str
    ok: bool
    say: str


@dataclass(frozen=True, slots=True)
class Looking:
    """What the checks look at: this home, what `serve` runs there now, and where the broker is, if anywhere."""

    settings: Settings
    serving: Serving | None
    broker: str | None
