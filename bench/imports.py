"""`python -m bench.imports`: how long a roster takes to come in, on SQLite and PostgreSQL, and how long others wait.

Each import is a process of its own: the first one, the same files again, and the files after a summer.
"""

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType

from bench import accounting, machine, servers
from broadcaster.demo import district

#: of the demo's district that makes 50,000 contacts
_STUDENTS = 33_300
_HEAD = """\
| ledger | import | contacts | wall s | CPU s | of the server | memory MB | transactions | longest ms | of it CPU ms |
|---|---|---|---|---|---|---|---|---|---|"""


def main() -> int:
    """Measure and print a table."""
    options = argparse.ArgumentParser(prog="python -m bench.imports", description=__doc__)
    options.add_argument("--students", type=int, default=_STUDENTS, help="of the made-up district")
    options.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.one:
        print(json.dumps(_import(chosen.one)))
        return 0
    print(f"{machine.describe()}; load {os.getloadavg()[0]:.1f}", file=sys.stderr)
    print(_HEAD)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        folder.chmod(0o755)  # PostgreSQL's user looks into it
        before, after = folder / "before", folder / "after"
        district.write(before, chosen.students)
        _summer(before, after)
        server = stack.enter_context(servers.postgresql(folder / "postgresql"))
        for ledger, url, pid in (("SQLite", "", None), ("PostgreSQL", server.url, server.process.pid)):
            for name, files in (("first", before), ("the same again", before), ("after a summer", after)):
                print(_row(ledger, name, _measured(files, folder / ledger, url, pid)), flush=True)
    return 0


def _summer(before: Path, after: Path) -> None:
    """One child in forty leaves, and one adult in ten has another mail address."""
    after.mkdir()
    (after / "staff.csv").write_bytes((before / "staff.csv").read_bytes())
    with (before / "families.csv").open(newline="") as old, (after / "families.csv").open("w", newline="") as new:
        rows = csv.DictReader(old)
        out = csv.DictWriter(new, rows.fieldnames or ())
        out.writeheader()
        for row in rows:
            if _number(row["student_id"]) % 40:
                moved = row["email"] and not _number(row["contact_id"]) % 10
                out.writerow({**row, "email": f"new.{row['contact_id'].lower()}@example.org"} if moved else row)


def _number(name: str) -> int:
    """A number that is the same on every run, unlike Python's own hash."""
    return sum(place * ord(char) for place, char in enumerate(name, start=1))


def _measured(files: Path, home: Path, url: str, server: int | None) -> dict[str, float]:
    ours = {"DJANGO_SETTINGS_MODULE": "broadcaster.settings", "BROADCASTER_HOME": str(home), "DATABASE_URL": url}
    command = [sys.executable, "-m", "bench.imports", "--one", str(files)]
    begun = accounting.cpu_seconds([server]) if server else 0.0
    done = subprocess.run(
        command, env={**os.environ, **ours}, cwd=servers.ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    ended = accounting.cpu_seconds([server]) if server else 0.0
    return {**json.loads(done.stdout), "server": ended - begun}


def _import(files: Path) -> dict[str, float]:
    """Import in this process, and say what it took, with the start of the program."""
    from broadcaster.running import ledger

    begun = time.monotonic()
    ledger.make_ready()
    from broadcaster.roster import importing

    with _watched() as held:
        result = importing.run(files, region="US", removal_share=1, actor="bench")
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "contacts": result.created + result.updated + result.removed + result.unchanged,
        "wall": time.monotonic() - begun,
        "cpu": used.ru_utime + used.ru_stime,
        "memory": used.ru_maxrss / 1024,
        "transactions": len(held),
        "longest": 1000 * max(wall for wall, _ in held),
        "longest_cpu": 1000 * max(cpu for _, cpu in held),
    }


@contextmanager
def _watched() -> Iterator[list[tuple[float, float]]]:
    """Seconds, and CPU seconds of ours, of each transaction inside."""
    from django.db import transaction

    held, open_ones = list[tuple[float, float]](), list[tuple[float, float]]()

    class Watched(transaction.Atomic):
        def __enter__(self) -> None:
            super().__enter__()
            open_ones.append((time.monotonic(), time.thread_time()))

        def __exit__(
            self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
        ) -> None:
            super().__exit__(kind, error, trace)
            wall, cpu = open_ones.pop()
            if not open_ones:
                held.append((time.monotonic() - wall, time.thread_time() - cpu))

    usual = transaction.Atomic
    transaction.Atomic = Watched  # type: ignore[misc]  # `atomic` makes what it finds under this name
    try:
        yield held
    finally:
        transaction.Atomic = usual  # type: ignore[misc]


def _row(ledger: str, name: str, found: dict[str, float]) -> str:
    return (
        f"| {ledger} | {name} | {found['contacts']:,.0f} | {found['wall']:.1f} | {found['cpu']:.1f} "
        f"| {found['server']:.1f} | {found['memory']:.0f} | {found['transactions']:.0f} | {found['longest']:.0f} "
        f"| {found['longest_cpu']:.0f} |"
    )


if __name__ == "__main__":
    sys.exit(main())
