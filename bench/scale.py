"""`python -m bench.scale`: what a roster row, a message, a backup and a restore cost at several sizes. Ends by itself.

Processor seconds, of everything of ours and of PostgreSQL, so that a busy machine changes little; wall time is
beside it.
"""

import argparse
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench import accounting, machine
from bench.__main__ import stage
from bench.contacts import District
from bench.measure import Case, Stage
from bench.product import OURS_POSTGRESQL, OURS_SQLITE, Home

_SIZES = (1_000, 10_000, 100_000)
_PASSPHRASE = "four words nobody guesses"  # noqa: S105 - of backups that are gone with the folder
_HEAD = """\
| ledger | what | of how many | CPU s | for 1000 | of it the server | wall s | memory MB | MB on disk |
|---|---|--:|--:|--:|--:|--:|--:|--:|"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What so many things cost; `server` is PostgreSQL's part of `cpu`, `memory` the peak of the command itself."""

    what: str
    number: int
    cpu: float
    server: float
    wall: float
    memory: float = 0.0
    disk: float = 0.0

    def row(self, ledger: str) -> str:
        """A line of the table."""
        shown = [f"{one:,.0f}" if one else "–" for one in (self.memory, self.disk)]
        per = 1000 * self.cpu / self.number
        figures = (f"{self.number:,}", f"{self.cpu:.2f}", f"{per:.3f}", f"{self.server:.2f}", f"{self.wall:.1f}")
        return f"| {' | '.join((ledger, self.what, *figures, *shown))} |"


def main() -> int:
    """Measure and print a table."""
    options = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    options.add_argument("--contacts", type=int, nargs="+", default=_SIZES, help="each gets a text and a mail")
    options.add_argument("--on", choices=("sqlite", "postgresql"), nargs="+", default=("sqlite", "postgresql"))
    chosen = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the servers end with us
    print(f"{machine.describe()}; load {os.getloadavg()[0]:.1f}", file=sys.stderr)
    print(_HEAD, flush=True)
    with stage() as ready:
        for number in chosen.contacts:
            for database in chosen.on:
                for cost in _costs(ready, database, number):
                    print(cost.row(database), flush=True)
    return 0


def _costs(ready: Stage, database: str, number: int) -> Iterator[Cost]:
    way = OURS_POSTGRESQL if database == "postgresql" else OURS_SQLITE
    server = ready.postgres_pid if database == "postgresql" else None
    with ExitStack() as stack:
        name = f"scale{number}"
        url = stack.enter_context(ready.new_database(name)) if server else ""
        home = Home(ready, ready.folder / database / name, url, District((number,)))
        home.set_down()
        home.ask("migrate")  # making the tables is no row's cost
        roster = home.folder / "roster.csv"
        yield _command(home, server, "roster rows, first import", number, "import", str(roster))
        yield _command(home, server, "the same rows again", number, "import", str(roster))
        with home.serving() as pid:
            begun = accounting.cpu_seconds([server]) if server else 0.0
            sent = home.send(way, Case(number), pid)
            spent = accounting.cpu_seconds([server]) - begun if server else 0.0
        what = "messages" if not (sent.lost or sent.duplicates) else "messages, SOME LOST OR TWICE"
        yield Cost(what, sent.case.messages, sent.cpu, spent, sent.seconds, sent.memory / 1e6)
        file = home.folder / "backup.age"
        yield _command(home, server, "backup", sent.case.messages, "backup", str(file), made=lambda: file)
        empty = stack.enter_context(ready.new_database(f"{name}_again")) if server else ""
        again = Home(ready, home.folder / "again", empty, home.roster)
        again.set_down(roster=False)
        yield _command(again, server, "restore, with its proof", sent.case.messages, "restore", str(file))


def _command(
    home: Home, server: int | None, what: str, number: int, *words: str, made: Callable[[], Path] | None = None
) -> Cost:
    """Run a command to its end and see what it cost, its start included."""
    ours = {**home.variables, "BROADCASTER_BACKUP_PASSPHRASE": _PASSPHRASE}
    begun, at = accounting.cpu_seconds([server]) if server else 0.0, time.monotonic()
    with subprocess.Popen(home.command(*words), env=ours, cwd=home.folder, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{words} failed: {process.returncode}")
    wall = time.monotonic() - at
    spent = accounting.cpu_seconds([server]) - begun if server else 0.0
    disk = made().stat().st_size / 1e6 if made else 0.0
    return Cost(what, number, _cpu(usage) + spent, spent, wall, usage.ru_maxrss / 1024, disk)


def _cpu(usage: resource.struct_rusage) -> float:
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    sys.exit(main())
