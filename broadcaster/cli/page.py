"""A report as a page on a terminal: the sentence first, families before messages, then tables in 80 columns."""

import shlex
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from broadcaster.delivery.status import DeliveryStatus
from broadcaster.reports.headline import acknowledged, cost, headline, open_ends, students, timeline
from broadcaster.reports.phrases import CHANNELS, counted, duration, moment, number
from broadcaster.reports.report import Counts, Report, Served
from broadcaster.reports.worst import slower, worst_first
from broadcaster.text.languages import english_name

_S = DeliveryStatus
_WIDEST = 80
#: schools shown before "and N more"
_SCHOOLS = 10
#: and of the slowest ones
_SLOWEST = 5

#: the columns of a table of counts: heading, style, states in it. Each state has a mark, so that colour is not needed.
_COLUMNS: tuple[tuple[str, str, tuple[_S, ...]], ...] = (
    ("✓ delivered", "green", (_S.DELIVERED,)),
    ("→ sent, not\nconfirmed", "", (_S.SENT,)),
    ("… waiting", "yellow", (_S.QUEUED, _S.SENDING)),
    ("? unknown", "yellow", (_S.UNKNOWN,)),
    ("✗ failed", "red", (_S.FAILED, _S.UNDELIVERED)),
    ("– not sent", "dim", (_S.SUPPRESSED, _S.CANCELLED)),
)


def show(report: Report, console: Console) -> None:
    """Print a report for people."""
    width = min(_WIDEST, console.width)
    console.print()
    _band(report, console, width)
    console.print(Text(f"{report.id}  {report.title}", style="bold"), width=width)
    console.print(Text(f"{report.purpose} · to {report.audience} · {_status(report)}", style="dim"), width=width)
    if report.school:
        console.print(Text(f"Only the families of {report.school}", style="bold"), width=width)
    console.print()
    console.print(Text(headline(report), style="bold"), width=width)
    for sentence in (timeline(report), students(report), acknowledged(report), *open_ends(report)):
        if sentence:
            console.print(Text(sentence), width=width)
    if report.totals:
        _tables(report, console, width)
    console.print()
    for line in _foot(report):
        console.print(Text(line, style="dim"), width=width)
    console.print()


def _band(report: Report, console: Console, width: int) -> None:
    """A drill or a simulated send can't be mistaken for a real one."""
    if not report.sandbox:
        return
    said = " DRILL: no family got this "
    if not report.drill:
        which = " and ".join(CHANNELS[channel].lower() for channel in report.simulated)
        said = f" SANDBOX: {which} went to the simulated provider, to no family "
    console.print(Text(said.center(width, "/"), style="bold black on yellow"), width=width)


def _status(report: Report) -> str:
    return report.status if report.complete else f"{report.status}, as of now"


def _tables(report: Report, console: Console, width: int) -> None:
    channels = {CHANNELS.get(name, name): counts for name, counts in report.channels.items()}
    if len(channels) > 1:
        channels["All"] = report.totals
    _print(console, "Messages", _counts_table("", channels, width))
    if report.reasons:
        _print(console, "Why messages did not arrive", _reasons_table(report, width))
    _families(report, console, width)
    if len(report.languages) > 1:
        languages = {english_name(tag): counts for tag, counts in report.languages.items()}
        _print(console, "Messages by home language", _counts_table("", languages, width))
    if len(report.grades) > 1:
        _print(console, "Messages by grade", _counts_table("", report.grades, width))


def _families(report: Report, console: Console, width: int) -> None:
    """Where families are missing, and where they were reached late."""
    if report.school_families and report.school is None:
        table = _schools_table(report.school_families, width)
        _print(console, "Families by school, the worst first", table)
        if late := slower(report.school_families, report.families.t90)[:_SLOWEST]:
            title = f"Schools whose families came to 90 % later than {duration(report.families.t90 or 0)}"
            _print(console, f"{title}, the slowest first", _slowest_table(late, width))


