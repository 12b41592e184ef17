"""Each switch, one by one, over the wire."""

import time
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from broadcaster.sandbox.dice import Dice
from broadcaster.sandbox.faults import Faults
from tests.sandbox.stage import ACCOUNT, FAMILY, QUICK, TOKEN, Stage, a_mail, until


def numbers(count: int) -> list[str]:
    return [f"+1{201 + number // 79}55501{1 + number % 79:02}" for number in range(count)]


def test_throttled_requests_say_when_to_come_back_and_are_not_accepted(stage: Stage) -> None:
    stage.faults(throttled=1, retry_after=7)
    text, mail = stage.text(), stage.mail(a_mail("a@example.org"))
    assert (text.status_code, text.json()["code"], text.headers["Retry-After"]) == (429, 20429, "7")
    assert (mail.status_code, mail.headers["Retry-After"], mail.headers["X-RateLimit-Remaining"]) == (429, "7", "0")
    assert stage.counts()["accepted"] == {}
    assert stage.counts()["faults_dealt"] == {"throttled": 2}


def test_an_error_before_is_not_accepted_and_an_error_after_is(stage: Stage) -> None:
    stage.faults(error=1)
    assert stage.text().json()["code"] == 20500
    assert stage.mail(a_mail("a@example.org")).status_code == 500
    assert stage.counts()["accepted"] == {}
    stage.faults(error_after=1)
    assert stage.text().status_code == 500
    assert stage.mail(a_mail("a@example.org")).status_code == 500
    assert stage.counts()["accepted"] == {"sms": 1, "email": 1}
    assert stage.settled("sms") == {"delivered": 1}


def test_a_cut_before_is_not_accepted_and_a_cut_after_is(stage: Stage) -> None:
    stage.faults(cut=1)
    with pytest.raises(requests.ConnectionError):
        stage.text()
    assert stage.counts()["accepted"] == {}
    stage.faults(cut_after=1)
    with pytest.raises(requests.ConnectionError):
        stage.text()
    with pytest.raises(requests.ConnectionError):
        stage.mail(a_mail("a@example.org"))
    assert stage.counts()["accepted"] == {"sms": 1, "email": 1}


def test_a_refusal_is_told_plainly_whatever_comes_after(stage: Stage) -> None:
    stage.faults(error_after=1)
    assert stage.text(To="").json()["code"] == 21604


def test_a_black_hole_never_answers_and_accepts_nothing(stage: Stage) -> None:
    stage.faults(black_hole=1)
    with pytest.raises(requests.ReadTimeout):
        stage.http.post(f"{stage.url}/v3/mail/send", json=a_mail("a@example.org"), headers=_KEY, timeout=0.3)
    assert stage.counts()["accepted"] == {}


def test_a_slow_request_is_accepted_at_once_and_answered_late(stage: Stage) -> None:
    stage.faults(slow=1, slow_seconds=30)
    with pytest.raises(requests.ReadTimeout):
        stage.http.post(f"{stage.url}/v3/mail/send", json=a_mail("a@example.org"), headers=_KEY, timeout=0.3)
    assert stage.counts()["accepted"] == {"email": 1}


def test_latency_is_added_to_every_answer(stage: Stage) -> None:
    stage.faults(latency=0.2)
    began = time.monotonic()
    assert stage.text().status_code == 201
    assert time.monotonic() - began >= 0.2


def test_refused_keys_are_refused_on_all_routes_until_they_are_taken_again(stage: Stage) -> None:
    sid = stage.text().json()["sid"]
    stage.faults(refuse_keys=True)
    assert stage.text().json()["code"] == 20003
    assert stage.mail(a_mail("a@example.org")).status_code == 401
    assert stage.http.get(f"{stage.messages}/{sid}.json", auth=(ACCOUNT, TOKEN), timeout=5).status_code == 401
    stage.faults()
    assert stage.text().status_code == 201


def test_shares_lie_side_by_side(stage: Stage) -> None:
    stage.faults(throttled=0.4, error=0.6)
    statuses = [stage.text(number).status_code for number in numbers(60)]
    assert set(statuses) == {429, 500}
    assert 10 < statuses.count(429) < 40


def test_faults_can_be_meant_for_one_vendor(stage: Stage) -> None:
    stage.faults(refuse_keys=True, throttled=1, channels=["email"])
    assert stage.text().status_code == 201
    assert stage.mail(a_mail("a@example.org")).status_code == 401


def test_a_lost_callback_never_comes_but_asking_tells_the_truth(stage: Stage) -> None:
    stage.faults(callbacks_lost=1, callback_delay=0.01)
    stage.text()
    stage.mail(a_mail("a@example.org"))
    assert stage.settled("sms") == {"delivered": 1}
    assert stage.settled("email") == {"delivered": 1}
    assert {event["event"] for event in stage.events()} == {"processed", "delivered"}  # of the mail alone
    assert stage.counts()["callbacks"]["sms"] == {"taken": 0, "failed": 0, "pending": 0}


