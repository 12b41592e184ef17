"""`broadcaster report ID`: who was reached, who was not, and why."""

from pathlib import Path
from typing import Annotated

import typer

from broadcaster.cli import output, show
from broadcaster.kinds import BadInput
from broadcaster.reports import counts, export, unreached
from broadcaster.reports.lookup import find, find_school
from broadcaster.reports.phrases import counted
from broadcaster.reports.report import Report


class Empty(BadInput):
    """There is nothing to report: nobody is meant."""


def report(
    broadcast: Annotated[
        str, typer.Argument(metavar="ID", help="The broadcast's number, as `broadcaster list` shows it.")
    ],
    school: Annotated[
        str | None, typer.Option("--school", metavar="NAME", help="Only the families (and staff) of this school.")
    ] = None,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write a row per delivery there.")] = None,
    calls: Annotated[
        Path | None, typer.Option("--calls", metavar="FILE", help="Write the call list there: who was not reached.")
    ] = None,
    paper: Annotated[
        Path | None, typer.Option("--print", metavar="FILE", help="Write a page to print there (HTML), for the board.")
    ] = None,
    letters: Annotated[
        Path | None,
        typer.Option("--letters", metavar="DIR", help="Write letters to print there, a file by school (HTML)."),
    ] = None,
    json: output.Json = False,
) -> None:
    """Who was reached, who was not, and why."""
    broadcast_id = find(broadcast).pk
    of = find_school(school) if school is not None else None
    found = counts.report(broadcast_id, of)
    _refuse_empty(found)
    notes = []
    if csv:
        rows = export.write_csv(csv, broadcast_id, of)
        notes.append(f"{counted(rows, 'delivery', 'deliveries')} written to {csv}")
    if calls:
        rows = unreached.write_csv(calls, broadcast_id, of)
        notes.append(f"{counted(rows, 'row', 'rows')} of the call list written to {calls}")
    if paper:
        from broadcaster.reports.printed import write_report  # most runs print nothing, and need no templates

        write_report(paper, found)
        notes.append(f"a page to print written to {paper}")
    if letters:
        from broadcaster.reports.letters import write  # as above

        written = write(letters, broadcast_id, of)
        told = f"{counted(written, 'letter', 'letters')} to print written to {letters}, a file by school"
        notes.append(told if written else "no letter is needed: every family was reached, or may still be")
    show.print_found(found, json=json)
    for note in notes:
        output.note(note)


def _refuse_empty(found: Report) -> None:
    if found.empty and found.school:
        raise Empty(f"broadcast {found.id} went to nobody of {found.school}")
    if found.empty:
        raise Empty(f"broadcast {found.id} is empty: its audience, {found.audience}, was nobody when it was planned")
