"""`python -m bench.rest`: what `serve` costs while nothing is sent, process by process, on SQLite and PostgreSQL."""

import argparse
import signal
import sys
import time
from pathlib import Path

from bench import accounting
from bench.__main__ import stage
from bench.contacts import District
from bench.measure import Case, Stage
from bench.product import OURS_POSTGRESQL, OURS_SQLITE, homes

_PARTS = ("web", "worker")
#: after a broadcast nobody is at rest at once
_CALM_SECONDS = 10.0


def main() -> int:
    """Measure and print a table."""
    options = argparse.ArgumentParser(prog="python -m bench.rest", description=__doc__)
    options.add_argument("--seconds", type=float, default=60.0, help="how long each is looked at")
    chosen = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the servers end with us
    print("| ledger | process | CPU s a minute | memory MB |\n|---|---|--:|--:|")
    with stage() as ready:
        for way in (OURS_SQLITE, OURS_POSTGRESQL):
            _measure(ready, way, chosen.seconds)
    return 0


def _measure(ready: Stage, way: str, seconds: float) -> None:
    """A home that has sent something, then nothing."""
    with homes(ready, "rest", District((500,)), [way]) as made, made[way].serving() as serve:
        home = made[way]
        home.send(way, Case(500), serve)
        time.sleep(_CALM_SECONDS)
        roots = {"the broker": ready.broker[0]} | ({"PostgreSQL": ready.postgres_pid} if home.database else {})
        seen = {_name(pid): pid for pid in accounting.tree([serve]) if pid != serve} | {"all of `serve`": serve} | roots
        before = {name: accounting.cpu_seconds([pid]) for name, pid in seen.items()}
        time.sleep(seconds)
        for name, pid in seen.items():
            spent = (accounting.cpu_seconds([pid]) - before[name]) * 60 / seconds
            print(f"| {way.rpartition(' ')[2]} | {name} | {spent:.2f} | {accounting.memory_bytes([pid]) / 1e6:.0f} |")
        sys.stdout.flush()


def _name(pid: int) -> str:
    words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    return next((f"{word} (pid {pid})" for word in words if word in _PARTS), f"pid {pid}")


if __name__ == "__main__":
    sys.exit(main())
