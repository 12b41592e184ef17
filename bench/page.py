"""The page of a run, written by the run itself: the machine, each target met or missed, the tables, how it was done."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from bench import paced, plan, ways
from bench.findings import Findings
from bench.medians import NotMeasuredError, Row, Spread
from bench.targets import CONNECTIONS, WORKERS, Target, ceiling, targets

NOTES = Path(__file__).with_name("notes.md")

_HEAD = """\
# Measured

Written by `{command}` on {when} in {minutes} min; no figure is typed by hand. All of it comes from one run.

**Machine:** {machine}.
"""

_HOW = """\
- The vendors are one process on loopback (`bench/stub.py`) that answers as Twilio and SendGrid do, at once or after
  80 ms, and counts by address what it accepted. It runs on the same cores as everything else, and is in no figure.
- Everybody writes the wording of `mps-technical-difficulties` to the same made-up contacts, a text and a mail each.
  (a), (b), (c) and (e) are run with the same few contacts; (e) with many more, too, since its rate grows until the
  start of a broadcast no longer shows, and its targets are judged by those. The rates of (a), (b) and (c) do not depend
  on how many there are. On one channel alone the floors and (e) have the same contacts.
- Rounds of everything, every way in each: {rounds}; with the vendor taking 80 ms: {slow_rounds}. A figure is the
  median of its rounds, with the least and the most behind it; a ratio is one of medians.
- With the vendor taking 80 ms nobody can be faster than connections / latency: {workers} workers of {connections}
  connections each are {connections_of_all} / 0.08 s = {ceiling:,.0f} texts a second.
- *messages/s*: from the decision to send to the last message accepted. *first*: from there to the first. The decision
  of (e) is the instant of the approval in its ledger: it is written before the first row is planned, so planning
  counts and the start of the command does not. For the others it is the instant before the first message is queued or
  sent, everything imported and prepared.
- *CPU*: user and system seconds of all processes of the way, servers of database and Redis included, from the decision
  until everything is recorded. For (e) also the whole `broadcaster send` command, about a second for its start, since
  it decides somewhere inside.
- *memory*: the largest sum over the same processes, shared pages shared out (PSS), looked at twice a second. For (b)
  and (c) these are Celery's, what queues the tasks, Redis and PostgreSQL; for (e) `serve` with all its parts (web, beat
  and two workers), the `send` command, Redis and, where it is used, PostgreSQL.
- (b) is one Celery task per message that saves a row, sends and saves again. (c) is a task that saves and a task that
  delivers, as GOV.UK Notify does it. Both on PostgreSQL and Redis with the official SDKs, database and HTTP connections
  kept where the SDK can, {prefetch} messages prefetched for each process, no results stored, prefork with {fast}
  processes, and {slow} where the vendor takes 80 ms.
- (d) are floors: what the client libraries and the databases do with nothing around them.
- (e) is this product as an operator runs it: `broadcaster serve` with {workers} workers of {connections} connections
  each and a real Redis, then `broadcaster send`, with leases, marked lots and every outcome recorded. PostgreSQL runs
  without `fsync`, for (b) and (c) likewise; SQLite with its safety on. No receipts come back while it is measured.
