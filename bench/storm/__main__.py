"""`python -m bench.storm`: storms against ours and against the usual view; writes docs/storm.md. Ends by itself."""

import argparse
import datetime
import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench import machine, plan, servers
from bench.__main__ import stage
from bench.storm import beside, page, storms
from bench.storm.measured import Beside, Storm, refused
from bench.storm.storms import Amount

_FULL, _QUICK = Amount(20_000, 50_000, 1_000, 2_000), Amount(1_000, 5_000, 100, 500)
_CONTACTS, _FEW = 10_000, 2_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; exit 1 if a callback was refused or lost."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    options = argparse.ArgumentParser(prog="python -m bench.storm", description=__doc__)
    options.add_argument("--quick", action="store_true", help="a tenth of it, and no page is written")
    options.add_argument("--alone", action="store_true", help="no broadcast beside it, and no page is written")
    chosen = options.parse_args(words)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the servers end with us
    load = os.getloadavg()[0]
    found = [_say(one) for one in _storms(_QUICK if chosen.quick else _FULL)]
    together = [] if chosen.alone else [_tell(one) for one in _beside(_FEW if chosen.quick else _CONTACTS)]
    if not (chosen.quick or chosen.alone):
        today = f"{datetime.datetime.now(datetime.UTC):%d %B %Y}"
        text = page.write("python -m bench.storm", today, machine.describe(), load, found, together)
        (servers.ROOT / "docs" / "storm.md").write_text(text)
    wrong = sum(one.lost + one.flooded.refused for one in found) + sum(one.lost + refused(one) for one in together)
    return int(bool(wrong))


def _storms(amount: Amount) -> Iterator[Storm]:
    with tempfile.TemporaryDirectory(prefix="storm-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL's user looks into it
        with storms.place(storms.SQLITE, folder / "sqlite") as there:
            yield from storms.storms(there, amount)
        (folder / "server").mkdir()
        with (
            servers.postgresql(folder / "server" / "data", safe=True) as server,
            storms.place(storms.POSTGRESQL, folder / "postgresql", server.url, server.process.pid) as there,
        ):
            yield from storms.storms(there, amount)


def _beside(contacts: int) -> Iterator[Beside]:
    with stage() as ready:
        yield from beside.measure(ready, contacts, plan.OURS)


def _say(one: Storm) -> Storm:
    print(
        f"{one.way:30} {one.database:10} {one.told:>7,} {one.what:16} {one.rate:8,.0f}/s, "
        f"of one core {one.per_core:8,.0f}"
        f"  99 % after {one.flooded.most * 1000:6.0f} ms  refused {one.flooded.refused} lost {one.lost}",
        file=sys.stderr,
        flush=True,
    )
    return one


def _tell(one: Beside) -> Beside:
    waits = [f"{went.half * 1000:.0f}/{went.most * 1000:.0f} ms" for went in (one.callbacks, one.pages) if went]
    print(
        f"{one.database:10} {one.messages:,} messages beside {one.rate} callbacks/s: "
        f"{one.messages / one.seconds:,.0f}/s  callbacks, pages: {', '.join(waits) or '-'}  lost {one.lost}",
        file=sys.stderr,
        flush=True,
    )
    return one


if __name__ == "__main__":
    sys.exit(main())
