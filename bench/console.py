"""`python -m bench.console`: how long the server takes for each page of the console, on a ledger of the real size.

A made-up district of 60,000 contacts, and broadcasts to all of them until there are 1,000,000 deliveries, written
set-based. Each page is asked for in this process, the network left out: once cold, then again; the middle one counts.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from bench import machine, servers

#: of the demo's district that makes 60,000 contacts
_STUDENTS = 40_000
_DELIVERIES = 1_000_000
_ROUNDS = 7


def main() -> int:
    """Measure and print a table."""
    options = argparse.ArgumentParser(prog="python -m bench.console", description=__doc__)
    options.add_argument("--students", type=int, default=_STUDENTS, help="of the made-up district")
    options.add_argument("--deliveries", type=int, default=_DELIVERIES)
    options.add_argument("--postgresql", action="store_true", help="instead of SQLite")
    options.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.one:
        _one(chosen.students, chosen.deliveries)
        return 0
    print(f"{machine.describe()}; load {os.getloadavg()[0]:.1f}", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        home = Path(folder)
        home.chmod(0o755)  # PostgreSQL's user looks into it
        if chosen.postgresql:
            with servers.postgresql(home / "postgresql") as server:
                return _beside(home, server.url, chosen)
        return _beside(home, "", chosen)


def _beside(home: Path, url: str, chosen: argparse.Namespace) -> int:
    """Settings are read once in a process: the measuring one gets its own."""
    ours = {"DJANGO_SETTINGS_MODULE": "broadcaster.web.settings", "BROADCASTER_HOME": str(home), "DATABASE_URL": url}
    size = ["--students", str(chosen.students), "--deliveries", str(chosen.deliveries)]
    command = [sys.executable, "-m", "bench.console", "--one", *size]
    return subprocess.run(command, env={**os.environ, **ours}, cwd=servers.ROOT, check=False).returncode


def _one(students: int, deliveries: int) -> None:
    from broadcaster.running import ledger

    ledger.make_ready()
    from bench import big_ledger

    made = big_ledger.write(students, deliveries)
    print(json.dumps(made.counts), file=sys.stderr)
    print("| page | cold ms | again ms | of it CPU ms | queries |")
    print("|---|---|---|---|---|")
    for name, cold, again, cpu, queries in _measured(made.pages):
        print(f"| {name} | {cold:.0f} | {again:.0f} | {cpu:.0f} | {queries} |", flush=True)


def _measured(pages: dict[str, str]) -> Iterator[tuple[str, float, float, float, int]]:
    """CPU ms are those of this process: with SQLite all of the work, on a machine that others use too."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from broadcaster.people.models import Person
    from broadcaster.settings import SETTINGS

    client = Client(SERVER_NAME=urlsplit(SETTINGS.public_url).hostname)
    client.force_login(Person.objects.get(), backend="allauth.account.auth_backends.AuthenticationBackend")
    client.get(next(iter(pages.values())))  # templates and pages are read once in a process
    for name, address in pages.items():
        took, worked = [], []
        for _ in range(1 + _ROUNDS):
            begun, cpu = time.perf_counter(), time.process_time()
            answer = client.get(address)
            took.append((time.perf_counter() - begun) * 1000)
            worked.append((time.process_time() - cpu) * 1000)
            if answer.status_code != 200:
                raise SystemExit(f"{address} answers {answer.status_code}")
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(address)
        yield name, took[0], statistics.median(took[1:]), statistics.median(worked[1:]), len(seen)


if __name__ == "__main__":
    sys.exit(main())
