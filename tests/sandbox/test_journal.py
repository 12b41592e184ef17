"""A sandbox started again remembers what it accepted."""

import asyncio
import json
from pathlib import Path

import pytest

from broadcaster.sandbox.faults import Faults
from broadcaster.sandbox.journal import _FLUSH_SECONDS, Journal, JournalError
from tests.sandbox.stage import QUICK, Stage, a_mail, until


def test_messages_states_and_stops_survive_a_restart(tmp_path: Path) -> None:
    journal = tmp_path / "made" / "sandbox.jsonl"
    with Stage(journal=journal) as stage:
        stage.text(body="Ñandú \U0001f4da")
        stage.text("+16125550187")
        stage.mail(a_mail("a@example.org", "bounce.b@example.org"))
        stage.inbound("STOP")
        stage.settled("sms", 2)
        stage.settled("email", 2)
        before, shown = stage.counts(), stage.http.get(f"{stage.url}/sandbox/messages", timeout=5).json()
    with Stage(journal=journal) as stage:
        after = stage.counts()
        for name in ("accepted", "addresses", "twice", "same_reference_twice", "states", "inbound"):
            assert after[name] == before[name]
        assert stage.http.get(f"{stage.url}/sandbox/messages", timeout=5).json() == shown
        assert stage.text().json()["code"] == 21610
        assert stage.listener.posts == []


def test_what_was_not_settled_goes_on_after_a_restart(tmp_path: Path) -> None:
    journal = tmp_path / "sandbox.jsonl"
    with Stage(journal=journal, faults=Faults(callback_delay=3600)) as stage:
        stage.text()
        stage.mail(a_mail("a@example.org"))
    with Stage(journal=journal, faults=QUICK) as stage:
        assert stage.settled("sms") == {"delivered": 1}
        assert stage.settled("email") == {"delivered": 1}
        assert {event["event"] for post in stage.listener.posts[-2:] for event in json.loads(post.body)}


def test_events_that_nobody_took_are_offered_again_with_the_same_ids(tmp_path: Path) -> None:
    journal = tmp_path / "sandbox.jsonl"
    with Stage(journal=journal) as stage:
        stage.listener.answers = [503] * 1000
        stage.mail(a_mail("a@example.org"))
        until(lambda: len({event["event"] for event in stage.events()}) == 2)
        refused = {event["sg_event_id"] for event in stage.events()}
    with Stage(journal=journal) as stage:
        stage.settled("email")
        assert {event["sg_event_id"] for event in stage.events()} == refused


def test_a_torn_last_line_is_passed_over_and_swallows_nothing(tmp_path: Path) -> None:
    journal = tmp_path / "sandbox.jsonl"
    with Stage(journal=journal) as stage:
        stage.text(body="kept")
        stage.settled("sms")
    with journal.open("a") as file:
        file.write('{"kind": "text", "sid": "SM12')
    for count in (1, 2):
        with Stage(journal=journal) as stage:
            assert stage.counts()["accepted"] == {"sms": count}
            stage.text(body=f"after {count}")
            stage.settled("sms", count + 1)


def test_entries_reach_the_file_while_it_runs(tmp_path: Path) -> None:
    journal = tmp_path / "sandbox.jsonl"
    with Stage(journal=journal) as stage:
        stage.text(body="soon on paper")
        until(lambda: "soon on paper" in journal.read_text(), seconds=1)


@pytest.mark.parametrize("content", ["id,name\n1,Ann\n", '{"kind": "text"}\n', "\n"])
def test_another_file_is_refused_by_name_and_left_alone(tmp_path: Path, content: str) -> None:
    other = tmp_path / "roster.csv"
    other.write_text(content)
    with pytest.raises(JournalError, match=r"roster\.csv"), Stage(journal=other):
        pass
    assert other.read_text() == content


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, which Linux has")
def test_a_full_disk_keeps_no_answer_back() -> None:
    async def live() -> None:
        journal = Journal(Path("/dev/full"))
        journal.open()
        for number in range(500):  # more than a buffer holds
            journal.write({"kind": "sms", "number": number, "rest": "x" * 100})
        await asyncio.sleep(2 * _FLUSH_SECONDS)
        journal.write({"kind": "sms"})
        await journal.close()

    asyncio.run(live())
