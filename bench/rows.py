"""(d) The floor of any ledger: insert rows, then update each by its key. `python -m bench.rows ROWS DATABASE-URL|FILE`.

A row for each message with the indexes that a ledger can't do without, in transactions of 1000 rows, by the fastest
statement that each database has.
"""

import json
import sqlite3
import sys
import time
from collections.abc import Iterator

import psycopg

from bench.loops import begin

CHUNK = 1000
_COLUMNS = "id BIGINT PRIMARY KEY, address TEXT NOT NULL, batch BIGINT NOT NULL, status TEXT NOT NULL, at FLOAT"
_TABLE = f"CREATE TABLE bench_rows ({_COLUMNS})"
_INDEX = "CREATE UNIQUE INDEX bench_rows_once ON bench_rows (address, batch)"


def _chunks(rows: int) -> Iterator[list[int]]:
    numbers = list(range(rows))
    return (numbers[at : at + CHUNK] for at in range(0, rows, CHUNK))


def on_sqlite(path: str, rows: int) -> None:
    """Insert and update `rows` rows."""
    line = sqlite3.connect(path, isolation_level=None)
    line.executescript(f"PRAGMA journal_mode=WAL; DROP TABLE IF EXISTS bench_rows; {_TABLE}; {_INDEX};")
    begin()
    for chunk in _chunks(rows):
        line.execute("BEGIN IMMEDIATE")
        made = [(key, f"guardian{key}@example.org", 1, "queued") for key in chunk]
        line.executemany("INSERT INTO bench_rows (id, address, batch, status) VALUES (?, ?, ?, ?)", made)
        line.execute("COMMIT")
    for chunk in _chunks(rows):
        line.execute("BEGIN IMMEDIATE")
        line.executemany("UPDATE bench_rows SET status = 'sent', at = ? WHERE id = ?", [(1.0, key) for key in chunk])
        line.execute("COMMIT")
    line.close()


def on_postgresql(url: str, rows: int) -> None:
    """Insert and update `rows` rows."""
    with psycopg.connect(url, autocommit=True) as line:
        line.execute("DROP TABLE IF EXISTS bench_rows")
        line.execute(_TABLE)
        line.execute(_INDEX)
        begin()
        for chunk in _chunks(rows):
            line.execute(
                "INSERT INTO bench_rows (id, address, batch, status) "
                "SELECT key, 'guardian' || key || '@example.org', 1, 'queued' FROM unnest(%s::bigint[]) key",
                [chunk],
            )
        for chunk in _chunks(rows):
            line.execute(
                "UPDATE bench_rows r SET status = 'sent', at = v.at "
                "FROM unnest(%s::bigint[], %s::float[]) AS v (key, at) WHERE r.id = v.key",
                [chunk, [1.0] * len(chunk)],
            )


if __name__ == "__main__":
    number, where = int(sys.argv[1]), sys.argv[2]
    (on_postgresql if where.startswith("postgresql:") else on_sqlite)(where, number)
    print(json.dumps({"ended": time.time()}), flush=True)
