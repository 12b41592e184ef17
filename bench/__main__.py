"""`python -m bench`: measure everything, write the page and the chart. Ends by itself."""

import argparse
import dataclasses
import datetime
import json
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench import chart, machine, page, plan, servers
from bench.contacts import District
from bench.findings import Findings, kept
from bench.measure import Result, Stage
from bench.paced import Paced
from bench.product import WORDING, Home

_FOLDER = servers.ROOT / "var" / "bench"
#: what a whole run found, and what any other did
_WHOLE, _PART = _FOLDER / "results.json", _FOLDER / "part.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; exit 1 if a message was lost or sent twice."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    options = _options()
    chosen = options.parse_args(words)
    if chosen.redraw and not _WHOLE.exists():
        options.error(f"--redraw: there is no {_WHOLE}; a whole run leaves it")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the servers end with us
    if chosen.redraw:
        _write(kept(_WHOLE), chosen.out or servers.ROOT / "docs")
        return 0
    size = _size(chosen)
    is_whole = size == plan.FULL and set(chosen.only) == set(plan.PARTS)
    found = Findings(
        command=" ".join(["python -m bench", *words]) if words else "make bench",
        when=f"{datetime.datetime.now(datetime.UTC):%d %B %Y}",
        machine=machine.describe(),
        rounds=size.rounds,
        slow_rounds=size.slow_rounds,
    )
    _measure(found, size, chosen.only, _WHOLE if is_whole else _PART)
    _write(found, chosen.out or (servers.ROOT / "docs" if is_whole else _FOLDER))
    print(f"done in {found.seconds:.0f} s", file=sys.stderr)
    return int(not found.faultless)


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    options.add_argument("--quick", action="store_true", help="everything once, with few contacts")
    options.add_argument("--rounds", type=int, help="instead of the usual number; with the slow vendor at most as many")
    options.add_argument(
        *("--only",),
        type=_parts,
        default=plan.PARTS,
        metavar="PARTS",
        help=f"for tuning, not to publish: some of {','.join(plan.PARTS)}",
    )
    options.add_argument("--out", type=Path, help="folder for bench.md and its picture; docs/ for a whole run")
    options.add_argument("--redraw", action="store_true", help="measure nothing: write the last whole run's page again")
    return options


def _parts(said: str) -> tuple[str, ...]:
    parts = tuple(said.split(","))
    if wrong := [part for part in parts if part not in plan.PARTS]:
        raise argparse.ArgumentTypeError(f"{','.join(wrong)}: choose from {','.join(plan.PARTS)}")
    return parts


def _size(chosen: argparse.Namespace) -> plan.Size:
    size = plan.QUICK if chosen.quick else plan.FULL
    if not chosen.rounds:
        return size
    return dataclasses.replace(size, rounds=chosen.rounds, slow_rounds=min(size.slow_rounds, chosen.rounds))


def _measure(found: Findings, size: plan.Size, only: Sequence[str], path: Path) -> None:
    """Fill the findings, and keep them in a file; a run that breaks off leaves what it has."""
    begun = time.monotonic()
    with stage() as ready:
        for part, one in plan.measurements(ready, size, only):
            found.add(part, one)
            found.seconds = time.monotonic() - begun
            _say(one)
            found.keep(path)


@contextmanager
def stage() -> Iterator[Stage]:
    """The stub, Redis, PostgreSQL and a folder with the wording that everybody sends, while the block runs."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        folder.chmod(0o755)  # PostgreSQL's user looks into it
        stub = stack.enter_context(servers.stub())
        broker = stack.enter_context(servers.redis(folder))
        (folder / "postgresql").mkdir()
        database = stack.enter_context(servers.postgresql(folder / "postgresql" / "server"))
        ready = Stage(stub, folder, broker, database.process.pid, database.url)
        home = Home(ready, folder / "wording", "", District((1,)))
        home.prepare()
        seen = home.ask("preview", *WORDING)
        (folder / "wording.json").write_text(json.dumps({**seen["email"], "sms": seen["sms"]["text"]}))
        yield ready


def _say(found: Result | Paced) -> None:
    result = found.result if isinstance(found, Paced) else found
    case = result.case
    print(
        f"{result.way:50} {case.contacts:>7,} {'+'.join(case.channels):9} {case.delay * 1000:3.0f} ms "
        f"{result.rate:9,.0f}/s  CPU {result.cpu_per_1000:6.3f}  first {result.first:5.2f} s  "
        f"{result.memory / 1e6:4.0f} MB  twice {result.duplicates} lost {result.lost}",
        file=sys.stderr,
        flush=True,
    )


def _write(found: Findings, folder: Path) -> None:
    text, charted = page.write(found), page.charted(found)
    (folder / "pictures").mkdir(parents=True, exist_ok=True)
    (folder / "bench.md").write_text(text)
    if charted:
        picture = chart.draw(charted, "Messages a second, a text and a mail to everybody")
        (folder / "pictures" / "bench.svg").write_text(picture)
    print(text)


if __name__ == "__main__":
    sys.exit(main())
