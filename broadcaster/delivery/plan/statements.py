"""The statements of one chunk of a plan: deliveries with their addresses frozen, and the batches they lie in."""

from typing import Any

from broadcaster import clock
from broadcaster.delivery import sql
from broadcaster.delivery.models import Batch
from broadcaster.delivery.plan import own_list
from broadcaster.delivery.plan.chunk import ROOM, Chunk, sending_table
from broadcaster.delivery.plan.own_list import TURN, TURNS
from broadcaster.kinds import Purpose
from broadcaster.providers.reasons import Reason
from broadcaster.templating import childless
from broadcaster.text.languages import DEFAULT, resolve

#: what became of the last message to a seat's address: when it was delivered, or -1 where the address failed
LAST = """(SELECT CASE WHEN k.arrived THEN k.at ELSE -1 END FROM delivery_lastoutcome k
            WHERE k.channel = seat.channel AND k.address = seat.address)"""
#: an address that failed goes behind the others; then the family's own order; then the one that worked last
BEST_FIRST = "CASE WHEN j.last_known < 0 THEN 1 ELSE 0 END, j.rank, COALESCE(j.last_known, 0) DESC"


def deliver(chunk: Chunk) -> int:
    """Write the chunk's deliveries and batches. Returns the next free batch number. Call it inside a transaction."""
    _insert_deliveries(chunk)
    _insert_sharers(chunk)
    if any(wording.per_family for wording in chunk.wordings):
        _set_own_values(chunk)
    if chunk.own_list:
        own_list.set_values(chunk.own_list, chunk.base, chunk.end)
    _insert_batches(chunk)
    return chunk.first_batch + chunk.end - chunk.base


def _spoken(chunk: Chunk) -> tuple[str, list[Any]]:
    """A table of the languages people speak: the wording each gets, its place, and its segments."""
    available = {wording.language: (place, wording) for place, wording in enumerate(chunk.wordings)}
    people, values = chunk.people
    spoken = sql.rows(
        "SELECT DISTINCT language FROM roster_contact "
        f"WHERE id IN (SELECT contact_id FROM delivery_member WHERE {people})",
        values,
    )
    known = [language for (language,) in spoken] or [""]
    table: list[Any] = []
    for language in known:
        place, wording = available[resolve(language or "en", available)]
        table += [language, language or "en", place, wording.sms_segments]
    return ", ".join(["(%s, %s, CAST(%s AS INTEGER), CAST(%s AS INTEGER))"] * len(known)), table


#: no other of the chunk's people `claims` the same address with a better right. COUNT and IS TRUE keep PostgreSQL from
#: joining, for which it would read all addresses, and SQLite from beginning with the people
_SPEAKS_FOR_ALL = """(SELECT COUNT(*) FROM roster_contactpoint q WHERE q.channel = seat.channel
            AND q.address = seat.address AND q.contact_id <> seat.contact_id AND (q.rank < seat.rank
            OR (q.rank = seat.rank AND q.contact_id < seat.contact_id)) AND ({claims}) IS TRUE) = 0"""


