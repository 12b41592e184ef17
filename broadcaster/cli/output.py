"""What a command says: its result on stdout, everything else on stderr.

A result is either one JSON document (`--json`) or lines for people. Progress never goes to stdout, so that
`broadcaster report 17 --json > file` is always a whole document.
"""

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

#: every command's `--json`
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def document(value: Mapping[str, Any]) -> None:
    """Print the one JSON document of a command. Paths, enums and other such values are printed as their text."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")
    sys.stdout.flush()


def say(line: str = "") -> None:
    """One line of a command's result, for people."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()  # `serve` goes on for days after its line; a log file should have it at once


def note(line: str) -> None:
    """One line beside the result: progress, a hint, a warning."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def console(*, stderr: bool = False) -> "Console":
    """A rich console for tables and live progress. It draws no colour into a file or a pipe."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, soft_wrap=not sys.stdout.isatty())
