"""How old the roster is. Sending asks no other system, so what it knows is as old as its last import."""

from dataclasses import dataclass

from broadcaster import clock
from broadcaster.roster.models import RosterImport

HOUR, DAY = 3_600.0, 86_400.0
#: an older roster has missed a night's import
STALE = 36 * HOUR


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The roster in use: its version, when it was imported (an instant), from what, and its age in seconds."""

    version: int
    at: float
    source: str
    age: float

    @property
    def stale(self) -> bool:
        """Whether it has missed a night's import."""
        return self.age > STALE


def version() -> int | None:
    """The number of the roster in use, which changes with each import; None before the first."""
    return RosterImport.objects.order_by("-pk").values_list("pk", flat=True).first()


def snapshot() -> Snapshot | None:
    """The roster in use; None before the first import."""
    newest = RosterImport.objects.order_by("-pk").first()
    return Snapshot(newest.pk, newest.at, newest.source, max(0.0, clock.now() - newest.at)) if newest else None
