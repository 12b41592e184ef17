"""What commands show: a report, the list of broadcasts, live progress. The demo and `send --wait` use the same.

What draws (rich, and the pages made with it) is imported where it draws: a script that asks for `--json` every second
should not pay for it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from broadcaster.cli import output
from broadcaster.reports import counts
from broadcaster.reports.overview import Line
from broadcaster.reports.phrases import number, short_moment

if TYPE_CHECKING:
    from broadcaster.cli.progress import Following
    from broadcaster.reports.report import Report


def print_report(broadcast_id: int, *, json: bool = False) -> None:
    """The report as of now, on stdout: one JSON document, or a page for people. Raises UnknownBroadcast."""
    print_found(counts.report(broadcast_id), json=json)


def print_found(found: "Report", *, json: bool = False) -> None:
    """A report that was read already, as `print_report` does."""
    if json:
        output.document(found.as_json())
    else:
        from broadcaster.cli import page

        page.show(found, output.console())


def progress(broadcast_ids: Sequence[int]) -> "Following":
    """Live progress of these broadcasts on stderr, as a context; each `update()` of it looks at the ledger again."""
    from broadcaster.cli.progress import Following, ProgressView

    return Following(broadcast_ids, ProgressView())


def print_overview(lines: Sequence[Line]) -> None:
    """The list of broadcasts, the newest first, on stdout."""
    if not lines:
        output.say("There are no broadcasts yet. The first: broadcaster send TEMPLATE --audience EXPR")
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("ID", justify="right", no_wrap=True)
    table.add_column("", ratio=1)
    table.add_column("status", no_wrap=True)
    table.add_column("families reached", justify="right", no_wrap=True)
    for line in lines:
        mark = " (drill)" if line.drill else " (sandbox)" if line.sandbox else ""
        when = f" · {short_moment(line.approved_at)}" if line.approved_at is not None else ""
        table.add_row(
            str(line.id),
            Text.assemble((line.title, "bold"), mark, (f"\n{line.purpose} · to {line.audience}{when}", "dim")),
            line.status,
            f"{number(line.families.reached)} of {number(line.families.total)}" if line.deliveries else "",
        )
    output.console().print(table)
