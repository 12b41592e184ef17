"""Twilio's messages resource, as its own SDK sees it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from tests.sandbox.stage import ACCOUNT, FAMILY, SENDER, TOKEN, Stage, until


class ToTheSandbox(TwilioHttpClient):
    """The SDK has no setting for its base URL."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base

    def request(self, method: str, url: str, *args: Any, **more: Any) -> Response:
        parts = urlsplit(url)
        path = f"{self.base}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        return super().request(method, path, *args, **more)


@pytest.fixture
def sdk(stage: Stage) -> Iterator[Client]:
    http = ToTheSandbox(stage.url)
    yield Client(ACCOUNT, TOKEN, http_client=http)
    http.session.close()


def test_the_sdk_creates_and_fetches_a_message(stage: Stage, sdk: Client) -> None:
    made = sdk.messages.create(to=FAMILY, from_=SENDER, body="Ñandú ñ", status_callback=f"{stage.listener.url}/status")
    assert re.fullmatch("SM[0-9a-f]{32}", str(made.sid))
    assert (made.status, made.direction, made.num_segments, made.date_sent) == ("queued", "outbound-api", "1", None)
    assert abs(made.date_created - datetime.now(UTC)) < timedelta(seconds=5)
    stage.settled("sms")
    found = sdk.messages(str(made.sid)).fetch()
    assert (found.status, found.to, found.from_, found.body) == ("delivered", FAMILY, SENDER, "Ñandú ñ")
    assert found.date_sent is not None


def test_segments_are_counted_as_a_phone_network_does(sdk: Client) -> None:
    assert sdk.messages.create(to=FAMILY, from_=SENDER, body="a" * 161).num_segments == "2"
    assert sdk.messages.create(to=FAMILY, from_=SENDER, body="á" * 71).num_segments == "2"


def test_the_sdk_lists_newest_first_over_pages_while_new_ones_arrive(stage: Stage, sdk: Client) -> None:
    for number in range(7):
        sdk.messages.create(to=FAMILY, from_=SENDER, body=f"text {number}")
        sdk.messages.create(to="+16125550102", from_=SENDER, body="to another")
    pages = sdk.messages.stream(to=FAMILY, page_size=3)
    found = [next(pages).body]
    sdk.messages.create(to=FAMILY, from_=SENDER, body="text 7")
    found += [message.body for message in pages]
    assert found == [f"text {number}" for number in range(6, -1, -1)]
    assert len(sdk.messages.list()) == 15
    assert len(sdk.messages.list(from_="+16125550198")) == 0


def test_pages_can_be_asked_for_by_number(stage: Stage, sdk: Client) -> None:
    for number in range(5):
        sdk.messages.create(to=FAMILY, from_=SENDER, body=f"text {number}")
    query = {"PageSize": "2", "Page": "2"}
    page = stage.http.get(f"{stage.messages}.json", params=query, auth=(ACCOUNT, TOKEN), timeout=5).json()
    assert [message["body"] for message in page["messages"]] == ["text 0"]
    assert page["next_page_uri"] is None
    assert "Page=1" in page["previous_page_uri"]
    assert (page["page"], page["page_size"], page["start"]) == (2, 2, 4)


def test_a_message_in_the_queue_has_no_date_to_filter_by(stage: Stage, sdk: Client) -> None:
    stage.faults(callback_delay=60)
    sdk.messages.create(to=FAMILY, from_=SENDER, body="still queued")
    stage.faults()
    sdk.messages.create(to=FAMILY, from_=SENDER, body="sent")
    today = datetime.now(UTC).date()
    until(lambda: stage.counts()["states"]["sms"].get("delivered"))
    assert [message.body for message in sdk.messages.list(date_sent=today)] == ["sent"]
    assert [message.body for message in sdk.messages.list(date_sent_after=today)] == ["sent"]
    assert sdk.messages.list(date_sent_before=today - timedelta(days=1)) == []


