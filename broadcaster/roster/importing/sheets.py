"""A CSV file as records: cells by what their columns mean, and what is wrong with them said where they stand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from broadcaster.roster.importing import cells, files
from broadcaster.roster.importing.errors import ImportRefused
from broadcaster.roster.importing.files import File
from broadcaster.roster.importing.headers import Columns
from broadcaster.roster.importing.reading import Place, Reading
from broadcaster.roster.importing.table import Row, Table

_LITERAL = re.compile(r'="([^"]*)"')


def header_of(file: File) -> list[str]:
    """The cells of a file's first row. Raises ImportRefused if there is none, or it can't be read."""
    with files.text_of(file) as text:
        header = next(iter(Table(text)), None)
    if not isinstance(header, Row):
        raise ImportRefused(f"{file.where}: the header can't be read: {header.reason if header else 'there is none'}")
    return header.cells


def shown(header: list[str]) -> str:
    """A header for a message, cut to what a line holds."""
    return ", ".join(cell for cell in (cells.text(name, 40) for name in header[:30]) if cell)


@dataclass(frozen=True)
class Sheet:
    """A file whose header was read and understood. `also` are other ways to read its columns: those of one guardian."""

    file: File
    columns: Columns
    also: tuple[Columns, ...] = ()

    def records(self, reading: Reading, *needed: str) -> Iterator["Record"]:
        """The rows that can be read as records; the others are rejected.

        A row with cells to spare has its values under the wrong headers; one torn off says too little. Spreadsheets
        leave out empty cells at the end, so a short row is fine as long as it reaches the `needed` columns.
        """
        width = len(self.columns.header)
        reach = max((place for meaning in needed for place in self.columns.at.get(meaning, ())), default=0)
        with files.text_of(self.file) as text:
            rows = iter(Table(text))
            next(rows)  # the header
            for row in rows:
                place = reading.at(self.file.name, row.line)
                if not isinstance(row, Row):
                    place.reject("", row.reason)
                elif any(cell.strip() for cell in row.cells[width:]):
                    place.reject("", f"has {len(row.cells)} cells where the header has {width}")
                elif reach >= len(row.cells) or (row.cut and len(row.cells) < width):
                    place.reject("", f"ends after {len(row.cells)} of {width} cells")
                else:
                    yield Record(self.columns, self._without_formulas(row.cells, place), place)

    def _without_formulas(self, cells_: list[str], place: Place) -> list[str]:
        """The cells with `="0042"`, a spreadsheet's way to keep zeros, as 0042, and other formulas rejected."""
        if not any(cell[:1] == "=" for cell in cells_):
            return cells_
        used = {at for columns in (self.columns, *self.also) for places in columns.at.values() for at in places}
        found = list[str]()
        for at, cell in enumerate(cells_):
            literal = _LITERAL.fullmatch(cell)
            if cell[:1] == "=" and not literal and at in used:
                place.reject(self.columns.header[at], f"{cells.text(cell, 40)!r} is a spreadsheet's formula, no value")
            found.append(literal[1] if literal else "" if cell[:1] == "=" else cell)
        return found


@dataclass(frozen=True, slots=True)
class Record:
    """One row. A meaning without a column reads as an empty cell."""

    columns: Columns
    cells: list[str]
    place: Place

    def with_columns(self, columns: Columns) -> "Record":
        """The same row, its columns read otherwise."""
        return Record(columns, self.cells, self.place)

    def raw(self, meaning: str) -> str:
        """The cell of the first column of the meaning, as it is."""
        places = self.columns.at.get(meaning)
        return self.cell(places[0]) if places else ""

    def cell(self, place: int) -> str:
        """The cell at a place of the header."""
        return self.cells[place] if place < len(self.cells) else ""

    def text(self, meaning: str, limit: int) -> str:
        """The cell as clean text, cut to `limit` characters."""
        return cells.text(self.raw(meaning), limit)

    def id(self, meaning: str, so: str = "") -> str:
        """The cell as an id; what can't be one is rejected, with `so` added to the reason, and reads as empty."""
        found = self.text(meaning, cells.ID + 1)
        if found and len(found) <= cells.ID:
            return found
        self.reject(meaning, f"is longer than {cells.ID} characters{so}" if found else f"is empty{so}")
        return ""

    def ids(self, meaning: str) -> list[str]:
        """The cell as a list of ids, separated by commas or semicolons (OneRoster's are commas)."""
        parts = (cells.text(part, cells.ID) for part in self.raw(meaning).replace(";", ",").split(","))
        return [part for part in parts if part]

    def flag(self, meaning: str, unreadable: bool | None) -> bool | None:
        """Yes or no, None for an empty cell. What says neither is rejected, and reads as `unreadable`."""
        try:
            return cells.yes_or_no(self.raw(meaning))
        except cells.NotYesOrNo as error:
            taken = {True: "; taken as yes", False: "; taken as no", None: ""}[unreadable]
            self.reject(meaning, f"{error}{taken}")
            return unreadable

    def reject(self, meaning: str, reason: str) -> None:
        """Say that the value of a meaning is left out."""
        self.place.reject(self.columns.named(meaning), reason)
