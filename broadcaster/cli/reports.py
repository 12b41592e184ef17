"""`broadcaster report ID`: who was reached, who was not, and why."""

from pathlib import Path
from typing import Annotated

import typer

from broadcaster.cli import output, show
from broadcaster.cli.phrases import counted
from broadcaster.reports import export, unreached
from broadcaster.reports.lookup import find


def report(
    broadcast: Annotated[
        str, typer.Argument(metavar="ID", help="The broadcast's number, as `broadcaster list` shows it.")
    ],
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write a row per delivery there.")] = None,
    calls: Annotated[
        Path | None, typer.Option("--calls", metavar="FILE", help="Write the call list there: who was not reached.")
    ] = None,
    json: output.Json = False,
) -> None:
    """Who was reached, who was not, and why."""
    broadcast_id = find(broadcast).pk
    notes = []
    if csv:
        rows = export.write_csv(csv, broadcast_id)
        notes.append(f"{counted(rows, 'delivery', 'deliveries')} written to {csv}")
    if calls:
        rows = unreached.write_csv(calls, broadcast_id)
        notes.append(f"{counted(rows, 'row', 'rows')} of the call list written to {calls}")
    show.print_report(broadcast_id, json=json)
    for note in notes:
        output.note(note)
