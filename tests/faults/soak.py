"""`make soak`: many seeds, each in a house of its own; a row for each as it ends, and what all of them came to.

Ends with 1 if a promise was broken. The home of such a seed is kept, and the line that repeats it is printed.
"""

import argparse
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from broadcaster.running import ports
from tests.faults import soak_page
from tests.faults.acts import plan
from tests.faults.installed import Installed, install
from tests.faults.performing import Run, run
from tests.faults.promises import judge
from tests.faults.saying import say
from tests.faults.soak_page import Outcome, Soak

_COLUMNS = ("seed", "acts", "seconds", "settling", "deliveries", "in doubt", "resent", "twice", "lost", "verdict")
_ROW = "{:>6} {:>5} {:>8} {:>9} {:>11} {:>9} {:>7} {:>6} {:>5}  {}"
#: below the ports that the kernel hands out by itself, so that it gives them to nobody else meanwhile
_FIRST_PORT, _PORTS = 20_000, 10_000


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. The exit code: 0 if every promise was kept."""
    arguments = sys.argv[1:] if arguments is None else arguments
    asked = _options().parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the houses end with us
    began, outcomes = time.monotonic(), []
    say(_ROW.format(*_COLUMNS))
    for outcome in _outcomes(asked):
        outcomes.append(outcome)
        say(_row(outcome), *outcome.story)
    command = " ".join(["python -m tests.faults.soak", *arguments])
    soak = Soak(sorted(outcomes, key=lambda one: one.seed), time.monotonic() - began, command, asked.database)
    say(soak.summary)
    if asked.page:
        asked.page.write_text(soak_page.write(soak))
    return 1 if soak.bad else 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=200, help="how many (default: 200)")
    parser.add_argument("--first", type=int, default=1, help="the first of them; --first N --seeds 1 repeats seed N")
    parser.add_argument("--jobs", type=int, default=1, help="how many side by side (default: 1)")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--keep", action="store_true", help="keep the homes of good seeds too")
    parser.add_argument("--page", type=Path, metavar="FILE", help="write what came of it as Markdown, too")
    return parser


def _outcomes(asked: argparse.Namespace) -> Iterator[Outcome]:
    """What comes of each seed, in the order in which they end. Each job is a process: it ends, its house does too."""
    seeds = range(asked.first, asked.first + asked.seeds)
    with tempfile.TemporaryDirectory(prefix="broadcaster-soak-") as folder:
        installed = install(Path(folder), asked.database)
        with get_context("fork").Pool(min(asked.jobs, asked.seeds)) as jobs:
            yield from jobs.imap_unordered(partial(_one, installed=installed, keep=asked.keep), seeds)
            jobs.close()
            jobs.join()  # they end by themselves: a signal may find one between two waits, and is lost there


def _one(seed: int, installed: Installed, *, keep: bool) -> Outcome:
    """Run one seed."""
    folder = Path(tempfile.mkdtemp(prefix=f"broadcaster-soak-{seed}-"))
    server = installed.copy(folder)
    made = plan(seed, database_restarts=server is not None)
    done = run(made, folder / "house", server, addresses(seed))
    verdict = judge(done.seen) if done.seen else None
    broken = verdict.broken if verdict else (done.failure,)
    story: list[str] = []
    if broken:
        story = _explain(
            done, broken, folder, f"--first {seed} --seeds 1 --database {'postgresql' if server else 'sqlite'}"
        )
    elif not keep:
        shutil.rmtree(folder)
    wrong = tuple(soak_page.kinds(made))
    return Outcome(seed, wrong, len(made.acts), done.seconds, done.settling, verdict, bool(broken), tuple(story))


def addresses(seed: int) -> dict[str, str]:
    """Where the house of a seed listens: on ports that seeds which run beside it do not have.

    A house finds free ports by itself, and two that start at once may find the same. Its broker and its PostgreSQL
    still do, one in some ten thousand pairs.
    """
    wanted = _FIRST_PORT + 2 * seed % _PORTS
    web, sandbox = (_free(wanted), _free(wanted + 1))
    return {
        "BROADCASTER_BIND": web,
        "PUBLIC_BASE_URL": f"http://{web}",
        "BROADCASTER_SANDBOX_BIND": sandbox,
    }


def _free(wanted: int) -> str:
    bind = f"{ports.LOOPBACK}:{wanted}"
    return bind if ports.why_not(bind) is None else f"{ports.LOOPBACK}:{ports.free()}"


def _row(one: Outcome) -> str:
    verdict = one.verdict
    counts = (verdict.deliveries, verdict.unknown, verdict.resent, verdict.twice, verdict.lost) if verdict else "-" * 5
    word = "BROKEN" if one.broken else "good"
    return _ROW.format(one.seed, one.acts, f"{one.seconds:.0f}", f"{one.settling:.0f}", *counts, word)


def _explain(done: Run, broken: Sequence[str], folder: Path, how: str) -> list[str]:
    return [
        f"  {done.plan}",
        *(f"  {line}" for line in done.done),
        *(f"  broken: {line}" for line in broken[:20]),
        f"  kept: {folder}; again: python -m tests.faults.soak {how}",
    ]


if __name__ == "__main__":
    sys.exit(main())
