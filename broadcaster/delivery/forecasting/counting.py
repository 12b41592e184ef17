"""The messages that the plan of a broadcast would have, read from the roster and written nowhere."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from broadcaster.audiences import parse
from broadcaster.delivery import sql
from broadcaster.delivery.plan.chunk import senders_of, sending_table
from broadcaster.delivery.plan.own_list import OwnList
from broadcaster.delivery.plan.planning import FAMILIES, FIRST_FAMILIES, OWN_FAMILIES
from broadcaster.delivery.plan.statements import BEST_FIRST, LAST
from broadcaster.kinds import Channel, Purpose


class Planned(NamedTuple):
    """A message as it would be planned. `sender` is its place among the senders of all channels, `chunk` its place in
    the plan, `language` the contact's as the roster has it. `family_id` is None for staff.
    """

    channel: str
    address: str
    sender: int
    wave: int
    chunk: int
    language: str
    family_id: int | None
    subject: str = ""


#: staff come after all families
_STAFF = 1_000_000


class Shared(NamedTuple):
    """An address of a family that somebody else has too; `rank` is its place among its contact's addresses."""

    chunk: int
    family_id: int
    channel: str
    address: str
    rank: int


def planned(
    audience: str, purpose: Purpose, channels: Sequence[Channel], *, own_values: bool, own_list: OwnList | None = None
) -> list[Planned]:
    """What the planner would queue for an audience now. `own_values`: the wording has places for a family's own;
    `own_list`: each student or person of it has a message of their own.

    The same steps as `statements` takes chunk by chunk, over all chunks at once: an address belongs to the first chunk
    that has it. Raises AudienceError for a wrong expression.
    """
    people, params = _people(audience, own_values=own_values, own_list=own_list)
    sending, sending_values = sending_table(senders_of(channels))
    by_subject = ", {}.subject" if own_list else ""
    found = sql.rows(
        f"""
        WITH sending (channel, seat, seats, sender, batch_size) AS (VALUES {sending}),
        {people},
        seat AS (
            SELECT p.channel, p.address, p.rank, x.contact_id, x.family_id, x.chunk, x.subject, c.language,
                   ROW_NUMBER() OVER (PARTITION BY x.chunk, p.channel, p.address{by_subject.format("x")}
                                      ORDER BY p.rank, x.contact_id) AS place
            FROM person x JOIN roster_contact c ON c.id = x.contact_id
            JOIN roster_contactpoint p ON p.contact_id = x.contact_id
        ),
        judged AS (
            SELECT seat.*, {LAST} AS last_known, CASE WHEN EXISTS (
                       SELECT 1 FROM roster_consent o WHERE o.channel = seat.channel AND o.address = seat.address
                       AND o.purpose = %s AND o.state = 'out') OR EXISTS (
                       SELECT 1 FROM roster_suppression s WHERE s.channel = seat.channel AND s.address = seat.address
                       AND s.lifted_at IS NULL) THEN 1 ELSE 0 END AS blocked
            FROM seat WHERE seat.place = 1
        ),
        waved AS (
            SELECT j.*, CASE WHEN ROW_NUMBER() OVER (
                       PARTITION BY COALESCE(j.family_id, -j.contact_id), j.channel{by_subject.format("j")}
                       ORDER BY j.blocked, {BEST_FIRST}, j.contact_id, j.address) = 1 THEN 1 ELSE 2 END AS wave,
                   ROW_NUMBER() OVER (
                       PARTITION BY j.channel, j.address{by_subject.format("j")} ORDER BY j.chunk) AS turn
            FROM judged j
        )
        SELECT w.channel, w.address, sending.sender, w.wave, w.chunk, w.language, w.family_id, w.subject
        FROM waved w CROSS JOIN sending
        WHERE w.turn = 1 AND w.blocked = 0
          AND sending.channel = w.channel AND sending.seat = w.contact_id %% sending.seats
        ORDER BY w.wave, w.chunk, w.family_id, w.contact_id, w.address
        """,
        [*sending_values, *params, purpose.value],
    )
    return [Planned(*row) for row in found]


