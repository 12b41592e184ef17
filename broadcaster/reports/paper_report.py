"""A broadcast's report as a printed page."""

from collections.abc import Mapping, Sequence

from broadcaster.delivery.status import DeliveryStatus
from broadcaster.reports import charts
from broadcaster.reports.headline import cost, headline, open_ends, students, timeline
from broadcaster.reports.paper_parts import Figure, Page, Table, families_table
from broadcaster.reports.phrases import CHANNELS, counted, duration, language, listed, moment, number, percent
from broadcaster.reports.report import Counts, Report, Share

_S = DeliveryStatus
#: rows of the table behind the curve
_CURVE_ROWS = 12

#: the columns of a table of messages: heading, states in it
_STATES: tuple[tuple[str, tuple[DeliveryStatus, ...]], ...] = (
    ("delivered", (_S.DELIVERED,)),
    ("sent, not confirmed", (_S.SENT,)),
    ("waiting", (_S.QUEUED, _S.SENDING)),
    ("unknown", (_S.UNKNOWN,)),
    ("failed", (_S.FAILED, _S.UNDELIVERED)),
    ("not sent on purpose", (_S.SUPPRESSED, _S.CANCELLED)),
)


def page(report: Report) -> Page:
    """The page of one broadcast; of a school's report, of its families."""
    so_far = "" if report.complete else ", as of now"
    of = f" · only the families of {report.school}" if report.school else ""
    return Page(
        kind="Delivery report" if report.complete else f"Delivery report, as of {_when(report)}",
        title=report.title,
        about=f"Broadcast {report.id} · {report.purpose} · to {report.audience}{of} · {report.status}{so_far}",
        sentence=headline(report, pointer=""),
        sentences=[said for said in (timeline(report), students(report), *open_ends(report)) if said],
        band=_band(report),
        figures=_figures(report),
        chart=_curve(report),
        caption=f"Families reached over time{so_far}",
        facts=_facts(report),
        tables=_tables(report),
        foot=f"As of {_when(report)}. A family is reached when one message to it was delivered, on any channel; what "
        "was sent and never confirmed is not counted. All numbers come from the ledger of deliveries.",
    )


def _when(report: Report) -> str:
    return moment(report.as_of, report.as_of).partition(" (")[0]


def _band(report: Report) -> str:
    if report.drill:
        return "DRILL: no family got this"
    if report.sandbox:
        which = listed([CHANNELS[channel].lower() for channel in report.simulated])
        return f"SANDBOX: {which} went to the simulated provider, to no family"
    return ""


def _figures(report: Report) -> Sequence[Figure]:
    families = report.families
    if not report.planned or not (families.total or report.people.total):
        return ()
    if not families.total:
        return (_reached("Staff members reached", report.people), *_missing(report.people))
    share = Share(families.total, families.reached)
    after = "not yet" if families.t90 is None else duration(families.t90)
    of = (
        "of all families"
        if families.reachable == families.total
        else f"of {number(families.reachable)} we can write to"
    )
    return (_reached("Families reached", share), Figure("90 % reached after", after, of), *_missing(share))


def _reached(name: str, share: Share) -> Figure:
    beside = f"of {number(share.total)}, {percent(share.reached, share.total)}"
    return Figure(name, number(share.reached), beside)


def _missing(share: Share) -> tuple[Figure]:
    return (Figure("Not reached", number(share.total - share.reached), "to be called: the call list names them"),)


def _curve(report: Report) -> str:
    if not report.curve or not report.planned:
        return ""
    last, reached = report.curve[-1]
    halves = [
        f"{share} after {duration(at)}"
        for share, at in (("half", report.families.t50), ("90 percent", report.families.t90))
        if at is not None
    ]
    described = (
        f"{number(reached)} of {number(report.families.total)} families were reached within {duration(last)}"
        f"{': ' if halves else ''}{listed(halves)}. A table further down has the numbers."
    )
    words = charts.Words("curve", "Families reached over time since the approval", described)
    return charts.curve(report.curve, report.families.total, words, duration)


def _facts(report: Report) -> list[tuple[str, str]]:
    instants = (
        ("Approved", report.approved_at),
        ("First message", report.started_at),
        ("Last message", report.finished_at),
        ("Settled", report.settled_at),
        ("Addresses erased", report.erased_at),
    )
    facts = [(name, moment(at, report.as_of).partition(" (")[0]) for name, at in instants if at is not None]
    return [*facts, ("As of", _when(report)), *([("Sent", said)] if (said := cost(report)) else [])]


def _tables(report: Report) -> list[Table]:
    tables = []
    if report.school_families and not report.school:
        tables.append(
            families_table("schools", "Families by school, the worst first", report.school_families, "school")
        )
    if report.reasons:
        tables.append(_reasons(report))
    if report.language_families:
        named = {language(tag): served for tag, served in report.language_families.items()}
        tables.append(families_table("languages", "Families by home language, the worst first", named, "language"))
    if report.grade_families:
        tables.append(families_table("grades", "Families by grade, the worst first", report.grade_families, "grade"))
    if report.totals:
        tables += _messages(report)
    if report.curve and report.planned:
        tables.append(_curve_table(report))
    return tables


def _reasons(report: Report) -> Table:
    rows = [(number(one.count), one.happened, one.side, one.do) for one in report.reasons]
    headings = ("messages", "what happened", "on whose side", "what to do")
    return Table("reasons", "Why messages did not arrive", headings, rows, (0,))


def _messages(report: Report) -> list[Table]:
    languages = {language(tag): counts for tag, counts in report.languages.items()}
    channels = {CHANNELS.get(name, name): counts for name, counts in report.channels.items()}
    note = f"Each message is counted once: at one school and one grade of its family. All: {_all(report)}."
    found = [
        _states("by-channel", "Messages by channel", "channel", channels),
        _states("by-school", "Messages by school", "school", report.schools),
        _states("by-language", "Messages by home language", "language", languages),
        _states("by-grade", "Messages by grade", "grade", report.grades, note),
    ]
    return [table for table in found if table.rows]


def _all(report: Report) -> str:
    return counted(sum(report.totals.values()), "message", "messages")


def _states(name: str, title: str, heading: str, groups: Mapping[str, Counts], note: str = "") -> Table:
    """A column only for states that some message is in."""
    shown = [column for column in _STATES if any(_sum(counts, column[1]) for counts in groups.values())]
    rows = [(group, *(number(_sum(counts, states)) for _, states in shown)) for group, counts in groups.items()]
    headings = (heading, *(said for said, _ in shown))
    return Table(name, title, headings, rows, range(1, len(headings)), note=note)


def _sum(counts: Counts, states: tuple[DeliveryStatus, ...]) -> int:
    return sum(counts.get(state, 0) for state in states)


def _curve_table(report: Report) -> Table:
    steps = len(report.curve)
    places = sorted(
        {(steps * row + _CURVE_ROWS - 1) // _CURVE_ROWS - 1 for row in range(1, _CURVE_ROWS + 1)} | {steps - 1}
    )
    total = report.families.total
    rows = [
        (duration(report.curve[place][0]), number(report.curve[place][1]), percent(report.curve[place][1], total))
        for place in places
        if place >= 0
    ]
    headings = ("after the approval", "families reached", "share")
    return Table("curve-table", "Families reached over time, in numbers", headings, rows, (1, 2))
