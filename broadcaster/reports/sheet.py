"""Writing CSV files that a spreadsheet opens safely, whole or not at all."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from broadcaster.reports import whole_file

#: a cell that begins with one of these is a formula to a spreadsheet (OWASP, "CSV Injection")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Cell = str | int | float | None


def safe(value: Cell) -> Cell:
    """The cell, with a `'` before text that a spreadsheet would take for a formula: phone numbers too."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[Cell]], *, for_excel: bool = False) -> int:
    """Write the rows as they come, and give their number. Raises Unwritable; see whole_file.

    `for_excel` begins with a byte order mark, without which Excel reads names in other languages wrong.
    """
    count = 0
    with whole_file.writing(path, "utf-8-sig" if for_excel else "utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for count, row in enumerate(rows, start=1):  # noqa: B007 - the last number is the answer
            writer.writerow([safe(cell) for cell in row])
    return count
