"""Keeps receipts and applies them to the ledger, in one transaction: what is acknowledged afterwards is never lost."""

from collections.abc import Sequence

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction

from broadcaster import clock
from broadcaster.delivery import receipts as ledger
from broadcaster.delivery import sql
from broadcaster.providers.base import Receipt
from broadcaster.webhooks.row import identity, row

log = structlog.get_logger(__name__)

_COLUMNS = "event_id, channel, delivery_id, word, code, at, received_at, raw, fault"
_TYPES = ("text", "text", "bigint", "text", "text", "double precision", "double precision", "text", "text")
_REPEATED = "ON CONFLICT (event_id) DO NOTHING"


def store(receipts: Sequence[Receipt]) -> None:
    """Keep the receipts and apply those that are new. Returns once they are committed.

    All in one transaction; where one of them breaks it, by halves, so that it ends alone and is kept aside with its
    fault named. Raises OperationalError or InterfaceError where the database is locked or away: then call it again.
    """
    try:
        with transaction.atomic():
            if fresh := _unseen(receipts):
                _insert(fresh, ledger.apply(fresh))
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 - one receipt that breaks something must not cost us the others
        if len(receipts) > 1:
            middle = len(receipts) // 2
            store(receipts[:middle])
            store(receipts[middle:])
        else:
            _keep_aside(receipts[0], error)


def _keep_aside(receipt: Receipt, error: Exception) -> None:
    fault = type(error).__name__
    log.error("receipt_kept_aside", event_id=identity(receipt), channel=receipt.channel.value, fault=fault)
    with transaction.atomic():
        _insert([receipt], [None], fault)


def _unseen(receipts: Sequence[Receipt]) -> list[Receipt]:
    """Those that we do not have, each once."""
    by_id: dict[str, Receipt] = {}
    for receipt in receipts:
        by_id.setdefault(identity(receipt), receipt)
    names = list(by_id)
    marks = sql.marks(names)
    for (seen,) in sql.rows(f"SELECT event_id FROM webhooks_storedreceipt WHERE event_id IN ({marks})", names):
        del by_id[seen]
    return list(by_id.values())


def _insert(receipts: Sequence[Receipt], deliveries: Sequence[int | None], fault: str = "") -> None:
    now = clock.now()
    # in one order, so that two web processes can't lock each other out
    table = sorted(row(receipt, delivery, now, fault) for receipt, delivery in zip(receipts, deliveries, strict=True))
    insert = f"INSERT INTO webhooks_storedreceipt ({_COLUMNS})"
    with connection.cursor() as cursor:
        if sql.on_postgres():
            arrays = ", ".join(f"%s::{kind}[]" for kind in _TYPES)
            columns = [list(column) for column in zip(*table, strict=True)]
            cursor.execute(f"{insert} SELECT * FROM unnest({arrays}) {_REPEATED}", columns)
        else:
            cursor.executemany(f"{insert} VALUES ({sql.marks(_TYPES)}) {_REPEATED}", table)
