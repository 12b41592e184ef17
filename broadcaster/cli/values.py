"""`--set field=value` and `--change FILE`, as several commands take them."""

from pathlib import Path
from typing import Annotated

import typer

from broadcaster.kinds import BadInput

Change = Annotated[
    list[Path] | None,
    typer.Option("--change", metavar="FILE", help="Other words for this one: a language file such as en.md."),
]


def pairs(given: list[str]) -> dict[str, str]:
    """Field names and values as typed. Raises BadInput for one without `=`."""
    found = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals:
            raise BadInput(f"--set {pair!r} should be field=value")
        found[name.strip()] = value
    return found
