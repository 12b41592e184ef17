"""Callbacks at 500 a second while a broadcast goes out and somebody uses the console; and the same broadcast alone."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any

import psycopg

from bench.contacts import District
from bench.measure import Case, Stage
from bench.product import Home, homes
from bench.servers import ROOT
from bench.storm import callbacks
from bench.storm.measured import Beside, Flooded
from bench.storm.storms import flooding

#: callbacks a second, and pages of the console
RATE, PAGES = 500, 4
#: connections that they come over
_LINES, _BROWSERS = 256, 2
#: a broadcast takes about so long at its slowest, so callbacks come for as long (seconds for each 1000 messages)
_SECONDS = 0.4


def measure(stage: Stage, contacts: int, ways: Sequence[str]) -> Iterator[Beside]:
    """On each database: alone, then beside the callbacks of that first broadcast's texts."""
    with homes(stage, "beside", District((contacts,)), ways) as ours:
        for way, home in ours.items():
            with home.serving() as pid:
                case, database = Case(contacts), way.rpartition(" ")[2]
                alone = home.send(way, case, pid)
                yield Beside(database, 0, case.messages, alone.seconds, None, None, alone.lost + alone.duplicates)
                seconds = case.messages / 1000 * _SECONDS
                requests = _callbacks(home, int(seconds * RATE) // 2)
                visits = _visits(home, int(seconds * PAGES))
                port = int(home.variables["BROADCASTER_BIND"].rpartition(":")[2])
                with ExitStack() as stack:
                    told = stack.enter_context(flooding(home.folder, port, requests, _LINES, RATE))
                    seen = stack.enter_context(flooding(home.folder, port, visits, _BROWSERS, PAGES))
                    together = home.send(way, case, pid)
                    both: tuple[Flooded, Flooded] = (told(), seen())
                lost = together.lost + together.duplicates + _not_told(home, len(requests) // 2)
                yield Beside(database, RATE, case.messages, together.seconds, *both, lost)


def _callbacks(home: Home, texts: int) -> list[bytes]:
    """Of texts of the first broadcast, in the epoch of its ledger."""
    ((epoch,),) = _rows(home, "SELECT code FROM delivery_epoch WHERE last_delivery IS NULL")
    ids = [row[0] for row in _rows(home, f"{_TEXTS} LIMIT {texts:d}")]
    return callbacks.texts(ids, str(epoch))


_TEXTS = "SELECT id FROM delivery_delivery WHERE broadcast_id = 1 AND channel = 'sms' ORDER BY id"


def _not_told(home: Home, texts: int) -> int:
    told = f"SELECT COUNT(*) FROM ({_TEXTS} LIMIT {texts:d}) t JOIN delivery_delivery d ON d.id = t.id"
    ((count,),) = _rows(home, f"{told} WHERE d.status IN ('delivered', 'undelivered')")
    return texts - int(count)


def _visits(home: Home, number: int) -> list[bytes]:
    """The page that watches the second broadcast, and home in between."""
    command = [sys.executable, "-m", "bench.storm.visitor"]
    variables = home.variables | {"PYTHONPATH": str(ROOT)}
    said = subprocess.run(command, env=variables, cwd=ROOT, check=True, capture_output=True, text=True)
    paths = ("/console/broadcasts/1", "/console/home")
    return [callbacks.page(paths[place % 2], said.stdout.strip()) for place in range(number)]


def _rows(home: Home, asked: str) -> list[tuple[Any, ...]]:
    if home.database:
        with psycopg.connect(home.database, autocommit=True) as line:
            return line.execute(asked.encode()).fetchall()
    path = home.folder / "home" / "broadcaster.sqlite3"
    file = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        return file.execute(asked).fetchall()
    finally:
        file.close()