@pytest.mark.parametrize("query", [{"PageSize": "many"}, {"DateSent": "yesterday"}, {"PageToken": "PASM0"}])
def test_a_wrong_list_parameter_is_refused(stage: Stage, query: dict[str, str]) -> None:
    answer = stage.http.get(f"{stage.messages}.json", params=query, auth=(ACCOUNT, TOKEN), timeout=5)
    assert (answer.status_code, answer.json()["code"]) == (400, 20001)
    assert next(iter(query.values())) in answer.json()["message"]


def test_an_unknown_message_is_not_found(sdk: Client) -> None:
    with pytest.raises(TwilioRestException) as raised:
        sdk.messages("SM" + "0" * 32).fetch()
    assert (raised.value.status, raised.value.code) == (404, 20404)


@pytest.mark.parametrize("login", [(ACCOUNT, "wrong"), ("AC" + "f" * 32, TOKEN)])
def test_a_wrong_login_is_refused_on_every_route(stage: Stage, login: tuple[str, str]) -> None:
    answers = [
        stage.http.post(f"{stage.messages}.json", data={"To": FAMILY}, auth=login, timeout=5),
        stage.http.get(f"{stage.messages}.json", auth=login, timeout=5),
        stage.http.get(f"{stage.messages}/SM0.json", auth=login, timeout=5),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(401, 20003)] * 3


def test_another_account_in_the_path_is_refused(stage: Stage) -> None:
    url = stage.messages.replace(ACCOUNT, "AC" + "e" * 32)
    assert stage.http.post(f"{url}.json", data={"To": FAMILY}, auth=(ACCOUNT, TOKEN), timeout=5).status_code == 401


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"To": ""}, 21604),
        ({"To": "612-555-0101"}, 21211),
        ({"To": "+11125550101"}, 21211),
        ({"To": "+1612555010"}, 21211),
        ({"From": ""}, 21603),
        ({"From": "not a sender!"}, 21212),
        ({"To": SENDER}, 21266),
        ({"body": ""}, 21602),
        ({"body": "x" * 1601}, 21617),
        ({"StatusCallback": "/status"}, 21609),
        ({"StatusCallback": "https://under_score.example.org/"}, 21609),
        ({"StatusCallback": "https://example.org:port/"}, 21609),
        ({"StatusCallback": "https://example.org/" + "x" * 4000}, 21609),
        ({"ValidityPeriod": "0"}, 90007),
        ({"ValidityPeriod": "36001"}, 90007),
        ({"ValidityPeriod": "an hour"}, 90007),
    ],
)
def test_a_wrong_field_is_refused_in_the_vendors_shape(stage: Stage, form: dict[str, str], code: int) -> None:
    answer = stage.text(**form)
    assert answer.status_code == 400
    assert answer.json() == {
        "code": code,
        "message": answer.json()["message"],
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": 400,
    }
    assert stage.counts()["refused"]["sms"] == {str(code): 1}


def test_the_limits_themselves_are_accepted(stage: Stage) -> None:
    assert stage.text(body="x" * 1600, ValidityPeriod="36000").status_code == 201
    assert stage.text(ValidityPeriod="1").status_code == 201
    assert stage.text("+4915112345678").status_code == 201


def test_only_the_accounts_own_senders_may_send_when_they_are_listed() -> None:
    with Stage(senders=[SENDER, "notices@mps.example.org"]) as stage:
        assert stage.text(From="+16125550198").json()["code"] == 21606
        assert stage.text().status_code == 201


def test_after_stop_a_number_is_refused_until_start(stage: Stage) -> None:
    assert stage.inbound(" Stop ")["opt_out_type"] == "STOP"
    assert stage.text().json()["code"] == 21610
    assert stage.text("+16125550102").status_code == 201
    assert stage.inbound("hello?")["opt_out_type"] is None
    assert stage.text().json()["code"] == 21610
    assert stage.inbound("UNSTOP")["opt_out_type"] == "START"
    assert stage.text().status_code == 201
