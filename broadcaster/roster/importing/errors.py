"""What stops an import, what it leaves out, and what it wonders about."""

from dataclasses import dataclass

from broadcaster.kinds import BadInput


class ImportRefused(BadInput):
    """The import can't be done, and nothing was changed. One line that names the file or folder and what is right."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row, or one value of a row, that could not be taken in.

    `line` is the line of the file on which the row begins (the header is 1; 0 where no single row is meant). `column`
    is the file's own header, empty where the row as a whole can't be read.
    """

    file: str
    line: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Warned:
    """Something that was taken in as given and is probably wrong. The fields are those of Rejected."""

    file: str
    line: int
    column: str
    reason: str