def _print(console: Console, title: str, table: Table) -> None:
    console.print()
    console.print(Text(title, style="bold"))
    console.print(Padding(table, (0, 0, 0, 2)))


def _plain_table(width: int) -> Table:
    return Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim", width=width - 2)


def _counts_table(heading: str, groups: Mapping[str, Counts], width: int) -> Table:
    """A row per group; a column only for states that some delivery is in."""
    table = _plain_table(width)
    shown = [column for column in _COLUMNS if any(_sum(counts, column[2]) for counts in groups.values())]
    table.add_column(heading, ratio=1)
    for title, _, _ in shown:
        table.add_column(title, justify="right", no_wrap=True)
    for name, counts in groups.items():
        cells = [(_sum(counts, states), style) for _, style, states in shown]
        table.add_row(name, *(Text(number(count), style=style if count else "dim") for count, style in cells))
    return table


def _sum(counts: Counts, states: tuple[_S, ...]) -> int:
    return sum(counts.get(state, 0) for state in states)


def _reasons_table(report: Report, width: int) -> Table:
    table = _plain_table(width)
    table.add_column("", justify="right", no_wrap=True)
    table.add_column("what happened", ratio=1)
    table.add_column("what to do", ratio=1)
    for reason in report.reasons:
        table.add_row(number(reason.count), reason.happened, reason.do)
    return table


def _schools_table(schools: Mapping[str, Served], width: int) -> Table:
    """Where somebody is missing, the worst first; the others in a line."""
    table = _plain_table(width)
    table.add_column("", ratio=1)
    for title in ("reached", "of", "not", "90 % after"):
        table.add_column(title, justify="right", no_wrap=True)
    missed = [(name, served) for name, served in worst_first(schools) if served.reached < served.total]
    for name, served in missed[:_SCHOOLS]:
        missing = Text(number(served.total - served.reached), style="red")
        after = "" if served.t90 is None else duration(served.t90)
        table.add_row(name, number(served.reached), number(served.total), missing, after)
    for rest, said in (
        (len(missed) - _SCHOOLS, "more with families missing"),
        (len(schools) - len(missed), "where every family was reached"),
    ):
        if rest > 0:
            table.add_row(Text(f"{counted(rest, 'school', 'schools')} {said}", style="dim"))
    return table


def _slowest_table(slowest: Sequence[tuple[str, Served]], width: int) -> Table:
    table = _plain_table(width)
    table.add_column("", ratio=1)
    for title in ("half after", "90 % after"):
        table.add_column(title, justify="right", no_wrap=True)
    for name, served in slowest:
        half = "not yet" if served.t50 is None else duration(served.t50)
        table.add_row(name, half, "not yet" if served.t90 is None else duration(served.t90))
    return table


def _foot(report: Report) -> list[str]:
    """When, how much, and where to go on from here."""
    instants = (
        ("Approved", report.approved_at),
        ("First message", report.started_at),
        ("Last message", report.finished_at),
        ("Settled", report.settled_at),
        ("Erased", report.erased_at),
    )
    lines = [f"{name:<14}{moment(at, report.as_of)}" for name, at in instants if at is not None]
    lines.append(f"{'As of':<14}{moment(report.as_of, report.as_of).partition(' (')[0]}")
    if said := cost(report):
        again = f"; {counted(report.resends, 'message was', 'messages were')} sent again" if report.resends else ""
        lines.append(f"{'Sent':<14}{said}{again}")
    if report.erased_at is not None:
        lines.append("Addresses and wording are erased, as the district keeps them no longer; every count stays.")
    elif report.totals:
        again = f"broadcaster report {report.id}" + (f" --school {shlex.quote(report.school)}" if report.school else "")
        lines.append(f"{'Who to call':<14}{again} --calls calls.csv")
        lines.append(f"{'Each message':<14}{again} --csv messages.csv")
        lines.append(f"{'For the board':<14}{again} --print report.html")
    return lines
