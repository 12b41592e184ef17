"""The main job on every database and broker: what is sent arrives, once, whatever dies."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import redis

from tests.whole.conftest import Told
from tests.whole.home import answer_of, until


@pytest.fixture(scope="module")
def report(every_house: Told) -> Any:
    """What `send --wait --json` said of a broadcast to all families."""
    return every_house.house.ask("send", "mps-technical-difficulties", "--audience", "district", "--wait")


@pytest.fixture(autouse=True)
def _no_faults_afterwards(every_house: Told) -> Iterator[None]:
    yield
    every_house.house.sandbox.faults()


def test_a_broadcast_to_all_families_is_delivered_to_every_address(every_house: Told, report: Any) -> None:
    families, emails, phones = (len(every_house.everybody), *(len(every_house.once("", on)) for on in ("email", "sms")))
    assert report["status"] == "completed"
    assert report["settled_at"]
    assert report["totals"] == {"delivered": emails + phones}
    assert report["channels"] == {"email": {"delivered": emails}, "sms": {"delivered": phones}}
    assert (report["families"]["total"], report["families"]["reached"]) == (families, families)
    assert report["students"]["total"] == report["students"]["reached"] > families
    assert None not in (report["families"][name] for name in ("t50", "t90", "t99"))


def test_nobody_gets_it_twice_and_a_shared_phone_gets_it_once(every_house: Told, report: Any) -> None:
    sandbox = every_house.house.sandbox
    assert sandbox.reached(since=0) == every_house.once()
    assert sandbox.counts()["twice"]["count"] == 0
    assert any(len(family.phones) < len(family.emails) for family in every_house.everybody), "no phone is shared here"


def test_killed_workers_lose_nothing_and_send_nothing_twice(every_house: Told, report: Any) -> None:
    """kill -9 of all workers while a slow vendor has their messages: what it had by then is not sent again."""
    house, since = every_house.house, time.time()
    house.sandbox.faults(latency=1)
    sending = house.begin("district")
    until(lambda: len(house.sandbox.messages("sms", since)) > 20, "texts are on their way")
    house.kill(house.pids("worker"))
    had = house.sandbox.reached(since)
    house.sandbox.faults()
    report = answer_of(sending)

    assert report["status"] == "completed"
    assert house.sandbox.reached(since) == every_house.once()
    rows = house.rows(report["id"])
    assert {row["address"]: row["status"] for row in rows} == dict.fromkeys(every_house.once(), "delivered")
    sent_again = {row["address"] for row in rows if row["resends"] != "0"}
    assert not sent_again & had.keys(), "the vendor had these"
    assert len(sent_again) == report["resends"] < len(rows)


def test_a_broker_that_is_emptied_and_killed_costs_nothing_but_seconds(every_house: Told, report: Any) -> None:
    house, since = every_house.house, time.time()
    house.sandbox.faults(latency=0.5)
    sending = house.begin("district")
    until(lambda: house.sandbox.reached(since), "the broadcast is on its way")
    with redis.Redis.from_url(house.broker) as broker:
        broker.flushall()
    house.kill(house.broker_pids())
    house.sandbox.faults()
    report = answer_of(sending)
    assert report["totals"] == {"delivered": len(every_house.once())}
    assert report["resends"] == 0
    assert house.sandbox.reached(since) == every_house.once()
