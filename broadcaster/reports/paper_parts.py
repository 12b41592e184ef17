"""What a printed page is made of, and the parts that several pages have."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from broadcaster.reports import charts
from broadcaster.reports.comparing import SMALL
from broadcaster.reports.phrases import duration, number, percent
from broadcaster.reports.report import Served
from broadcaster.reports.worst import worst_first

#: bars in a chart: the worst; the table below has all
_BARS = 12
SMALL_NOTE = f"* fewer than {SMALL} families: one more or less changes the share a lot."


@dataclass(frozen=True, slots=True)
class Figure:
    """A large figure: what it is, and what stands below it."""

    name: str
    value: str
    beside: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table, with a chart above it where there is one. `numbers` are the columns of figures, from 0."""

    name: str
    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: Collection[int] = ()
    chart: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page to print. `band` is what can't be overlooked; `facts` stand at the foot of the first sheet."""

    kind: str
    title: str
    about: str
    sentence: str
    foot: str
    band: str = ""
    sentences: Sequence[str] = ()
    figures: Sequence[Figure] = ()
    chart: str = ""
    caption: str = ""
    facts: Sequence[tuple[str, str]] = ()
    tables: Sequence[Table] = field(default_factory=tuple)


def families_table(name: str, title: str, groups: Mapping[str, Served], heading: str) -> Table:
    """How the families of each group were served, the worst first, with bars of the worst."""
    order = [(f"{group} *" if served.total < SMALL else group, served) for group, served in worst_first(groups)]
    rows = [
        (
            group,
            number(served.total),
            number(served.reached),
            percent(served.reached, served.total),
            number(served.total - served.reached),
            time(served),
        )
        for group, served in order
    ]
    return Table(
        name=name,
        title=title,
        headings=(heading, "families", "reached", "share", "not reached", "90 % after"),
        rows=rows,
        numbers=range(1, 6),
        chart=_bars(name, title, order) if len(order) > 1 else "",
        note=SMALL_NOTE if any(served.total < SMALL for _, served in order) else "",
    )


def _bars(name: str, title: str, order: Sequence[tuple[str, Served]]) -> str:
    shown = [(group, served) for group, served in order if served.total][:_BARS]
    rows = [
        charts.Bar(group, served.reached / served.total, percent(served.reached, served.total))
        for group, served in shown
    ]
    worst = f"{shown[0][0]}, {rows[0].said}" if shown else ""
    cut = f" Only the {_BARS} worst of {number(len(order))} are drawn." if len(order) > _BARS else ""
    described = f"Share of families reached; the least at {worst}.{cut} The table below has all numbers."
    return charts.bars(rows, charts.Words(f"{name}-bars", title, described))


def time(served: Served) -> str:
    """When 90 % of those who can be reached had been."""
    if not served.reachable:
        return "–"
    return "not yet" if served.t90 is None else duration(served.t90)
