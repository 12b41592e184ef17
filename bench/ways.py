"""The ways that are not ours: loops, and Celery's usual ones."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import redis as redis_client

from bench.accounting import Meter
from bench.measure import Case, Result, Run, Stage, measure
from bench.servers import ROOT, started, until

#: what waits for the vendor most of the time needs more processes than cores
WORKERS_ON_A_FAST_VENDOR, WORKERS_ON_A_SLOW_VENDOR = 2, 16
PREFETCH = 64
_TABLES = {"task": "usual_message", "notify": "usual_notification"}


def loop(stage: Stage, way: str, name: str, case: Case, processes: int = 1) -> Result:
    """A loop of loops.py, the contacts shared out among so many processes."""

    channels = ",".join(case.channels)
    commands = [
        ["bench.loops", name, str(case.contacts), str(part), str(processes), channels] for part in range(processes)
    ]
    return measure(stage, way, case, lambda run: run.children(*commands))


def rows(stage: Stage, way: str, case: Case, database: str) -> Result:
    """The ledger's floor: a row for each message, on the PostgreSQL of this URL or in the SQLite file of this path."""
    servers = [stage.postgres_pid] if database == stage.postgres_url else []
    with Meter(servers) as meter:
        run = Run(meter, stage.variables())
        (rest,) = run.children(["bench.rows", str(case.messages), database])
    seconds = json.loads(rest)["ended"] - run.began
    return Result(way, case, seconds, first=0.0, cpu=meter.cpu, memory=meter.peak, duplicates=0, lost=0)


def usual(stage: Stage, way: str, kind: str, case: Case) -> Result:
    """A Celery way on PostgreSQL and Redis: `task` or `notify`."""
    broker_pid, broker_url = stage.broker
    ready = stage.folder / "usual.ready"
    ready.unlink(missing_ok=True)
    variables = stage.variables(
        BENCH_DATABASE=stage.postgres_url,
        BENCH_BROKER=broker_url,
        BENCH_READY=str(ready),
        BENCH_PREFETCH=str(PREFETCH),
        DJANGO_SETTINGS_MODULE="bench.usual.settings",
    )
    redis_client.Redis.from_url(broker_url).flushall()
    with started([sys.executable, "-m", "bench.usual.prepare"], env=variables, cwd=ROOT) as preparing:
        assert preparing.wait(60) == 0
    processes = WORKERS_ON_A_SLOW_VENDOR if case.delay else WORKERS_ON_A_FAST_VENDOR
    options = ("-c", str(processes), "-l", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat")
    worker = [sys.executable, "-m", "celery", "-A", "bench.usual.app", "worker", *options]
    with (
        (stage.folder / "usual.log").open("a") as log,
        started(worker, env=variables, cwd=ROOT, stdout=log, stderr=log) as running,
        _rows(stage.postgres_url, _TABLES[kind]) as sent,
    ):
        until(ready.exists, "Celery's worker listens", 30)
        return measure(
            stage,
            way,
            case,
            lambda run: run.children(["bench.usual.start", kind, str(case.contacts)]),
            servers=(running.pid, broker_pid, stage.postgres_pid),
            recorded=lambda: sent() >= case.messages,
            environment=variables,
        )


@contextmanager
def _rows(url: str, table: str) -> Iterator["Counting"]:
    with psycopg.connect(url, autocommit=True) as line:
        yield Counting(line, table)


class Counting:
    """How many rows of a table say `sent`."""

    def __init__(self, line: "psycopg.Connection[tuple[int]]", table: str) -> None:
        self._line, self._table = line, table

    def __call__(self) -> int:
        found = self._line.execute(f"SELECT COUNT(*) FROM {self._table} WHERE status = 'sent'").fetchone()
        return found[0] if found else 0
