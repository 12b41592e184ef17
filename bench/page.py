"""The page of a run, written by the run itself: the machine, the tables, each target met or missed."""

import platform
import sqlite3
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from bench import plan, ways
from bench.medians import Row, Table, targets

_HEAD = """\
# Measured

Written by `{command}` on {when}; no figure is typed by hand. All of it comes from one run. Rounds of everything, every
way in each: {rounds}; with the vendor taking 80 ms: {slow_rounds}. The figures are medians.

**Machine:** {machine}.

![Messages a second of each way](pictures/bench.svg)

## How

- The vendors are one process on loopback (`bench/stub.py`) that answers as Twilio and SendGrid do, at once or after
  80 ms, and counts by address what it accepted. It runs on the same cores as everything else, and is in no figure.
- Everybody writes the wording of `mps-technical-difficulties` to the same made-up contacts, a text and a mail each.
- *messages/s*: from the decision to send (for this product the approval) to the last message accepted.
  *first*: from there to the first. *CPU*: user and system seconds of all processes of the way, the servers of the
  database and of Redis included, from the decision until everything is recorded; for (e) the whole `broadcaster send`,
  its start of about a second too, since it makes the decision somewhere inside. *memory*: the largest sum, with
  shared pages shared out (PSS), looked at twice a second.
- (b) is one Celery task per message that saves a row, sends and saves again. (c) is a task that saves and a task that
  delivers, as GOV.UK Notify does it. Both on PostgreSQL and Redis with the official SDKs, database and HTTP connections
  kept where the SDK can, prefetch tuned, prefork with {fast} processes, and {slow} where the vendor takes 80 ms.
- (d) are floors: what the client libraries and the databases do with nothing around them.
- (e) is this product as an operator runs it: `broadcaster serve` with two workers and a real Redis,
  then `broadcaster send mps-technical-difficulties --audience district`, with leases, marked lots and every outcome
  recorded. PostgreSQL runs without `fsync`, for (b) and (c) likewise; SQLite with its safety on. No receipts come back
  while it is measured.
"""


def write(table: Table, command: str, size: plan.Size, when: str) -> str:
    """The page."""
    head = _HEAD.format(
        command=command,
        rounds=size.rounds,
        slow_rounds=size.slow_rounds,
        when=when,
        machine=machine(),
        fast=ways.WORKERS_ON_A_FAST_VENDOR,
        slow=ways.WORKERS_ON_A_SLOW_VENDOR,
    )
    parts = [
        head,
        "## A text and a mail to everybody\n",
        _rows(row for row in table.rows if len(row.case.channels) == 2),
        "\n## One channel alone\n",
        _rows(row for row in table.rows if len(row.case.channels) == 1),
        "\n## Targets\n",
        _verdicts(table),
    ]
    return "\n".join(parts) + "\n"


def machine() -> str:
    """Processor, memory and versions, as far as they matter."""
    words = dict(
        line.split(":", 1)
        for name in ("/proc/cpuinfo", "/proc/meminfo")
        for line in Path(name).read_text().splitlines()
        if ":" in line
    )
    model = next((value.strip() for key, value in words.items() if key.strip() == "model name"), platform.machine())
    cores = sum(line.startswith("processor") for line in Path("/proc/cpuinfo").read_text().splitlines())
    memory = int(words["MemTotal"].split()[0]) / 2**20
    libraries = ", ".join(f"{name} {version(name)}" for name in ("celery", "Django", "twilio", "sendgrid", "aiohttp"))
    return (
        f"{cores} cores of {model}, {memory:.0f} GiB, Linux {platform.release()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, {libraries}"
    )


def _rows(rows: Iterable[Row]) -> str:
    head = "way | contacts | channels | answer after | messages/s | CPU s per 1000 | memory | first | duplicates | lost"
    lines = [f"| {head} |", "|---|--:|---|--:|--:|--:|--:|--:|--:|--:|"]
    return "\n".join(lines + [_line(row) for row in rows])


def _line(row: Row) -> str:
    is_ledger = "insert" in row.way
    cells = (
        row.way,
        f"{row.case.contacts:,}",
        "rows" if is_ledger else " + ".join(row.case.channels),
        f"{row.case.delay * 1000:.0f} ms",
        f"{row.rate:,.0f}",
        f"{row.cpu_per_1000:.3f}",
        f"{row.memory / 1e6:,.0f} MB",
        "–" if is_ledger else f"{row.first:.2f} s",
        "–" if is_ledger else str(row.duplicates),
        "–" if is_ledger else str(row.lost),
    )
    return f"| {' | '.join(cells)} |"


def _verdicts(table: Table) -> str:
    lines = ["| target | wanted | measured | verdict |", "|---|--:|--:|---|"]
    for target in targets(table):
        sign = "at most" if target.most else "at least"
        lines.append(f"| {target.say} | {sign} {target.wanted:g} | {target.got:.2f} | {target.verdict} |")
    return "\n".join(lines)


def charted(table: Table) -> list[Row]:
    """The rows of the chart: everybody at once, the vendor answering at once."""
    both = plan.TEXTS + plan.MAILS
    shown = (plan.NOTIFY, plan.TASK, plan.PLAIN, plan.OURS_POSTGRESQL, plan.OURS_SQLITE)
    return [table.row(way, both) for way in shown]