"""

_SIZE = """\
A home with {many:,} contacts, imported from CSV; first a school of {few:,}, several times, then everybody, each with
`serve` started anew. The second of processor time that starts the `send` command is in both, so the few look dearer
for a message than they are once it runs; their figure is the median of all their broadcasts.
"""

_PACED = """\
One sender of texts at {rate} segments a second, texts of one segment, families with one, two or three phones, all
judged by the instants at which the stub accepted them. *over the whole run*: texts a second from the first to the last.
*most in any 10 s*: wherever the ten seconds begin; {allowed} are allowed, one more than rate times seconds, because a
text that comes a little late may share its ten seconds with one more. *99 % of families*: from the approval until the
first text to them was accepted; at the rate itself a text to each family takes families / {rate} seconds.
"""


def write(found: Findings) -> str:
    """The page."""
    parts = [
        _HEAD.format(command=found.command, when=found.when, minutes=round(found.seconds / 60), machine=found.machine),
        *(["![Messages a second of each way](pictures/bench.svg)\n"] if charted(found) else []),
        "## Targets\n",
        _verdicts(targets(found)),
        *_section("Where the time goes", _notes()),
        *_section("A text and a mail to everybody", _rows(found.ways.rows, lambda row: len(row.case.channels) == 2)),
        *_section("One channel alone", _rows(found.ways.rows, lambda row: len(row.case.channels) == 1)),
        *_section("Few deliveries and many", _sizes(found)),
        *_section("Paced", _paced(found)),
        *_section("How", _how(found)),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _section(title: str, text: str) -> list[str]:
    return [f"\n## {title}\n", text] if text else []


def _notes() -> str:
    """What somebody wrote about this run; empty where it is but a remark."""
    said = NOTES.read_text() if NOTES.exists() else ""
    return re.sub(r"<!--.*?-->", "", said, flags=re.DOTALL).strip()


def _how(found: Findings) -> str:
    return _HOW.format(
        rounds=found.rounds,
        slow_rounds=found.slow_rounds,
        prefetch=ways.PREFETCH,
        fast=ways.WORKERS_ON_A_FAST_VENDOR,
        slow=ways.WORKERS_ON_A_SLOW_VENDOR,
        workers=WORKERS,
        connections=CONNECTIONS,
        connections_of_all=WORKERS * CONNECTIONS,
        ceiling=ceiling(),
    )


def _verdicts(judged: dict[str, list[Target]]) -> str:
    """A line for each target, a pair of columns for each database."""
    found: dict[str, dict[str, Target]] = {}
    for way, those in judged.items():
        for target in those:
            found.setdefault(target.say, {})[way] = target
    names = [way.rpartition(" ")[2] for way in judged]
    lines = [f"| target | wanted | {' | | '.join(names)} | |", "|---|--:|" + "--:|---|" * len(names)]
    for say, by_way in found.items():
        one = next(iter(by_way.values()))
        cells = [f"{'at most' if one.most else 'at least'} {one.wanted:,g}"]
        for way in judged:
            cells += [_figure(by_way[way].got), by_way[way].verdict] if way in by_way else ["–", "not measured"]
        lines.append(f"| {say} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _figure(got: float) -> str:
    return f"{got:,.0f}" if got >= 100 else f"{got:.3g}"


def _rows(rows: Iterable[Row], wanted: Callable[[Row], bool] = lambda _: True) -> str:
    head = "way | contacts | channels | answer after | messages/s | CPU s per 1000 | memory | first | duplicates | lost"
    lines = [_line(row) for row in rows if wanted(row)]
    return "\n".join([f"| {head} |", "|---|--:|---|--:|--:|--:|--:|--:|--:|--:|", *lines]) if lines else ""


def _line(row: Row) -> str:
    is_ledger = "insert" in row.way
    cells = (
        row.way,
        f"{row.case.contacts:,}",
        "rows" if is_ledger else " + ".join(row.case.channels),
        f"{row.case.delay * 1000:.0f} ms",
        _spread(row.rate, ",.0f"),
        _spread(row.cpu_per_1000, ".3f"),
        _spread(row.memory, ",.0f", 1e-6, " MB"),
        "–" if is_ledger else _spread(row.first, ".2f", 1, " s"),
        "–" if is_ledger else str(row.duplicates),
        "–" if is_ledger else str(row.lost),
    )
    return f"| {' | '.join(cells)} |"


def _spread(one: Spread, form: str, scale: float = 1.0, unit: str = "") -> str:
    """The median, and from where to where the rounds went, if they did."""
    middle, least, most = (format(figure * scale, form) for figure in (one.median, one.least, one.most))
    return f"{middle}{unit}" + (f" ({least}–{most})" if least != most else "")


def _sizes(found: Findings) -> str:
    rows = found.size.rows
    if not rows:
        return ""
    contacts = sorted(row.case.contacts for row in rows)
    lines = ["| way | broadcasts | deliveries | messages/s | CPU s per 1000 | memory | first | duplicates | lost |"]
    lines += ["|---|--:|--:|--:|--:|--:|--:|--:|--:|"]
    for row in rows:
        cells = (
            *(row.way, str(row.rounds), f"{row.case.messages:,}"),
            *(_spread(row.rate, ",.0f"), _spread(row.cpu_per_1000, ".3f")),
            *(_spread(row.memory, ",.0f", 1e-6, " MB"), _spread(row.first, ".2f", 1, " s")),
            *(str(row.duplicates), str(row.lost)),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return _SIZE.format(few=contacts[0], many=contacts[-1]) + "\n" + "\n".join(lines)


def _paced(found: Findings) -> str:
    if not found.paced:
        return ""
    lines = [
        "| way | texts | families | over the whole run | most in any 10 s | 99 % of families | first | twice | lost |"
    ]
    lines += ["|---|--:|--:|--:|--:|--:|--:|--:|--:|"]
    for one in found.paced:
        cells = (
            *(one.result.way, f"{one.result.case.messages:,}", f"{one.families:,}"),
            *(f"{one.overall:.2f}/s", f"{one.fastest:,}", f"{one.families_in:.2f} s ({one.families_by:.3f})"),
            *(f"{one.result.first:.2f} s", str(one.result.duplicates), str(one.result.lost)),
        )
        lines.append(f"| {' | '.join(cells)} |")
    told = _PACED.format(rate=paced.RATE, allowed=f"{paced.texts_allowed(paced.RATE):,}")
    return told + "\n" + "\n".join(lines)


def charted(found: Findings) -> list[Row]:
    """The rows of the chart: everybody at once, the vendor answering at once. None where not all were measured."""
    shown = (plan.NOTIFY, plan.TASK, plan.PLAIN, *reversed(plan.OURS))
    try:
        return [found.ways.row(way, plan.BOTH) for way in shown]
    except NotMeasuredError:
        return []