def _insert_deliveries(chunk: Chunk) -> None:
    """One row per address: the best seat speaks for all who share it. Wave 1 is each family's best address on the
    channel.

    A contact stays with one sender. A delivery's batch number follows from its group and its place in it, so rows of
    one batch lie side by side and the batches need no second pass over the deliveries. What is known of an address is
    looked up address by address, by subqueries: joined, PostgreSQL reads whole tables while its statistics are old.
    CROSS keeps SQLite from going over the people once for each language.

    With a list of values, each student or person has a message of their own: all is per subject then, and messages to
    one address lie in batches apart.

    Sorting is most of the work, so what is sorted is narrow: the address itself comes last, by its point's id. And what
    a subquery finds is found once: SQLite would look again wherever it is named, but for MATERIALIZED.
    """
    own = chunk.own_list
    subject, of_subject = (own.subject(), ", subject") if own else ("''", "")
    grouped = f", {subject}" if own else ""
    turn = f"((f.turn - 1) %% {TURNS}) * {TURN} + " if own else ""
    to_address = ", seat.address" if own else ""
    turns = "ROW_NUMBER() OVER (PARTITION BY j.channel, j.address ORDER BY j.subject)" if own else "1"
    by_turn = ", f.turn" if own else ""
    claims = "(q.contact_id, x.subject) IN (SELECT y.contact_id, y.subject FROM person y)"
    speaks_for_all = _SPEAKS_FOR_ALL.format(
        claims=claims if own else "q.contact_id IN (SELECT y.contact_id FROM person y)"
    )
    spoken, spoken_values = _spoken(chunk)
    sending, sending_values = sending_table(chunk.senders)
    people, people_values = chunk.people
    group = f"((f.sender * 2 + (f.wave - 1)) * {len(chunk.wordings)} + f.wording)"
    sql.execute(
        f"""
        WITH spoken (language, home, wording, segments) AS (VALUES {spoken}),
        sending (channel, seat, seats, sender, batch_size) AS (VALUES {sending}),
        person AS (
            SELECT contact_id, family_id, MIN(school_id) AS school_id, {subject} AS subject FROM delivery_member
            WHERE {people} AND allowed GROUP BY contact_id, family_id{grouped}
        ),
        judged AS MATERIALIZED (
            SELECT seat.id, seat.channel, seat.rank, x.contact_id, x.family_id, x.school_id, x.subject, spoken.home,
                   spoken.wording, spoken.segments, sending.batch_size, sending.sender{to_address},
                   {LAST} AS last_known, CASE WHEN EXISTS (
                       SELECT 1 FROM roster_consent o WHERE o.channel = seat.channel AND o.address = seat.address
                       AND o.purpose = %s AND o.state = 'out') THEN '{Reason.OPTED_OUT.value}'
                   WHEN EXISTS (
                       SELECT 1 FROM roster_suppression s WHERE s.channel = seat.channel AND s.address = seat.address
                       AND s.lifted_at IS NULL) THEN '{Reason.SUPPRESSED.value}' ELSE '' END AS blocked
            FROM person x CROSS JOIN roster_contact c CROSS JOIN roster_contactpoint seat CROSS JOIN spoken
            CROSS JOIN sending
            WHERE c.id = x.contact_id AND seat.contact_id = x.contact_id AND spoken.language = c.language
            AND sending.channel = seat.channel AND sending.seat = x.contact_id %% sending.seats AND {speaks_for_all}
        ),
        f AS (
            SELECT j.*, CASE WHEN ROW_NUMBER() OVER (
                       PARTITION BY COALESCE(j.family_id, -j.contact_id), j.channel{of_subject}
                       ORDER BY CASE WHEN j.blocked = '' THEN 0 ELSE 1 END, {BEST_FIRST}, j.contact_id, j.id
                   ) = 1 THEN 1 ELSE 2 END AS wave, {turns} AS turn
            FROM judged j
        ),
        placed AS (
            SELECT f.*, CASE WHEN f.blocked <> '' THEN NULL ELSE
                   {chunk.base} + {group} * {ROOM} + {turn}(ROW_NUMBER() OVER (
                       PARTITION BY CASE WHEN f.blocked = '' THEN 0 ELSE 1 END, f.sender, f.wave, f.wording{by_turn}
                       ORDER BY f.family_id, f.contact_id, f.id) - 1) / f.batch_size END AS batch_id
            FROM f
        )
        INSERT INTO delivery_delivery (broadcast_id, channel, address, subject, contact_id, family_id, school_id,
        language, wave,
                                       batch_id, segments, status, reason, code, provider_id)
        SELECT {chunk.broadcast.pk}, channel, (SELECT p.address FROM roster_contactpoint p WHERE p.id = placed.id),
               subject, contact_id, family_id, school_id, home, wave, batch_id,
               CASE WHEN channel = 'sms' THEN segments ELSE 1 END, CASE WHEN blocked = '' THEN 'queued' ELSE
               'suppressed' END, blocked, '', ''
        FROM placed WHERE TRUE ORDER BY batch_id, family_id, contact_id, placed.id
        ON CONFLICT (broadcast_id, channel, address, subject) DO NOTHING
        """,
        [*spoken_values, *sending_values, *people_values, chunk.broadcast.purpose],
    )


