"""`broadcaster trends`: how families were served over the year, by school and by language."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from broadcaster.cli import output
from broadcaster.reports import trend_sheet, verdict
from broadcaster.reports.comparing import Line
from broadcaster.reports.lookup import find_school
from broadcaster.reports.period import period
from broadcaster.reports.phrases import counted, language, number
from broadcaster.reports.trends import Trends
from broadcaster.reports.trends import trends as read

if TYPE_CHECKING:
    from rich.console import Console

_WIDEST = 80
#: lines shown of each table before "and N more"
_LINES = 15


def trends(
    since: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="The first day; else 1 July of the school year.")
    ] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="DATE", help="The last day; else today.")] = None,
    school: Annotated[str | None, typer.Option("--school", metavar="NAME", help="Only this school.")] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write a row per school and language there.")
    ] = None,
    paper: Annotated[
        Path | None, typer.Option("--print", metavar="FILE", help="Write a page to print there (HTML), for the board.")
    ] = None,
    json: output.Json = False,
) -> None:
    """How families were served over the year, by school and by language; who was served worse."""
    days = period(since, until)
    of = find_school(school) if school is not None else None
    found = read(days, of)
    notes = []
    if csv:
        rows = trend_sheet.write_csv(csv, found)
        notes.append(f"{counted(rows, 'row', 'rows')} written to {csv}")
    if paper:
        from broadcaster.reports.printed import write_trends  # most runs print nothing, and need no templates

        write_trends(paper, found)
        notes.append(f"a page to print written to {paper}")
    if json:
        output.document({**found.as_json(), "says": [verdict.headline(found), *verdict.stands_out(found)]})
    else:
        _show(found, output.console())
    for note in notes:
        output.note(note)


def _show(found: Trends, console: "Console") -> None:
    from rich.text import Text

    width = min(_WIDEST, console.width)
    console.print()
    if found.sandbox:
        said = " SANDBOX: messages went to the simulated provider, to no family "
        console.print(Text(said.center(width, "/"), style="bold black on yellow"), width=width)
    console.print(Text(f"{found.period.first} to {found.period.last}", style="dim"), width=width)
    console.print()
    console.print(Text(verdict.headline(found), style="bold"), width=width)
    for sentence in verdict.stands_out(found):
        console.print(Text(sentence), width=width)
    _table(console, "Schools, the worst first", found.schools, str, width)
    _table(console, "Home languages, the worst first", found.languages, language, width)
    console.print()
    for note in verdict.notes(found):
        console.print(Text(note, style="dim"), width=width)
    console.print()


def _table(console: "Console", title: str, lines: Sequence[Line], called: Callable[[str], str], width: int) -> None:
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    if not lines:
        return
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim", width=width - 2)
    table.add_column("", ratio=1)
    for heading in ("families", "reached", "elsewhere", "90 % after", "of all"):
        table.add_column(heading, justify="right", no_wrap=True)
    for line in lines[:_LINES]:
        table.add_row(
            Text(f"{called(line.name)}{' *' if line.small else ''}", style="bold" if line.behind or line.slow else ""),
            number(line.families),
            verdict.own_share(line),
            verdict.share(line.elsewhere),
            verdict.time(line.t90),
            verdict.time(line.all_t90),
        )
    if len(lines) > _LINES:
        table.add_row(Text(f"{number(len(lines) - _LINES)} more: --csv FILE has all", style="dim"))
    console.print()
    console.print(Text(title, style="bold"))
    console.print(Padding(table, (0, 0, 0, 2)))
