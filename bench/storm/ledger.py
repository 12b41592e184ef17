"""A ledger with 200,000 deliveries that have left and wait for their receipts, written by the database itself.

`BENCH_STORM_EACH` in the environment: so many on each channel in place of 100,000.
"""

import os
import sqlite3
from collections import Counter
from pathlib import Path

import psycopg

EPOCH = "storms"
SENT_AT = 1_795_399_200
#: ids of the deliveries on each channel
_EACH = int(os.environ.get("BENCH_STORM_EACH", "100000"))
TEXTS, MAILS = range(1, _EACH + 1), range(_EACH + 1, 2 * _EACH + 1)
SIZE = len(TEXTS) + len(MAILS)
#: deliveries of a batch
_BATCH = 1000

_NUMBERS = f"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {SIZE})"
_DELIVERIES = f"""{_NUMBERS}
    INSERT INTO delivery_delivery (id, broadcast_id, channel, address, subject, contact_id, family_id, school_id,
        language, wave, batch_id, segments, status, reason, code, provider_id, sent_at)
    SELECT i, 1, CASE WHEN i <= {len(TEXTS)} THEN 'sms' ELSE 'email' END,
        CASE WHEN i <= {len(TEXTS)} THEN '+1612' || (5550000 + i) ELSE 'guardian' || i || '@example.org' END, '',
        1 + i % {len(TEXTS)}, 1 + i % {len(TEXTS)}, 1 + i % 100, 'en', 1, 1000000000 + i / {_BATCH}, 1,
        'sent', '', '', '', {SENT_AT} FROM n"""


def fill(database: str) -> None:
    """Write the deliveries into a database that is migrated and seeded: a URL of PostgreSQL, or a file of SQLite."""
    if database.startswith("postgresql:"):
        with psycopg.connect(database, autocommit=True) as line:
            line.execute(_DELIVERIES.encode())
            line.execute("SELECT setval('delivery_delivery_id_seq', %s)", [SIZE])
            line.execute("VACUUM ANALYZE delivery_delivery")
        return
    file = sqlite3.connect(database)
    with file:
        file.execute(_DELIVERIES)
    file.close()


def states(database: str, first: int, last: int) -> Counter[str]:
    """How many of these deliveries are in which state."""
    asked = f"SELECT status, COUNT(*) FROM delivery_delivery WHERE id BETWEEN {first:d} AND {last:d} GROUP BY status"
    if database.startswith("postgresql:"):
        with psycopg.connect(database, autocommit=True) as line:
            return Counter(dict(line.execute(asked.encode()).fetchall()))
    file = sqlite3.connect(f"{Path(database).as_uri()}?mode=ro", uri=True)
    try:
        return Counter(dict(file.execute(asked).fetchall()))
    finally:
        file.close()