def _insert_sharers(chunk: Chunk) -> None:
    """Families (and staff) of the chunk whose address another's delivery goes to are reached by that delivery too.

    Only addresses that more than one contact has are looked at, and each finds its delivery by the unique index: left
    to itself SQLite joins the other way round, and 4,000 families took 16 s instead of 30 ms.
    """
    people, values = chunk.people
    subject, of_subject = (chunk.own_list.subject(), "m.subject") if chunk.own_list else ("''", "''")
    sql.execute(
        f"""
        INSERT INTO delivery_shareddelivery (broadcast_id, delivery_id, contact_id, family_id)
        SELECT DISTINCT d.broadcast_id, d.id, s.contact_id, s.family_id
        FROM (
            SELECT m.contact_id, m.family_id, (
                SELECT o.id FROM delivery_delivery o
                WHERE o.broadcast_id = %s AND o.channel = p.channel AND o.address = p.address
                AND o.subject = {of_subject}
            ) AS delivery_id
            FROM (SELECT DISTINCT contact_id, family_id, {subject} AS subject FROM delivery_member
                  WHERE {people} AND allowed) m
            JOIN roster_contactpoint p ON p.contact_id = m.contact_id
            WHERE EXISTS (SELECT 1 FROM roster_contactpoint q
                          WHERE q.channel = p.channel AND q.address = p.address AND q.contact_id <> p.contact_id)
        ) s JOIN delivery_delivery d ON d.id = s.delivery_id
        WHERE d.contact_id <> s.contact_id
          AND (d.family_id IS NULL OR s.family_id IS NULL OR d.family_id <> s.family_id)
        ON CONFLICT (delivery_id, contact_id) DO NOTHING
        """,
        [chunk.broadcast.pk, *values],
    )


def _set_own_values(chunk: Chunk) -> None:
    """A family's own values, where the wording has places for them: all children meant who share the address. For
    children or a school that the roster does not name stands what `childless` says, in the language of the wording.
    """
    names = "STRING_AGG" if sql.on_postgres() else "GROUP_CONCAT"
    pairs = "jsonb_build_object" if sql.on_postgres() else "json_object"

    def children(column: str) -> str:
        return (
            f"(SELECT {names}(name, ', ') FROM (SELECT DISTINCT {column} AS name FROM roster_contactpoint p "
            # CROSS keeps SQLite to this order: the members by family, which they have an index for
            "CROSS JOIN roster_contact c CROSS JOIN delivery_member m CROSS JOIN roster_student t "
            "LEFT JOIN roster_school h ON h.id = t.school_id "
            "WHERE p.channel = d.channel AND p.address = d.address AND c.id = p.contact_id "
            "AND m.broadcast_id = d.broadcast_id AND m.family_id = c.family_id AND m.contact_id = c.id AND m.allowed "
            f"AND t.id = m.student_id AND {column} <> '' ORDER BY 1) n)"
        )

    students = [childless.students(DEFAULT if one.stand_in else one.language) for one in chunk.wordings]
    # a batch number tells the wording, as in `_insert_batches`
    nobodys = " ".join(["WHEN %s THEN CAST(%s AS TEXT)"] * len(students))
    sql.execute(
        f"UPDATE delivery_delivery AS d SET own_values = {pairs}("
        f"'student_names', COALESCE({children('t.name')}, CASE (d.batch_id - %s) / %s %% %s {nobodys} END), "
        f"'school', COALESCE({children('h.name')}, CAST(%s AS TEXT)), "
        f"'grade', COALESCE({children('t.grade')}, '')) WHERE d.batch_id >= %s AND d.batch_id < %s",
        [
            *(chunk.base, ROOM, len(students)),
            *(value for place in enumerate(students) for value in place),
            *(childless.school(), chunk.base, chunk.end),
        ],
    )


def _insert_batches(chunk: Chunk) -> None:
    """A row per batch number that got deliveries. Its group tells channel, sender, wave and wording."""
    now = clock.now()
    counts = sql.rows(
        "SELECT batch_id, COUNT(*) FROM delivery_delivery WHERE batch_id >= %s AND batch_id < %s GROUP BY batch_id",
        [chunk.base, chunk.end],
    )
    found = []
    for batch_id, size in counts:
        group = (batch_id - chunk.base) // ROOM
        rest, wording = divmod(group, len(chunk.wordings))
        place, wave = divmod(rest, 2)
        channel, _, sender = chunk.senders[place]
        found.append(
            Batch(
                id=batch_id,
                broadcast_id=chunk.broadcast.pk,
                channel=channel,
                sender=sender.address,
                wording_id=chunk.wordings[wording].pk,
                urgency=Purpose(chunk.broadcast.purpose).rank,
                wave=wave + 1,
                size=size,
                due_at=now,
            )
        )
    Batch.objects.bulk_create(found)
