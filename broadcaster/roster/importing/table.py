"""A delimited text as rows with the line each begins on, in one pass (RFC 4180, and what real exports make of it).

A quotation mark that is opened and never closed costs the row it stands in, not the rows after it.
"""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TextIO

_DELIMITERS = ",;\t|"
_MOST_LINES_IN_A_ROW = 200  # more, and the quotation mark was not meant to open anything
LONGEST_LINE: Final = 1_000_000  # characters; the rest of a longer one is passed over without being kept

_NEVER_CLOSED = "a quotation mark is opened and never closed"
_TOO_LONG = f"the row has a line of more than {LONGEST_LINE:,} characters"


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row, and the line of the file on which it begins.

    `cut` says that the file ends in this row without a line end: it may be torn off.
    """

    line: int
    cells: list[str]
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that could not be read as cells."""

    line: int
    reason: str


class _TooLongError(Exception):
    """A row went on for too many lines, or one of its lines for too long."""


class Table:
    """Rows of a text, the header among them. Iterate once."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._again: deque[str] = deque()  # lines to read once more, after a quotation mark led us astray
        self._row: list[str] = []  # the lines of the row that is being read
        self._next_line = 1
        self._delimiter = ""

    def __iter__(self) -> Iterator[Row | Unreadable]:
        rows = self._reader()
        while True:
            try:
                cells = next(rows)
            except StopIteration:
                return
            except (csv.Error, _TooLongError) as error:
                found = self._recovered(error)
                rows = self._reader()
            else:
                found = self._taken(cells)
            if isinstance(found, Unreadable) or any(cell.strip() for cell in found.cells):
                yield found

    def _reader(self) -> Iterator[list[str]]:
        if not self._delimiter:
            self._delimiter = _delimiter_of(self._peek())
        return csv.reader(self._lines(), delimiter=self._delimiter, strict=True)

    def _peek(self) -> str:
        """The first line that is not blank, which is kept to be read; blank ones before it only count."""
        while line := self._line():
            if line.strip():
                self._again.append(line)
                return line
            self._next_line += 1
        return ""

    def _line(self) -> str:
        """The next line of the text; of one that is too long, one character more than the limit."""
        line = rest = self._text.readline(LONGEST_LINE + 1)
        while len(rest) > LONGEST_LINE and not rest.endswith(("\n", "\r")):
            rest = self._text.readline(LONGEST_LINE + 1)
        return line

    def _lines(self) -> Iterator[str]:
        while True:
            line = self._again.popleft() if self._again else self._line()
            if not line:
                return
            self._row.append(line)
            if len(self._row) > _MOST_LINES_IN_A_ROW or len(line) > LONGEST_LINE:
                raise _TooLongError
            yield line

    def _taken(self, cells: list[str]) -> Row:
        begins = self._next_line
        self._next_line += len(self._row)
        cut = bool(self._row) and not self._row[-1].endswith(("\n", "\r"))
        self._row.clear()
        return Row(begins, cells, cut)

    def _recovered(self, error: Exception) -> Row | Unreadable:
        """Give up the first line of what was read as one row, and put the others back."""
        first, *rest = self._row
        self._again.extendleft(reversed(rest))
        self._row[:] = [first]
        if len(first) > LONGEST_LINE:
            return Unreadable(self._taken([]).line, _TOO_LONG)
        astray = rest or isinstance(error, _TooLongError) or "unexpected end" in str(error)
        if not astray:
            try:  # a quotation mark amid a cell, as in "Anna" Lee: readable, only not by the book
                return self._taken(next(csv.reader([first], delimiter=self._delimiter)))
            except csv.Error as again:
                error = again
        begins = self._taken([]).line
        return Unreadable(begins, _NEVER_CLOSED if astray else f"the row can't be read: {error}")


def _delimiter_of(header: str) -> str:
    return max(_DELIMITERS, key=header.count)  # a comma where none is found: it stands first
