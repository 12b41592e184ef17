"""`templates check`: every mistake in the library, each with its file, its line, and what would be right."""

from pathlib import Path

from broadcaster.templating import standing
from broadcaster.templating.faults import Fault
from broadcaster.templating.library import FOLDER, entries


def check(folder: Path = FOLDER) -> list[Fault]:
    """All faults, errors and warnings, in the order of the library. One bad template never hides another's."""
    return [*standing.look_at().faults, *(fault for entry in entries(folder) for fault in entry.faults)]
