"""What a storm came to."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Flooded:
    """How a flood went: seconds in all, requests taken (2xx) and refused, and how long half and 99 % of them waited for
    their answer at most (seconds).
    """

    seconds: float
    taken: int
    refused: int
    half: float
    most: float


@dataclass(frozen=True, slots=True)
class Storm:
    """One storm against one way. `what` is told to it in `told` callbacks or events; `cpu` is the seconds of processor
    that it and its database took. `lost`: deliveries that do not stand as the vendor said afterwards.
    """

    way: str
    database: str
    what: str
    told: int
    flooded: Flooded
    cpu: float
    lost: int

    @property
    def rate(self) -> float:
        """A second."""
        return self.told / self.flooded.seconds

    @property
    def per_core(self) -> float:
        """In a second of one core's time, the database's included."""
        return self.told / self.cpu


@dataclass(frozen=True, slots=True)
class Beside:
    """A broadcast that went out while callbacks came at a rate and somebody used the console; and alone (`rate` 0)."""

    database: str
    rate: int
    messages: int
    seconds: float
    callbacks: Flooded | None
    pages: Flooded | None
    lost: int


def refused(one: Beside) -> int:
    """Callbacks and pages that were not answered with a 2xx."""
    return sum(went.refused for went in (one.callbacks, one.pages) if went)


def flooded(told: dict[str, Any]) -> Flooded:
    """What the flood printed."""
    return Flooded(**told)
