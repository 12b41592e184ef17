"""Mistakes in template files: where, what is wrong, what would be right."""

from collections.abc import Iterable
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
    """One mistake. `line` counts from 1; `right` says what would be right. `part`: of a wording, where it is in one."""

    file: Path
    line: int
    wrong: str
    right: str
    severity: Severity = Severity.ERROR
    part: str = ""

    def __str__(self) -> str:
        return f"{self.file.parent.name}/{self.file.name}:{self.line}: {self.wrong}; {self.right}"


def errors_of(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Those of them that are errors."""
    return tuple(fault for fault in faults if fault.severity is Severity.ERROR)


class Faulty(BadInput):
    """Something can't be used because of mistakes in it. The message is the first; `faults` are all."""

    _WHERE_ALL_ARE = ""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        more = f" (and {len(faults) - 1} more{self._WHERE_ALL_ARE})" if len(faults) > 1 else ""
        super().__init__(f"{faults[0]}{more}")
        self.faults = faults


class BadTemplate(Faulty):
    """A template that can't be used."""

    _WHERE_ALL_ARE = ": run `broadcaster templates check`"


@dataclass(slots=True)
class Finding:
    """Collects the faults of one file while it is read."""

    file: Path
    faults: list[Fault] = field(default_factory=list)

    @property
    def errors(self) -> tuple[Fault, ...]:
        """The mistakes that keep it from being used."""
        return errors_of(self.faults)

    def note(self, severity: Severity, line: int, wrong: str, right: str, part: str = "") -> None:
        """Note a mistake of that severity. One in a part of a wording names the part first."""
        self.faults.append(Fault(self.file, line, f"{part}: {wrong}" if part else wrong, right, severity, part))

    def error(self, line: int, wrong: str, right: str, part: str = "") -> None:
        """Note a mistake that keeps the template from being used."""
        self.note(Severity.ERROR, line, wrong, right, part)

    def warn(self, line: int, wrong: str, right: str, part: str = "") -> None:
        """Note something for a person to weigh."""
        self.note(Severity.WARNING, line, wrong, right, part)
