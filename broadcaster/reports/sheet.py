"""Writing CSV files that a spreadsheet opens safely, whole or not at all."""

import csv
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from broadcaster.kinds import BadInput

#: a cell that begins with one of these is a formula to a spreadsheet (OWASP, "CSV Injection")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Cell = str | int | float | None


class Unwritable(BadInput):
    """The file can't be written. The message is one line that names it."""


def safe(value: Cell) -> Cell:
    """The cell, with a `'` before text that a spreadsheet would take for a formula: phone numbers too."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[Cell]], *, for_excel: bool = False) -> int:
    """Write the rows as they come, and give their number. Raises Unwritable.

    A file that was there before stays as it is until the new one is whole. A new file can be read by its owner alone:
    it holds addresses. `for_excel` begins with a byte order mark, without which Excel reads names in other languages
    wrong.
    """
    try:
        if path.exists() and not path.is_file():  # a pipe or /dev/stdout: never put a file in its place
            return _write(path, header, rows, for_excel=for_excel)
        return _replace(path.resolve(), header, rows, for_excel=for_excel)
    except OSError as error:
        raise Unwritable(f"can't write {path}: {error.strerror or error}") from None


def _replace(path: Path, header: Sequence[str], rows: Iterable[Sequence[Cell]], *, for_excel: bool) -> int:
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        count = _write(temporary, header, rows, for_excel=for_excel)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return count


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[Cell]], *, for_excel: bool) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig" if for_excel else "utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for count, row in enumerate(rows, start=1):  # noqa: B007 - the last number is the answer
            writer.writerow([safe(cell) for cell in row])
    return count