def _people(audience: str, *, own_values: bool, own_list: OwnList | None = None) -> tuple[str, list[Any]]:
    """A table of who is written to, with the chunk of the plan they are in (the stages of planning.py)."""
    rows, params = parse(audience).rows_sql()
    size = OWN_FAMILIES if own_values else FAMILIES
    subject = own_list.subject("member") if own_list else "''"
    sql_text = f"""
        member AS (
            SELECT r.*, CASE WHEN family_id IS NULL THEN {_STAFF} ELSE (DENSE_RANK() OVER (
                       PARTITION BY CASE WHEN family_id IS NULL THEN 1 ELSE 0 END ORDER BY family_id)
                       + {size - FIRST_FAMILIES - 1}) / {size} END AS chunk
            FROM ({rows}) r WHERE family_id IS NOT NULL OR student_id IS NULL
        ),
        person AS (SELECT DISTINCT contact_id, family_id, chunk, {subject} AS subject FROM member WHERE allowed = 1)"""
    return sql_text, params


def shared(audience: str, *, own_values: bool) -> list[Shared]:
    """The addresses that families share with somebody, in the plan's order, each family's best first."""
    people, params = _people(audience, own_values=own_values)
    found = sql.rows(
        f"""
        WITH {people}
        SELECT x.chunk, x.family_id, p.channel, p.address, MIN(p.rank) AS rank
        FROM person x JOIN roster_contactpoint p ON p.contact_id = x.contact_id
        WHERE x.family_id IS NOT NULL AND EXISTS (
            SELECT 1 FROM roster_contactpoint q
            WHERE q.channel = p.channel AND q.address = p.address AND q.contact_id <> p.contact_id)
        GROUP BY x.chunk, x.family_id, p.channel, p.address
        ORDER BY x.chunk, x.family_id, rank, p.address
        """,
        params,
    )
    return [Shared(*row) for row in found]


def own_values(audience: str) -> dict[str, dict[str, str]]:
    """The families' own values for texts, by phone: those of all children meant whose contacts share it, as far as the
    roster has any.
    """
    rows, params = parse(audience).rows_sql()
    names = "STRING_AGG" if sql.on_postgres() else "GROUP_CONCAT"

    def children(column: str) -> list[tuple[Any, ...]]:
        return sql.rows(
            f"SELECT address, {names}(name, ', ') FROM (SELECT DISTINCT p.address, {column} AS name "
            f"FROM ({rows}) m JOIN roster_contactpoint p ON p.contact_id = m.contact_id "
            "JOIN roster_student t ON t.id = m.student_id LEFT JOIN roster_school h ON h.id = t.school_id "
            f"WHERE m.allowed = 1 AND p.channel = 'sms' AND {column} <> '' ORDER BY 1, 2) n GROUP BY address",
            params,
        )

    found: dict[str, dict[str, str]] = {}
    for field, column in (("student_names", "t.name"), ("school", "h.name"), ("grade", "t.grade")):
        for address, value in children(column):
            found.setdefault(address, {})[field] = value
    return found


def ahead(purpose: Purpose, apart_from: int) -> dict[tuple[str, str, int], int]:
    """What is going out before a broadcast of this purpose: units by channel, sender and the wave (1, 2) it precedes.

    Only what is planned already; `apart_from` is the id of a broadcast that does not count.
    """
    found = sql.rows(
        "SELECT b.channel, b.sender, CASE WHEN b.urgency < %s OR b.wave <= 1 THEN 1 ELSE 2 END AS before, "
        "SUM(d.segments) FROM delivery_batch b JOIN broadcasts_broadcast a ON a.id = b.broadcast_id "
        "JOIN delivery_delivery d ON d.batch_id = b.id AND d.status = 'queued' "
        "WHERE b.done_at IS NULL AND a.status = 'sending' AND b.urgency <= %s AND b.broadcast_id <> %s "
        "GROUP BY b.channel, b.sender, before",
        [purpose.rank, purpose.rank, apart_from],
    )
    return {(channel, sender, before): int(units) for channel, sender, before, units in found}
