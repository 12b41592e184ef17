"""Keeps receipts and applies them to the ledger, in one transaction: what is acknowledged afterwards is never lost."""

import json
from collections.abc import Sequence

import structlog
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction

from broadcaster import clock
from broadcaster.delivery import sql
from broadcaster.delivery.epoch import TO_STAFF
from broadcaster.delivery.receiving import receipts as ledger
from broadcaster.providers.base import Receipt
from broadcaster.webhooks.row import identity, row

log = structlog.get_logger(__name__)

_COLUMNS = "event_id, channel, delivery_id, word, code, at, received_at, raw, fault, ref, next_try_at"
_TABLE = f"webhooks_storedreceipt ({_COLUMNS})"


def store(receipts: Sequence[Receipt]) -> None:
    """Keep the receipts and apply those that are new. Returns once they are committed.

    Those of messages to staff are let go: nothing in the ledger waits for them.

    All in one transaction; where one of them breaks it, by halves, so that it ends alone and is kept aside with its
    fault named. Raises OperationalError or InterfaceError where the database is locked or away: then call it again.
    """
    receipts = [receipt for receipt in receipts if not (receipt.ref or "").startswith(TO_STAFF)]
    if not receipts:
        return
    try:
        try:
            _store(receipts)
        except IntegrityError:  # another web process has just stored one of them: now we see it
            _store(receipts)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 - one receipt that breaks something must not cost us the others
        if len(receipts) > 1:
            middle = len(receipts) // 2
            store(receipts[:middle])
            store(receipts[middle:])
        else:
            _keep_aside(receipts[0], error)


@transaction.atomic
def _store(receipts: Sequence[Receipt]) -> None:
    if fresh := _unseen(receipts):
        _insert(fresh, ledger.apply(fresh))


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
    if sql.on_postgres():  # one value is written down faster than a thousand
        named, values = "SELECT json_array_elements_text(%s::json)", [json.dumps(list(by_id))]
    else:
        named, values = sql.marks(by_id), list(by_id)
    for (seen,) in sql.rows(f"SELECT event_id FROM webhooks_storedreceipt WHERE event_id IN ({named})", values):
        del by_id[seen]
    return list(by_id.values())


def _insert(receipts: Sequence[Receipt], deliveries: Sequence[int | None], fault: str = "") -> None:
    """Raises IntegrityError where another process has stored one of them since we looked."""
    now = clock.now()
    # in one order, so that two web processes can't lock each other out
    table = sorted(row(receipt, delivery, now, fault) for receipt, delivery in zip(receipts, deliveries, strict=True))
    with connection.cursor() as cursor:
        if sql.on_postgres():
            # a quarter of the processor time of an INSERT from arrays
            with connection.wrap_database_errors, cursor.copy(f"COPY {_TABLE} FROM STDIN") as copy:
                for line in table:
                    copy.write_row(line)
        else:
            cursor.executemany(f"INSERT INTO {_TABLE} VALUES ({sql.marks(table[0])})", table)
