"""References that leave the house: `epoch-id`. They survive a restore, because a restored ledger starts a new epoch."""

import secrets

from django.db import transaction

from broadcaster import clock
from broadcaster.delivery import sql
from broadcaster.delivery.models import Delivery, Epoch

#: begins the reference of a message to staff, which is no delivery: no epoch's code has so few letters
TO_STAFF = "test-"

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def current() -> str:
    """The code of the epoch we are in. The first call on a new ledger begins it."""
    return _open() or _first()


def _open() -> str:
    newest = Epoch.objects.filter(last_delivery__isnull=True).order_by("-id").first()
    return newest.code if newest else ""


def _first() -> str:
    """All workers come to a new ledger at once: one begins its epoch, and the others go by that one. A second epoch
    would end the first at a delivery in the middle of a plan, and receipts beyond it would find nothing.
    """
    with transaction.atomic():
        if sql.on_postgres():  # SQLite has one writer: the transaction itself is the lock
            sql.execute(f"LOCK TABLE {Epoch._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
        return _open() or begin()


def begin() -> str:
    """End the present epoch at the newest delivery and start another. Called once on a new ledger and after each
    restore.
    """
    with transaction.atomic():
        newest = Delivery.objects.order_by("-id").values_list("id", flat=True).first() or 0
        Epoch.objects.filter(last_delivery__isnull=True).update(last_delivery=newest)
        code = "".join(secrets.choice(_ALPHABET) for _ in range(6))
        Epoch.objects.create(code=code, started_at=clock.now())
    return code


def touch() -> None:
    """Write, and change nothing: a full disk and a read-only file answer questions, and show only at a write.

    SQLite leaves out what would change no byte, all but the number in its file's head that it keeps for whoever uses it
    (nobody here does).
    """
    if sql.on_postgres():
        sql.execute("UPDATE delivery_epoch SET started_at = started_at WHERE last_delivery IS NULL")
    else:
        sql.execute("PRAGMA user_version = 0")


def reference(epoch: str, delivery_id: int) -> str:
    """What rides in StatusCallback addresses and custom_args."""
    return f"{epoch}-{delivery_id}"


def request_name(epoch: str, batch_id: int, first_delivery: int) -> str:
    """What we call one mail request: its lot. Any event that names it proves that all of the lot was accepted."""
    return f"{epoch}-{batch_id}-{first_delivery}"


class References:
    """Turns references back into delivery ids. Holds the epochs as they were when it was made."""

    def __init__(self) -> None:
        # plain SQL: it is asked for each group of receipts
        self._last: dict[str, int | None] = dict(sql.rows("SELECT code, last_delivery FROM delivery_epoch"))

    def resolve(self, ref: str | None) -> int | None:
        """The delivery's id, or None where the reference is none of ours or its delivery was lost in a restore."""
        code, _, digits = (ref or "").partition("-")
        if code not in self._last or not digits.isdecimal() or len(digits) > 18:
            return None
        delivery_id, last = int(digits), self._last[code]
        return delivery_id if last is None or delivery_id <= last else None
