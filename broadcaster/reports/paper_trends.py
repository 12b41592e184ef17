"""A period's trends as a printed page."""

from collections.abc import Callable, Sequence
from datetime import date

from broadcaster.reports import charts, verdict
from broadcaster.reports.comparing import Line, middle_time
from broadcaster.reports.paper_parts import Figure, Page, Table
from broadcaster.reports.phrases import day, language, moment, number, percent
from broadcaster.reports.trends import Point, Trends

_BARS = 12


def page(found: Trends) -> Page:
    """The page of a period."""
    when = moment(found.as_of, found.as_of).partition(" (")[0]
    return Page(
        kind="Delivery over time",
        title=f"How families{f' of {found.school}' if found.school else ''} were reached",
        about=f"{_day(found.period.first)} to {_day(found.period.last)}",
        sentence=verdict.headline(found),
        sentences=verdict.stands_out(found),
        band="SANDBOX: messages went to the simulated provider, to no family" if found.sandbox else "",
        figures=_figures(found),
        chart=_dots(found),
        caption="Share of families reached, broadcast by broadcast",
        facts=[("As of", when), *(("Note", note) for note in verdict.notes(found))],
        tables=_tables(found),
        foot=f"As of {when}. Elsewhere: the families elsewhere in the same broadcasts, each broadcast weighing as much "
        "as the school (or language) has families in it. Times are the middle one of its broadcasts.",
    )


def _day(found: date) -> str:
    return f"{found.day} {found:%B %Y}"


def _figures(found: Trends) -> Sequence[Figure]:
    if not found.points:
        return ()
    middle = middle_time([point.families for point in found.points])
    behind = sum(line.behind or line.slow for line in (*found.schools, *found.languages))
    return (
        Figure(
            "Families reached",
            percent(found.reached, found.meant),
            f"{number(found.reached)} of {number(found.meant)} times",
        ),
        Figure(
            "90 % reached after",
            verdict.time(middle),
            f"the middle one of {number(len(found.points))} broadcasts",
        ),
        Figure("Served worse", number(behind), "schools and languages"),
    )


def _dots(found: Trends) -> str:
    dots = [
        charts.Dot(day(point.approved_at), point.families.reached / point.families.total, point.final)
        for point in found.points
    ]
    if not dots:
        return ""
    worst = min(found.points, key=lambda point: point.families.reached / point.families.total)
    least = percent(worst.families.reached, worst.families.total)
    described = (
        f"{len(dots)} broadcasts in the order of time. The least was {least}, on {day(worst.approved_at)}: "
        f"{worst.title}. A table further down has all numbers."
    )
    return charts.dots(dots, charts.Words("year", "Share of families reached in each broadcast", described))


def _tables(found: Trends) -> list[Table]:
    tables = []
    if found.schools:
        tables.append(_lines("schools", "Schools, the worst first", "school", found.schools, str))
    if found.languages:
        tables.append(_lines("languages", "Home languages, the worst first", "language", found.languages, language))
    if found.points:
        tables.append(_broadcasts(found.points))
    return tables


def _lines(name: str, title: str, heading: str, lines: Sequence[Line], called: Callable[[str], str]) -> Table:
    rows = [
        (
            f"{called(line.name)}{' *' if line.small else ''}",
            number(line.families),
            number(line.broadcasts),
            verdict.own_share(line),
            verdict.share(line.elsewhere),
            verdict.time(line.t90),
            verdict.time(line.all_t90),
        )
        for line in lines
    ]
    headings = (heading, "families", "broadcasts", "reached", "elsewhere", "90 % after", "of all after")
    chart = _bars(name, title, lines, called) if len(lines) > 1 else ""
    return Table(name, title, headings, rows, range(1, 7), chart)


def _bars(name: str, title: str, lines: Sequence[Line], called: Callable[[str], str]) -> str:
    shown = [line for line in lines if line.meant][:_BARS]
    rows = [
        charts.Bar(
            f"{called(line.name)}{' *' if line.small else ''}",
            line.reached / line.meant if line.share is None else line.share,
            verdict.own_share(line),
            line.elsewhere,
        )
        for line in shown
    ]
    described = "Share of families reached; the upright mark is the share elsewhere. The table below has all numbers."
    return charts.bars(rows, charts.Words(f"{name}-bars", title, described))


def _broadcasts(points: Sequence[Point]) -> Table:
    rows = [
        (
            f"{day(point.approved_at)}{'' if point.final else ', as of now'}",
            point.title,
            number(point.families.total),
            number(point.families.reached),
            percent(point.families.reached, point.families.total),
            verdict.time(point.families.t90),
        )
        for point in points
    ]
    headings = ("approved", "broadcast", "families", "reached", "share", "90 % after")
    return Table("broadcasts", "Broadcasts, in the order of time", headings, rows, range(2, 6))
