"""`trends --csv`: one row per school and per language."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from broadcaster.reports import sheet
from broadcaster.reports.comparing import Line
from broadcaster.reports.phrases import language
from broadcaster.reports.trends import Trends

HEADER = (
    "kind",
    "name",
    "broadcasts",
    "families",
    "times meant",
    "times reached",
    "share reached",
    "share elsewhere",
    "seconds to 90 %",
    "seconds to 90 % of all",
    "broadcasts compared",
    "broadcasts clearly later",
    "small",
    "reached less often",
    "reached later",
)

_NUMBERS = ("broadcasts", "families", "meant", "reached", "share", "elsewhere", "t90", "all_t90", "compared", "later")


def write_csv(path: Path, found: Trends) -> int:
    """Write the file and give the number of rows. Raises whole_file.Unwritable.

    Shares are from 0 to 1, of the broadcasts that can be compared; a cell is empty where there is no such number.
    """
    return sheet.write(path, HEADER, rows(found), for_excel=True)


def rows(found: Trends) -> Iterator[Sequence[sheet.Cell]]:
    """Its rows, as HEADER names their cells."""
    for line in found.schools:
        yield _cells("school", line.name, line)
    for line in found.languages:
        yield _cells("language", language(line.name), line)


def _cells(kind: str, name: str, line: Line) -> Sequence[sheet.Cell]:
    plain = line.as_json()
    numbers = (
        "broadcasts",
        "families",
        "meant",
        "reached",
        "share",
        "elsewhere",
        "t90",
        "all_t90",
        "compared",
        "later",
    )
    words = ("yes" if plain[judged] else "no" for judged in ("small", "behind", "slow"))
    return (kind, name, *(plain[number] for number in numbers), *words)
