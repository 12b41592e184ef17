"""What a reader is given beside its files, and where it says what it could not use."""

from collections.abc import Callable
from dataclasses import dataclass, field

from broadcaster.roster.importing.errors import ImportRefused, Rejected, Warned

Progress = Callable[[str, int], None]

# What no roster has: with more of either, the file is another than was meant, and would fill the memory.
MOST_PEOPLE = 5_000_000
MOST_COMPLAINTS = 1_000_000
_ROWS_PER_STEP = 1000  # between two words of progress


def refuse_crowds(people: int, where: str) -> None:
    """Raises ImportRefused, naming the file or folder, if it holds more people than any district has."""
    if people > MOST_PEOPLE:
        raise ImportRefused(f"{where}: names more than {MOST_PEOPLE:,} people; is this the right file?")


@dataclass
class Reading:
    """One reading of a roster's files. `region` is the country of phone numbers without a prefix."""

    region: str
    say: Progress = lambda _stage, _rows: None
    rejected: list[Rejected] = field(default_factory=list)
    warnings: list[Warned] = field(default_factory=list)
    rows: int = 0
    heard: bool = True

    def at(self, file: str, line: int) -> "Place":
        """A row of a file; counts it."""
        self.rows += 1
        if self.rows % _ROWS_PER_STEP == 0:
            self.say("reading", self.rows)
        return Place(self, file, line)

    def first_look(self) -> "Reading":
        """For reading a file that will be read again: what is wrong with it is not said twice."""
        return Reading(self.region, heard=False)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the files."""

    reading: Reading
    file: str
    line: int

    def reject(self, column: str, reason: str) -> None:
        """Say that a value (of no column: the row) is left out. Raises ImportRefused if that is said far too often."""
        if self.reading.heard:
            self.reading.rejected.append(Rejected(self.file, self.line, column, reason))
            self._refuse_above_the_limit(len(self.reading.rejected), f"can't be used; the last: {reason}")

    def warn(self, column: str, reason: str) -> None:
        """Say that a value is taken in and is probably wrong. Raises ImportRefused as `reject` does."""
        if self.reading.heard:
            self.reading.warnings.append(Warned(self.file, self.line, column, reason))
            self._refuse_above_the_limit(len(self.reading.warnings), f"are probably wrong; the last: {reason}")

    def _refuse_above_the_limit(self, complaints: int, what: str) -> None:
        if complaints > MOST_COMPLAINTS:
            raise ImportRefused(f"{self.file}:{self.line}: more than {MOST_COMPLAINTS:,} rows or values {what}")
