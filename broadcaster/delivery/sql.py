"""Running the ledger's SQL. Statements are portable between SQLite and PostgreSQL; what can't be is named here."""

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import connection

Params = Sequence[Any]


def on_postgres() -> bool:
    """Whether the ledger is PostgreSQL."""
    return connection.vendor == "postgresql"


def rows(sql: str, params: Params = ()) -> list[tuple[Any, ...]]:
    """All rows of a SELECT or of a RETURNING clause."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def row(sql: str, params: Params = ()) -> tuple[Any, ...] | None:
    """The first row, or None."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found: tuple[Any, ...] | None = cursor.fetchone()
        return found


def execute(sql: str, params: Params = ()) -> int:
    """Run a statement and return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def marks(values: Collection[Any]) -> str:
    """Placeholders for an IN list; an empty list becomes one that matches nothing."""
    return ", ".join(["%s"] * len(values)) or "NULL"


def lock_rows() -> str:
    """What ends a SELECT that must hold its rows. SQLite has one writer, so a transaction already holds everything."""
    return " FOR UPDATE" if on_postgres() else ""


#: SQL types of the columns that `update_each` may be given
_TYPES = {int: "bigint", float: "double precision", str: "text"}


#: Always true, and PostgreSQL guesses that one row in 40,000 meets it: so it looks each row up by its id, in the order
#: given. Told how many there are, it reads the whole ledger instead, a second and more each time while the statistics
#: are from before the last broadcast.
_FEW = "u.{id} * 0 = 0 AND u.{id} * 0 + 1 = 1"


def update_each(
    assign: str, where: str, columns: Sequence[str], types: Sequence[type], values: Iterable[Params]
) -> int:
    """Update many rows of the ledger's deliveries, each with values of its own, in one statement or one prepared one.

    `assign` and `where` name the values as `{column}`; the first is the delivery's id. On PostgreSQL they come as one
    JSON document (DESIGN: 13,000 rows/s with executemany; as arrays the driver took ten times as long to write them
    down), on SQLite from executemany (173,000 rows/s). Returns how many rows were changed.
    """
    table = list(values)
    if not table:
        return 0
    if on_postgres():
        given = {name: f"v.{name}" for name in columns}
        read = ", ".join(
            f"(e.r ->> {place})::{_TYPES[kind]} AS {name}"
            for place, (name, kind) in enumerate(zip(columns, types, strict=True))
        )
        sql = (
            f"UPDATE delivery_delivery AS d SET {assign.format(**given)} FROM ("
            f"SELECT * FROM (SELECT {read} FROM json_array_elements(%s::json) AS e (r)) u "
            f"WHERE {_FEW.format(id=columns[0])}) AS v WHERE {where.format(**given)}"
        )
        return execute(sql, [json.dumps(table)])
    order: list[str] = []

    class Numbered(dict[str, str]):
        def __missing__(self, name: str) -> str:
            order.append(name)
            return "%s"

    sql = f"UPDATE delivery_delivery AS d SET {assign.format_map(Numbered())} WHERE {where.format_map(Numbered())}"
    places = [columns.index(name) for name in order]
    with connection.cursor() as cursor:
        cursor.executemany(sql, [[values[place] for place in places] for values in table])
        return int(cursor.rowcount)
