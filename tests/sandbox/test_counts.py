"""The sandbox's own count: who got what, and who got the same twice."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from broadcaster.sandbox.tally import Tally
from tests.sandbox.stage import Stage, a_mail


def test_the_same_words_to_the_same_address_count_as_twice(stage: Stage) -> None:
    stage.text(body="one")
    stage.text(body="two")
    stage.text("+16125550102", body="one")
    assert stage.counts()["twice"] == {"count": 0, "list": []}
    stage.text(body="one")
    stage.text(body="one")
    counts = stage.counts()
    assert counts["twice"] == {"count": 1, "list": [{"channel": "sms", "to": "+16125550101", "times": 3}]}
    assert (counts["accepted"], counts["addresses"]) == ({"sms": 5}, {"sms": 2})


def test_a_mail_is_the_same_after_substitution_and_whatever_the_address_case(stage: Stage) -> None:
    stage.mail(a_mail("a@example.org"))
    stage.mail(a_mail("b@example.org", "a@example.org"))  # "Student 1" this time: other words
    assert stage.counts()["twice"]["count"] == 0
    stage.mail(a_mail("A@example.org"))
    assert stage.counts()["twice"]["list"] == [{"channel": "email", "to": "a@example.org", "times": 2}]


def test_the_same_reference_to_the_same_address_counts_as_twice(stage: Stage) -> None:
    stage.text(StatusCallback=f"{stage.listener.url}/s?d=1-1", body="one")
    stage.text(StatusCallback=f"{stage.listener.url}/s?d=1-2", body="two")
    stage.mail(a_mail("a@example.org", custom_args={"request": "r1"}))
    stage.mail(a_mail("a@example.org", custom_args={"request": "r2"}, subject="Other words"))
    counts = stage.counts()
    assert counts["same_reference_twice"] == {"email": {"ref": 1, "request": 0}, "sms": {"StatusCallback": 0}}
    stage.text(StatusCallback=f"{stage.listener.url}/s?d=1-1", body="three")
    assert stage.counts()["same_reference_twice"]["sms"] == {"StatusCallback": 1}


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"))))
def test_the_tally_agrees_with_counting_by_hand(sends: list[tuple[str, str]]) -> None:
    tally = Tally()
    for address, wording in sends:
        tally.add("sms", address, wording, [("ref", wording)])
    document = tally.document()
    again = {pair: sends.count(pair) for pair in sends if sends.count(pair) > 1}
    assert document["twice"]["count"] == len(again)
    assert sorted(one["times"] for one in document["twice"]["list"]) == sorted(again.values())
    assert document["addresses"].get("sms", 0) == len({address for address, _ in sends})
    assert document["same_reference_twice"].get("sms", {}).get("ref", 0) == len(sends) - len(set(sends))


def messages(stage: Stage, **query: str) -> Any:
    return stage.http.get(f"{stage.url}/sandbox/messages", params=query, timeout=5).json()


def test_messages_are_shown_newest_first_by_channel_and_address(stage: Stage) -> None:
    for body in ("one", "two", "three"):
        stage.text(body=body)
    stage.mail(a_mail("a@example.org"))
    assert [message["channel"] for message in messages(stage)["messages"]] == ["email", "sms", "sms", "sms"]
    assert [message["text"] for message in messages(stage, channel="sms", limit="2")["messages"]] == ["three", "two"]
    assert len(messages(stage, to="+16125550101")["messages"]) == 3
    assert messages(stage, to="+16125550109")["messages"] == []
    assert "'fax'" in messages(stage, channel="fax")["error"]
    assert "'all'" in messages(stage, limit="all")["error"]
