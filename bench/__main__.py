"""`python -m bench [--quick] [--out FOLDER]`: measure everything, write the page and the chart. Ends by itself."""

import argparse
import dataclasses
import datetime
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench import chart, page, plan, servers
from bench.measure import Result, Stage
from bench.medians import Table
from bench.product import TEMPLATE, Home


def main() -> int:
    """Run; exit 1 if a message was lost or sent twice."""
    options = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    options.add_argument("--quick", action="store_true", help="everything once, with few contacts")
    options.add_argument("--rounds", type=int, help="instead of the usual number; with the slow vendor at most as many")
    options.add_argument("--out", type=Path, help="folder for bench.md and bench.svg; docs/ for a full run")
    chosen = options.parse_args()
    size = plan.QUICK if chosen.quick else plan.FULL
    if chosen.rounds:
        size = dataclasses.replace(size, rounds=chosen.rounds, slow_rounds=min(size.slow_rounds, chosen.rounds))
    begun, results = time.monotonic(), []
    with stage() as ready:
        for result in plan.measurements(ready, homes(ready, size.product), size):
            results.append(result)
            _say(result)
            _keep(results)
    command = " ".join(["python -m bench", *sys.argv[1:]]) if sys.argv[1:] else "make bench"
    _write(results, chosen.out or servers.ROOT / ("var/bench" if chosen.quick else "docs"), command, size)
    print(f"done in {time.monotonic() - begun:.0f} s", file=sys.stderr)
    return int(any(result.duplicates or result.lost for result in results))


@contextmanager
def stage() -> Iterator[Stage]:
    """The stub, Redis, PostgreSQL and an empty folder, while the block runs."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        folder.chmod(0o755)  # PostgreSQL's user looks into it
        stub = stack.enter_context(servers.stub())
        broker = stack.enter_context(servers.redis(folder))
        (folder / "postgresql").mkdir()
        database = stack.enter_context(servers.postgresql(folder / "postgresql" / "server"))
        yield Stage(stub, folder, broker, database.process.pid, database.url)


def homes(stage: Stage, contacts: int) -> dict[str, Home]:
    """A home on each database with the roster in it; and the wording that everybody sends, as its preview has it."""
    found = {
        plan.OURS_SQLITE: Home(stage, stage.folder / "on-sqlite", ""),
        plan.OURS_POSTGRESQL: Home(stage, stage.folder / "on-postgresql", stage.postgres_url),
    }
    for way, home in found.items():
        print(f"{way}: {contacts:,} contacts imported in {home.prepare(contacts):.1f} s", file=sys.stderr)
    seen = found[plan.OURS_SQLITE].ask("preview", TEMPLATE)
    (stage.folder / "wording.json").write_text(json.dumps({**seen["email"], "sms": seen["sms"]["text"]}))
    return found


def _say(result: Result) -> None:
    case = result.case
    print(
        f"{result.way:50} {'+'.join(case.channels):9} {case.delay * 1000:3.0f} ms {result.rate:9,.0f}/s  "
        f"CPU {result.cpu_per_1000:6.3f}  first {result.first:5.2f} s  {result.memory / 1e6:4.0f} MB  "
        f"twice {result.duplicates} lost {result.lost}",
        file=sys.stderr,
        flush=True,
    )


def _keep(results: list[Result]) -> None:
    """Every single measurement so far, for whoever wants more than medians; a run that breaks off leaves them too."""
    kept = servers.ROOT / "var" / "bench"
    kept.mkdir(parents=True, exist_ok=True)
    (kept / "results.json").write_text(json.dumps([dataclasses.asdict(result) for result in results], indent=1))


def _write(results: list[Result], folder: Path, command: str, size: plan.Size) -> None:
    table = Table(results)
    text = page.write(table, command, size, f"{datetime.datetime.now(datetime.UTC):%d %B %Y}")
    picture = chart.draw(page.charted(table), "Messages a second, a text and a mail to everybody")
    (folder / "pictures").mkdir(parents=True, exist_ok=True)
    (folder / "bench.md").write_text(text)
    (folder / "pictures" / "bench.svg").write_text(picture)
    print(text)


if __name__ == "__main__":
    sys.exit(main())