def test_lost_events_never_come(stage: Stage) -> None:
    stage.faults(events_lost=1, callback_delay=0.01)
    stage.mail(a_mail("a@example.org"))
    assert stage.settled("email") == {"delivered": 1}
    assert stage.listener.posts == []


def test_doubled_callbacks_come_twice_and_are_the_same(stage: Stage) -> None:
    stage.faults(callbacks_doubled=1, callback_delay=0.01)
    stage.text()
    stage.settled("sms")
    assert sorted(stage.listener.statuses()) == ["delivered", "delivered", "sent", "sent"]
    stage.listener.posts.clear()
    stage.mail(a_mail("a@example.org"))
    stage.settled("email")
    assert len(stage.events()) == 4
    assert len({event["sg_event_id"] for event in stage.events()}) == 2


def test_reordered_callbacks_come_last_one_first(stage: Stage) -> None:
    stage.faults(callbacks_reordered=1, callback_delay=0.05)
    stage.text()
    stage.settled("sms")
    assert stage.listener.statuses() == ["delivered", "sent"]
    stage.listener.posts.clear()
    stage.mail(a_mail("a@example.org"))
    until(lambda: len(stage.events()) == 2)  # in one post, where the machine is slow
    assert [event["event"] for event in stage.events()] == ["delivered", "processed"]


def test_late_callbacks_are_pending_until_they_come(stage: Stage) -> None:
    stage.faults(callbacks_late=1, late_seconds=1, callback_delay=0)
    began = time.monotonic()
    stage.text()

    def delivered_but_untold() -> bool:
        counts = stage.counts()
        return bool(counts["states"]["sms"] == {"delivered": 1} and counts["callbacks"]["sms"]["pending"] == 2)

    until(delivered_but_untold)
    until(lambda: len(stage.listener.posts) == 2)
    assert time.monotonic() - began >= 1


def _run(seed: int, order: list[str]) -> set[str]:
    """The numbers that were refused when the texts go out in this order."""
    with Stage(seed=seed, faults=QUICK.model_copy(update={"error": 0.3})) as stage:
        return {number for number in order if stage.text(number).status_code == 500}


def test_a_run_repeats_with_its_seed_in_whatever_order() -> None:
    order = numbers(120)
    refused = _run(5, order)
    assert 15 < len(refused) < 60
    assert _run(5, order[::-1]) == refused
    assert _run(6, order) != refused


@given(st.integers(), st.floats(0, 1), st.text(max_size=5))
def test_dice_keep_to_their_share_and_their_seed(seed: int, share: float, key: str) -> None:
    hits = [Dice(seed).hits(share, "error", f"{key}{number}") for number in range(300)]
    again = Dice(seed)
    assert hits == [again.hits(share, "error", f"{key}{number}") for number in range(300)]
    assert abs(sum(hits) / 300 - share) < 0.2


def test_a_message_refused_once_is_not_refused_for_ever(stage: Stage) -> None:
    stage.faults(throttled=0.5)
    until(lambda: stage.text(FAMILY).status_code == 201)
    until(lambda: stage.text(FAMILY).status_code == 429)


def test_setting_faults_is_whole_and_nothing_brings_back_the_beginning() -> None:
    with Stage(faults=Faults(latency=0.01)) as stage:
        assert stage.faults(throttled=0.5).json()["throttled"] == 0.5
        assert stage.http.get(f"{stage.url}/sandbox/faults", timeout=5).json()["throttled"] == 0.5
        back = stage.faults().json()
        assert (back["throttled"], back["latency"]) == (0, 0.01)


@pytest.mark.parametrize(
    ("wrong", "say"),
    [
        ({"throtled": 0.5}, "throtled"),
        ({"throttled": 2}, "throttled"),
        ({"channels": ["fax"]}, "fax"),
        ({"error": 0.6, "cut": 0.6}, "add up"),
    ],
)
def test_a_wrong_fault_is_named_and_changes_nothing(stage: Stage, wrong: dict[str, Any], say: str) -> None:
    answer = stage.faults(**wrong)
    assert answer.status_code == 400
    assert say in answer.json()["error"]
    assert "\n" not in answer.json()["error"]
    assert stage.text().status_code == 201


def test_no_json_is_no_fault(stage: Stage) -> None:
    assert stage.http.put(f"{stage.url}/sandbox/faults", data="{", timeout=5).json()["error"] == "is no JSON"
    assert "JSON object" in stage.http.put(f"{stage.url}/sandbox/faults", json=[], timeout=5).json()["error"]


def test_shares_of_one_request_may_not_exceed_one() -> None:
    with pytest.raises(ValidationError):
        Faults(throttled=0.5, cut=0.4, black_hole=0.2)


_KEY = {"Authorization": "Bearer SG.a-made-up-key"}
