"""`python -m tests.faults.asking`: how fast a restored ledger asks the vendor about each text that may have left.

A broadcast whose texts are all queued is backed up, restored and served, once for each answering time of the vendor.
"""

import argparse
import os
import signal
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from bench.accounting import cpu_seconds
from bench.contacts import District
from tests.faults.saying import say
from tests.whole.home import UNLIMITED
from tests.whole.house import House

_PASSPHRASE = {"BROADCASTER_BACKUP_PASSPHRASE": "four words nobody guesses"}


def main() -> int:
    """Measure each, and print a row for it."""
    options = argparse.ArgumentParser(prog="python -m tests.faults.asking", description=(__doc__ or "").splitlines()[0])
    options.add_argument("--texts", type=int, default=2000)
    options.add_argument("--latency", type=float, nargs="+", default=[0.0, 0.08], help="seconds the vendor takes")
    chosen = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what we started ends with us
    with tempfile.TemporaryDirectory(prefix="asking-") as name:
        backup = Path(name) / "backup.age"
        lost = House(Path(name) / "lost", _PASSPHRASE, path=os.environ["PATH"], rate=1)
        with lost:
            roster = Path(name) / "roster.csv"
            District((chosen.texts,)).write(roster)
            lost.ask("import", str(roster))
            number = lost.send("district", "--channels", "sms")
            lost.until_report(number, lambda report: report["totals"].get("queued", 0) > 1, "it is planned")
            lost.ask("backup", str(backup))
        for latency in chosen.latency:
            _measure(Path(name) / f"laptop-{latency}", backup, latency)
    return 0


def _measure(folder: Path, backup: Path, latency: float) -> None:
    laptop = House(folder, _PASSPHRASE, path=os.environ["PATH"], rate=UNLIMITED)
    asked = laptop.ask("restore", str(backup))["in_question"]
    with laptop:
        laptop.sandbox.faults(latency=latency)
        before = cpu_seconds([laptop.process.pid])
        laptop.until_report(1, lambda report: report["status"] == "completed", "everything was asked about and left")
        spent = cpu_seconds([laptop.process.pid]) - before
        first, last, settled = _settled(laptop.home / "broadcaster.sqlite3")
    assert settled == asked, (settled, asked)
    rate = settled / (last - first) if last > first else float("inf")
    say(
        f"vendor answers after {latency * 1000:.0f} ms: {settled:,} texts asked about in {last - first:.1f} s, "
        f"{rate:.0f}/s; {1000 * spent / settled:.1f} CPU s for 1000, with sending them and the vendor itself"
    )


def _settled(ledger: Path) -> tuple[float, float, int]:
    """When the first and the last answer were written down, and how many there are."""
    with closing(sqlite3.connect(ledger)) as file:
        found = file.execute(
            "SELECT MIN(settled_at), MAX(settled_at), COUNT(settled_at) FROM delivery_doubt"
        ).fetchone()
    return float(found[0]), float(found[1]), int(found[2])


if __name__ == "__main__":
    sys.exit(main())
