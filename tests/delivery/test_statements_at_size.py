"""No statement of the hot path reads the whole ledger, whatever PostgreSQL's statistics say (they are often from before
the last broadcast), and though SQLite has none.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from broadcaster import clock
from broadcaster.delivery import sql
from broadcaster.delivery.models import Delivery, Member
from broadcaster.delivery.outcomes import Change, write
from broadcaster.delivery.plan import planning
from broadcaster.delivery.queue import batches
from broadcaster.delivery.queue.pacing import pace_of
from broadcaster.delivery.receiving import settling
from broadcaster.delivery.receiving.promotion import promote
from broadcaster.delivery.send import recording
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.kinds import Channel, Purpose
from broadcaster.roster.models import Family
from tests import builders
from tests.delivery import worker

pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif(not sql.on_postgres(), reason="about PostgreSQL's choice of plans")
on_sqlite = pytest.mark.skipif(sql.on_postgres(), reason="about SQLite's choice of plans")

_OLD = 15_000
_BY_HAND = """
    INSERT INTO delivery_delivery (broadcast_id, channel, address, subject, contact_id, family_id, language, wave,
                                   batch_id, segments, status, reason, code, provider_id)
    SELECT %s, 'sms', 'old' || i, '', i, i, 'en', 1, %s::bigint * 1000000000 + i / 500, 1, %s, '', '', ''
    FROM generate_series(1, %s) AS s (i)"""


def old_broadcast(number: int, status: str, size: int = _OLD) -> None:
    sql.execute(_BY_HAND, [number, number, status, size])


def no_statistics() -> None:
    for number in (-2, -1):
        old_broadcast(number, "sent")


def statistics_from_before() -> None:
    old_broadcast(-3, "delivered", size=100)
    sql.execute("ANALYZE")
    no_statistics()


def fresh_statistics() -> None:
    no_statistics()
    sql.execute("ANALYZE")


#: the deliveries of a broadcast, looked through for an address
_BY_HALF_A_KEY = re.compile(r"using delivery_once on .*\n\s*Index Cond: (?!.*address)")


@contextmanager
def no_whole_ledger() -> Iterator[list[str]]:
    """Explains every statement about deliveries before it runs, and gathers those that would read all of them."""
    guilty: list[str] = []

    def explained(execute: Callable[..., Any], statement: str, params: Any, many: bool, context: Any) -> Any:
        if "delivery_delivery" in statement and not statement.startswith(("EXPLAIN", "ANALYZE")):
            with connection.connection.cursor() as cursor:
                cursor.execute("EXPLAIN " + statement, params)
                plan = "\n".join(line for (line,) in cursor.fetchall())
            if "Seq Scan on delivery_delivery" in plan or _BY_HALF_A_KEY.search(plan):
                guilty.append(f"{statement}\n{plan}")
        return execute(statement, params, many, context)

    with connection.execute_wrapper(explained):
        yield guilty


#: all members or all deliveries of a broadcast, or all deliveries there are
_HALF_KEYS = re.compile(
    r"member_family \(broadcast_id=\?\)|delivery_1 \(broadcast_id=\?( AND channel=\?)?\)|SCAN [do]$", re.MULTILINE
)


@contextmanager
def no_half_keys() -> Iterator[list[str]]:
    """The same for SQLite."""
    guilty: list[str] = []

    def explained(execute: Callable[..., Any], statement: str, params: Any, many: bool, context: Any) -> Any:
        if "delivery_delivery" in statement and not many:
            asked = "EXPLAIN QUERY PLAN " + statement.replace("%s", "?").replace("%%", "%")
            plan = "\n".join(step[-1] for step in connection.connection.execute(asked, params).fetchall())
            if _HALF_KEYS.search(plan):
                guilty.append(f"{statement}\n{plan}")
        return execute(statement, params, many, context)

    with connection.execute_wrapper(explained):
        yield guilty


@pytest.fixture(params=[no_statistics, statistics_from_before, fresh_statistics])
def big_ledger(request: pytest.FixtureRequest) -> None:
    request.param()


@on_postgresql
@pytest.mark.usefixtures("big_ledger")
def test_outcomes_are_written_without_reading_the_whole_ledger() -> None:
    old = list(Delivery.objects.filter(broadcast_id=-1).values_list("pk", flat=True)[:1000])
    with no_whole_ledger() as guilty:
        moved = write([Change(pk, DeliveryStatus.DELIVERED, clock.now()) for pk in old])
    assert (moved, guilty) == (1000, [])


def emergency() -> int:
    """A broadcast to seven families, one of them with two phones; it names their children."""
    builders.families(6)
    home = Family.objects.create()
    builders.student(*(builders.guardian(family=home, sms=builders.phone(n)) for n in (60, 61)))
    made = builders.broadcast(purpose=Purpose.EMERGENCY, channels=[Channel.SMS], sms="News of [[student_names]].")
    return made.pk


def go_its_way(broadcast_id: int) -> None:
    """Plan it, claim, mark, record a failure and promote the next address, give back, settle."""
    worker.plan(broadcast_id)
    held = batches.claim(Channel.SMS, "one", clock.now())
    assert held is not None
    pace = pace_of(held.channel, held.sender)
    assert isinstance(recording.advance(held, None, held.items, pace, 100), recording.Lot)
    best = Delivery.objects.get(address=builders.phone(60))
    write([Change(best.pk, DeliveryStatus.FAILED, clock.now())])
    assert promote([best.pk], clock.now()) == 1
    recording.finish(held, None, pace)
    settling.settle(broadcast_id, drill=False, over=True)


@on_postgresql
@pytest.mark.usefixtures("big_ledger")
def test_a_broadcast_goes_its_way_without_reading_the_whole_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "FIRST_FAMILIES", 2)
    made = emergency()
    with no_whole_ledger() as guilty:
        go_its_way(made)
    assert guilty == []


_MEMBERS = """
    INSERT INTO delivery_member (broadcast_id, student_id, contact_id, family_id, allowed)
    SELECT %s, i, i, 1 + i / 3, TRUE FROM generate_series(0, %s) AS s (i)"""


@on_postgresql
@pytest.mark.parametrize("before", [0, 100])
def test_the_next_families_are_found_without_reading_all_members(before: int) -> None:
    sql.execute(_MEMBERS, [-1, before])
    sql.execute("ANALYZE delivery_member")
    sql.execute(_MEMBERS, [1, 3 * _OLD - 1])
    asked = [1, 200, 1, 1000]
    # a step's own plan is shown only once it was gone
    plan = "\n".join(line for (line,) in sql.rows(f"EXPLAIN ANALYZE {planning._NEXT_MEANT}", asked))
    assert plan.count("using member_family") == 2
    assert "Seq Scan on delivery_member" not in plan
    assert "Bitmap" not in plan


@pytest.mark.parametrize(("low", "number", "last"), [(0, 1, 1), (0, 4, 4), (1, 2, 3), (3, 9, 5), (5, 9, None)])
def test_the_next_families_are_counted_as_families(low: int, number: int, last: int | None) -> None:
    for member in range(15):
        Member.objects.create(broadcast_id=1, contact_id=member, family_id=1 + member // 3, allowed=True)
        Member.objects.create(broadcast_id=2, contact_id=member, family_id=1 + member, allowed=True)
    assert planning.last_of_next(1, low, number) == last


@on_sqlite
def test_on_sqlite_a_broadcast_goes_its_way_by_whole_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "FIRST_FAMILIES", 2)
    made = emergency()
    with no_half_keys() as guilty:
        go_its_way(made)
    assert guilty == []
