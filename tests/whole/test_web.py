"""What comes in from outside: forged callbacks, opt-outs, and a web process that dies while receipts come."""

import time
from collections.abc import Iterator

import pytest
import requests

from tests.whole.conftest import Told
from tests.whole.home import answer_of, until

#: an emergency, which general consent has no say in
CLOSURE = ("--set", "date=2030-12-01")


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


def test_a_web_process_that_dies_loses_no_receipt(town: Told) -> None:
    """Mail events come again until they are taken; texts are asked for."""
    house, since = town.house, time.time()
    house.sandbox.faults(callback_delay=0.5)
    sending = house.begin('school:"Ash School"')
    until(lambda: house.sandbox.reached(since), "the broadcast is on its way")
    web = house.pids("web")
    house.kill(web)
    assert answer_of(sending)["totals"] == {"delivered": len(town.once("Ash School"))}
    assert house.sandbox.reached(since) == town.once("Ash School")
    assert house.pids("web") != web


def test_one_click_unsubscribe_stops_general_mail_and_a_look_at_the_page_stops_nothing(
    town: Told, http: requests.Session
) -> None:
    house, since = town.house, time.time()
    audience = 'school:"Pine School"'
    house.tell(audience, "--channels", "email")
    first, second = house.sandbox.messages("email", since)[:2]
    links = [mail["headers"]["List-Unsubscribe"] for mail in (first, second)]
    assert first["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert links[0] != links[1]
    assert first["to"] not in links[0]

    clicked, looked = (link.strip("<>") for link in links)
    assert http.get(looked, timeout=10).ok
    assert http.post(clicked, data={"List-Unsubscribe": "One-Click"}, timeout=10).ok
    again = house.tell(audience, "--channels", "email")
    assert again["totals"]["suppressed"] == 1
    rows = {row["address"]: row["status"] for row in house.rows(again["id"])}
    assert (rows[first["to"]], rows[second["to"]]) == ("suppressed", "delivered")
    everybody = house.tell(audience, "--channels", "email", *CLOSURE, template="weather-closure")
    assert "suppressed" not in everybody["totals"]


def test_stop_from_a_phone_stops_texts_to_it_for_good(town: Told) -> None:
    house = town.house
    family = next(family for family in town.schools["Pine School"] if len(family.phones) == 1)
    told = house.sandbox.text_in(family.phones[0], "STOP")
    assert told["status"] == 200
    report = house.tell('school:"Pine School"', "--channels", "sms")
    assert report["totals"]["suppressed"] == 1
    stopped = [row for row in house.rows(report["id"]) if row["status"] == "suppressed"]
    assert [row["address"] for row in stopped] == [family.phones[0]]
    assert stopped[0]["reason"]
