"""Mistakes in template files: where, what is wrong, what would be right."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from broadcaster.kinds import BadInput


class Severity(StrEnum):
    """An error keeps a template from being used; a warning is for a person to weigh."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake. `line` counts from 1; `right` says what would be right."""

    file: Path
    line: int
    wrong: str
    right: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return f"{self.file.parent.name}/{self.file.name}:{self.line}: {self.wrong}; {self.right}"


class BadTemplate(BadInput):
    """A template that can't be used. The message is its first fault."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        more = f" (and {len(faults) - 1} more: run `broadcaster templates check`)" if len(faults) > 1 else ""
        super().__init__(f"{faults[0]}{more}")
        self.faults = faults


@dataclass(slots=True)
class Finding:
    """Collects the faults of one file while it is read."""

    file: Path
    faults: list[Fault] = field(default_factory=list)

    def note(self, severity: Severity, line: int, wrong: str, right: str) -> None:
        """Note a mistake of that severity."""
        self.faults.append(Fault(self.file, line, wrong, right, severity))

    def error(self, line: int, wrong: str, right: str) -> None:
        """Note a mistake that keeps the template from being used."""
        self.note(Severity.ERROR, line, wrong, right)

    def warn(self, line: int, wrong: str, right: str) -> None:
        """Note something for a person to weigh."""
        self.note(Severity.WARNING, line, wrong, right)
