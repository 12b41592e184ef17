"""The ledger as one SQLite file, whatever database it lives in: a backup of a PostgreSQL opens on a bare laptop.

From SQLite it is a copy by the online backup API; from PostgreSQL all rows of one repeatable-read snapshot. Both see
one instant, and keep no writer waiting.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection, connections, transaction

#: the name under which Django knows the file while it is worked on
ALIAS = "backup"
#: rows under way at once between the two databases
_ROWS = 5_000

#: how PostgreSQL's types are read so that they are what Django keeps in SQLite
_AS_SQLITE = {
    "boolean": "{0}::int",
    "jsonb": "{0}::text",
    "uuid": "replace({0}::text, '-', '')",
    "timestamp with time zone": "({0} AT TIME ZONE 'UTC')::text",
    "date": "{0}::text",
    "time without time zone": "{0}::text",
    "numeric": "{0}::text",
    "inet": "host({0})",
}


@contextmanager
def opened(file: Path) -> Iterator[str]:
    """Django's alias for the file, inside the block."""
    connections.databases[ALIAS] = {
        **connections.databases["default"],
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "OPTIONS": {},
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": False,
    }
    try:
        yield ALIAS
    finally:
        connections[ALIAS].close()
        del connections[ALIAS]
        del connections.databases[ALIAS]


def copy(file: Path) -> None:
    """Write the ledger as it is at one instant into a new file."""
    if connection.vendor == "postgresql":
        _from_postgres(file)
    else:
        _from_sqlite(file)


def _from_sqlite(file: Path) -> None:
    """In one step, which reads one snapshot of the WAL: in several, each commit beside it would begin it anew."""
    name = str(connection.settings_dict["NAME"])
    with closing(sqlite3.connect(name)) as ledger, closing(sqlite3.connect(file)) as to:
        ledger.backup(to, pages=-1)
        to.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it


def _from_postgres(file: Path) -> None:
    with opened(file) as alias:
        call_command("migrate", database=alias, verbosity=0, interactive=False)
    with closing(sqlite3.connect(file, isolation_level=None)) as to, transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        to.execute("PRAGMA synchronous=OFF")
        to.execute("BEGIN")
        for table in tables(to):
            to.execute(f'DELETE FROM "{table}"')
            _copy_table(table, to)
        to.execute("COMMIT")


def _copy_table(table: str, to: sqlite3.Connection) -> None:
    columns = _columns(table)
    read = ", ".join(_AS_SQLITE.get(kind, "{0}").format(f'"{name}"') for name, kind in columns)
    names, marks = ", ".join(f'"{name}"' for name, _ in columns), ", ".join("?" * len(columns))
    with connection.chunked_cursor() as cursor:
        cursor.execute(f'SELECT {read} FROM "{table}"')
        while rows := cursor.fetchmany(_ROWS):
            to.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)


def _columns(table: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, data_type FROM information_schema.columns "
            "WHERE table_schema = current_schema() AND table_name = %s ORDER BY ordinal_position",
            [table],
        )
        return list(cursor.fetchall())


def load(file: Path) -> None:
    """Put every row of the file into this PostgreSQL, which has all tables, in place of what it holds. Call it inside a
    transaction.
    """
    with closing(sqlite3.connect(file)) as source, connection.cursor() as cursor:
        names = [table for table in tables(source) if table != "django_migrations"]
        every = ", ".join(f'"{table}"' for table in names)
        cursor.execute(f"TRUNCATE {every}")
        for table in names:
            columns = ", ".join(f'"{name}"' for name, _ in _columns(table))
            rows = source.execute(f'SELECT {columns} FROM "{table}"')
            with cursor.cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as into:
                for row in rows:
                    into.write_row(row)
            _go_on_counting(cursor, table)


def _go_on_counting(cursor: Any, table: str) -> None:
    """The next id comes after the last one."""
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() "
        "AND table_name = %s AND pg_get_serial_sequence(%s, column_name) IS NOT NULL",
        [table, f'"{table}"'],
    )
    for (column,) in cursor.fetchall():
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence(%s, %s), "
            f'COALESCE((SELECT MAX("{column}") FROM "{table}"), 0) + 1, false)',
            [f'"{table}"', column],
        )


def tables(file: sqlite3.Connection) -> list[str]:
    """The tables of a ledger's file, in one order."""
    found = file.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return [name for (name,) in found if not name.startswith("sqlite_")]


def counts(file: sqlite3.Connection) -> dict[str, int]:
    """How many rows each table has."""
    return {table: int(file.execute(f'SELECT COUNT(*) FROM "{table}"').fetchone()[0]) for table in tables(file)}
