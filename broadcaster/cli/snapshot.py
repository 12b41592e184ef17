"""How old the roster is, said before each send: nothing in sending asks another system."""

from typing import Any

from broadcaster import clock
from broadcaster.reports.phrases import moment
from broadcaster.roster.snapshot import Snapshot


def line(found: Snapshot | None) -> str:
    """A sentence for staff."""
    if found is None:
        return "The roster was never imported."
    old = " It has missed a night: import a newer one first, if there is one." if found.stale else ""
    return f"The roster is that of {moment(found.at, clock.now())}, from {found.source}.{old}"


def facts(found: Snapshot | None) -> dict[str, Any] | None:
    """For `--json`; null before the first import. `age` is in seconds."""
    if found is None:
        return None
    return {"version": found.version, "at": found.at, "age": round(found.age, 1), "stale": found.stale}
