"""`make soak`: many seeds, one after the other, each in a house of its own; a table of what became of each.

Ends with 1 if a promise was broken. The home of such a seed is kept, and the line that repeats it is printed.
"""

import argparse
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests import postgres
from tests.faults.acts import Plan, plan
from tests.faults.performing import Run, run
from tests.faults.promises import Verdict, judge

_COLUMNS = ("seed", "acts", "seconds", "settling", "deliveries", "in doubt", "resent", "twice", "lost", "verdict")
_ROW = "{:>6} {:>5} {:>8} {:>9} {:>11} {:>9} {:>7} {:>6} {:>5}  {}"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. The exit code: 0 if every promise was kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=200, help="how many (default: 200)")
    parser.add_argument("--first", type=int, default=1, help="the first of them; --first N --seeds 1 repeats seed N")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--keep", action="store_true", help="keep the homes of good seeds too")
    asked = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the house ends with us
    _say(_ROW.format(*_COLUMNS))
    bad = [
        seed
        for seed in range(asked.first, asked.first + asked.seeds)
        if not _one(seed, asked.database, keep=asked.keep)
    ]
    _say(f"{asked.seeds - len(bad)} of {asked.seeds} seeds kept every promise" + (f"; not {bad}" if bad else ""))
    return 1 if bad else 0


def _one(seed: int, database: str, *, keep: bool) -> bool:
    """Run one seed and print its row. Whether every promise was kept."""
    folder = Path(tempfile.mkdtemp(prefix=f"broadcaster-soak-{seed}-"))
    server = postgres.start(folder / "postgres") if database == "postgresql" else None
    made = plan(seed, database_restarts=server is not None)
    done = run(made, folder / "house", server)
    verdict = judge(done.seen) if done.seen else None
    broken = verdict.broken if verdict else (done.failure,)
    _say(_row(made, done, verdict, "good" if not broken else "BROKEN"))
    if broken:
        _explain(done, broken, folder, f"--first {seed} --seeds 1 --database {database}")
    elif not keep:
        shutil.rmtree(folder)
    return not broken


def _row(made: Plan, done: Run, verdict: Verdict | None, word: str) -> str:
    counts = (verdict.deliveries, verdict.unknown, verdict.resent, verdict.twice, verdict.lost) if verdict else "-" * 5
    return _ROW.format(made.seed, len(made.acts), f"{done.seconds:.0f}", f"{done.settling:.0f}", *counts, word)


def _explain(done: Run, broken: Sequence[str], folder: Path, how: str) -> None:
    _say(f"  {done.plan}", *(f"  {line}" for line in done.done))
    _say(*(f"  broken: {line}" for line in broken[:20]))
    _say(f"  kept: {folder}; again: python -m tests.faults.soak {how}")


def _say(*lines: str) -> None:
    """Each row leaves at once: a soak takes hours, and somebody may be watching."""
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
