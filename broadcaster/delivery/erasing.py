"""Old deliveries lose what says whose they were; the counts stay.

Addresses and families' own values are erased. People become numbers that nobody can trace back: each broadcast has a
secret of its own, which is thrown away at the end, so that a family is still one family within the broadcast, and
nobody's elsewhere. What the reports count by, home language and grade, is kept beside the members first.

Every step may be broken off and done again: what is a negative number has been done.
"""

import secrets

from django.db import transaction

from broadcaster import clock, turns
from broadcaster.delivery import sql
from broadcaster.delivery.models import Erasure

#: what stands in place of an address, before the delivery's number: addresses are unique within a broadcast
ERASED = "erased-"
#: rows in one transaction: it stays under 200 ms on SQLite
ROWS = 1000
#: a prime over every id: multiplied within it, no two become one, and no product is too long for 64 bits
_PRIME = 2_147_483_647


def erase(broadcast_id: int) -> int:
    """Erase one broadcast, in short transactions; gives the number of its deliveries. It is written down as erased when
    that is done.
    """
    drawn = {"factor": secrets.randbelow(_PRIME - 2) + 2, "offset": secrets.randbelow(_PRIME)}
    one, _ = Erasure.objects.get_or_create(broadcast_id=broadcast_id, defaults=drawn)
    if one.done_at is not None:
        return 0
    _in_steps(_members(one), "delivery_member", broadcast_id)
    _in_steps(_people(one, "delivery_shareddelivery"), "delivery_shareddelivery", broadcast_id)
    _in_steps(_people(one, "delivery_acknowledgement"), "delivery_acknowledgement", broadcast_id)
    deliveries = _in_steps(_deliveries(one), "delivery_delivery", broadcast_id)
    Erasure.objects.filter(pk=one.pk).update(done_at=clock.now(), factor=0, offset=0)
    return deliveries


def is_erased(broadcast_id: int) -> bool:
    """Whether its names and addresses are gone, or are going."""
    return Erasure.objects.filter(pk=broadcast_id).exists()


def forget_outcomes(before: float) -> int:
    """Forget what became of addresses that nobody of the roster has any more. How many."""
    return sql.execute(
        "DELETE FROM delivery_lastoutcome WHERE at < %s AND NOT EXISTS (SELECT 1 FROM roster_contactpoint p "
        "WHERE p.channel = delivery_lastoutcome.channel AND p.address = delivery_lastoutcome.address)",
        [before],
    )


def _in_steps(statement: str, table: str, broadcast_id: int) -> int:
    """Run an update over a table's rows of the broadcast, some ids at a time. How many rows there are."""
    row = sql.row(f"SELECT COUNT(*), MIN(id), MAX(id) FROM {table} WHERE broadcast_id = %s", [broadcast_id])
    count, first, last = row or (0, 0, -1)
    for low in range(first or 0, (last or -1) + 1, ROWS):
        with transaction.atomic():
            sql.execute(statement, [broadcast_id, low, low + ROWS - 1])
        turns.step_aside()
    return int(count)


def _number(column: str, one: Erasure) -> str:
    """The column's new value, as SQL."""
    hidden = f"-1 - ({column} * {one.factor:d} + {one.offset:d}) %% {_PRIME}"
    return f"{column} = CASE WHEN {column} >= 0 THEN {hidden} ELSE {column} END"


_OF_THESE = "WHERE broadcast_id = %s AND id BETWEEN %s AND %s"


def _members(one: Erasure) -> str:
    numbers = ", ".join(_number(column, one) for column in ("student_id", "contact_id", "family_id"))
    return f"""UPDATE delivery_member SET
        grade = COALESCE(grade, (SELECT t.grade FROM roster_student t WHERE t.id = student_id)),
        language = COALESCE(language, (SELECT COALESCE(NULLIF(c.language, ''), 'en') FROM roster_contact c
                                       WHERE c.id = contact_id)),
        {numbers} {_OF_THESE}"""


def _people(one: Erasure, table: str) -> str:
    return f"UPDATE {table} SET {_number('contact_id', one)}, {_number('family_id', one)} {_OF_THESE}"


def _deliveries(one: Erasure) -> str:
    numbers = f"{_number('contact_id', one)}, {_number('family_id', one)}"
    return (
        f"UPDATE delivery_delivery SET address = '{ERASED}' || id, provider_id = '', own_values = NULL, subject = '', "
        f"{numbers} {_OF_THESE}"
    )
