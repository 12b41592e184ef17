"""The stub counts what it is sent, by address: doubles and losses of others can't hide in it."""

import time
from collections.abc import Iterator

import pytest
import requests

from bench import servers

TEXTS = "/2010-04-01/Accounts/AC0/Messages.json"


@pytest.fixture(scope="module")
def running() -> Iterator[servers.Stub]:
    with servers.stub() as stub:
        yield stub


@pytest.fixture
def stub(running: servers.Stub) -> servers.Stub:
    running.reset(0)
    return running


def mail(*addresses: str) -> dict[str, object]:
    return {"personalizations": [{"to": [{"email": address}]} for address in addresses]}


def test_a_text_is_created_as_twilio_does_and_no_sid_comes_twice(stub: servers.Stub) -> None:
    answers = [requests.post(stub.url + TEXTS, data={"To": "+16125550101"}, timeout=5) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    sids = {answer.json()["sid"] for answer in answers}
    assert len(sids) == 2
    assert {len(sid) for sid in sids} == {34}


def test_a_number_that_gets_two_texts_is_a_duplicate(stub: servers.Stub) -> None:
    for number in ("+16125550101", "+16125550102", "+16125550101"):
        requests.post(stub.url + TEXTS, data={"Body": "To=you", "To": number}, timeout=5)
    assert stub.tally()["sms"] | {"first": 0, "last": 0} == {
        "messages": 3,
        "addresses": 2,
        "duplicates": 1,
        "first": 0,
        "last": 0,
    }


def test_every_recipient_of_a_large_mail_request_is_counted(stub: servers.Stub) -> None:
    many = [f"guardian{number}@example.org" for number in range(5_000)]
    answers = [requests.post(f"{stub.url}/v3/mail/send", json=mail(*to), timeout=5) for to in (many, many[:1])]
    assert [answer.status_code for answer in answers] == [202, 202]
    told = stub.tally()["email"]
    assert (told["messages"], told["addresses"], told["duplicates"]) == (5_001, 5_000, 1)


def test_a_delayed_answer_counts_when_it_is_given(stub: servers.Stub) -> None:
    stub.reset(0.05)
    answer = requests.post(stub.url + TEXTS, data={"To": "+16125550101"}, timeout=5)
    assert answer.elapsed.total_seconds() >= 0.05
    assert stub.progress()["sms"]["messages"] == 1


def test_a_reset_forgets_everything(stub: servers.Stub) -> None:
    requests.post(stub.url + TEXTS, data={"To": "+16125550101"}, timeout=5)
    stub.reset(0)
    assert stub.progress()["sms"] == {"messages": 0, "first": 0, "last": 0}


def test_it_knows_when_each_text_came(stub: servers.Stub) -> None:
    sent = ["+16125550101", "+16125550102", "+16125550101"]
    began = time.time()
    for number in sent:
        requests.post(stub.url + TEXTS, data={"To": number}, timeout=5)
    instants = [instant for instant, _ in stub.texts()]
    assert [number for _, number in stub.texts()] == sent
    assert began <= instants[0] <= instants[1] <= instants[2] <= time.time()
