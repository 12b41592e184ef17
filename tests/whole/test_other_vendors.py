"""Live keys, and vendors on the wire that know nothing of this project: what they take, and what they may say."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.whole.conftest import Told, settle_in
from tests.whole.house import House
from tests.whole.vendor import Vendor

FAMILIES = 60


@pytest.fixture(scope="module")
def vendor() -> Iterator[Vendor]:
    with Vendor() as running:
        yield running


@pytest.fixture(scope="module")
def town(vendor: Vendor, tmp_path_factory: pytest.TempPathFactory, new_ledger: Path) -> Iterator[Told]:
    """A house that sends through these vendors, and is called by another name than it listens on."""
    beginning = House(tmp_path_factory.mktemp("live"), vendor.settings, host="localhost").begin_with(new_ledger)
    with beginning as house:
        webhooks = house.run("doctor", "--json").document["webhooks"]
        assert {url.partition("/webhooks")[0] for url in webhooks.values()} == {house.url}
        vendor.events_url = webhooks["sendgrid"]
        yield settle_in(house, {"Oak School": FAMILIES})


@pytest.fixture(scope="module")
def report(town: Told) -> Any:
    """A broadcast to all families, on a bad day of both vendors."""
    return town.house.tell("district")


def test_everybody_gets_it_once_although_answers_and_callbacks_are_lost(
    town: Told, vendor: Vendor, report: Any
) -> None:
    assert report["status"] == "completed"
    assert report["totals"] == {"delivered": len(town.once())}
    assert report["sandbox"] is False
    got = Counter(one["To"] for one in vendor.texts) + Counter(one["address"] for one in vendor.mails)
    assert got == town.once()
    assert {row["resends"] for row in town.house.rows(report["id"])} == {"0"}


def test_nothing_on_the_wire_is_against_the_vendors_documents(town: Told, vendor: Vendor, report: Any) -> None:
    assert vendor.wrong == []
    assert vendor.refused == []
    callbacks = [one["StatusCallback"] for one in vendor.texts]
    assert len(set(callbacks)) == len(callbacks)
    assert all(url.startswith(town.house.url) for url in callbacks)


def test_mail_carries_our_reference_a_way_out_and_nothing_personal(vendor: Vendor, report: Any) -> None:
    links = set()
    for mail in vendor.mails:
        assert mail["custom_args"]
        who = mail["address"].partition("@")[0]
        assert who not in str(mail["custom_args"]) + str(mail["headers"])
        assert mail["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        links.add(mail["headers"]["List-Unsubscribe"])
    assert len(links) == len(vendor.mails)


def test_what_a_vendor_signed_is_taken_though_we_know_nothing_of_it(town: Told, vendor: Vendor, report: Any) -> None:
    """Other messages, other words, and news of a delivery that came to its end long ago."""
    stranger = town.house.url + "/webhooks/twilio/status?d=nobody-17"
    known = vendor.texts[0]
    for url, sid, word in (
        (stranger, "SM0", "delivered"),
        (stranger.partition("?")[0], "SM0", "sent"),
        (known["StatusCallback"], known["sid"], "teleported"),
        (known["StatusCallback"], known["sid"], "sent"),
    ):
        assert vendor.ask(vendor.say(url, {"MessageSid": sid, "MessageStatus": word})) in range(200, 300)
    event = {"email": "someone@example.org", "event": "delivered", "sg_event_id": "x", "sg_message_id": "y"}
    ours = {**event, **vendor.mails[0]["custom_args"], "event": "teleported", "sg_event_id": "z"}
    for events in ([], [event], [event, event, ours]):
        assert vendor.ask(vendor.say_events(events)) in range(200, 300)
    assert town.house.report(report["id"])["totals"] == report["totals"]


def test_what_a_vendor_did_not_sign_is_forged(town: Told, vendor: Vendor, report: Any) -> None:
    """A signature is good for one address and one body, and none is good for nothing."""
    with Vendor() as other:
        other.events_url = vendor.events_url
        assert other.ask(other.say_events([{"event": "bounce", **vendor.mails[0]["custom_args"]}])) == 403
    url = vendor.texts[0]["StatusCallback"].replace("localhost", "127.0.0.1")
    assert vendor.ask(vendor.say(url, {"MessageSid": "SM0", "MessageStatus": "failed"})) == 403
    for path in ("twilio/status", "twilio/inbound", "sendgrid/events"):
        unsigned = requests.post(f"{town.house.url}/webhooks/{path}", data={"MessageSid": "SM0"}, timeout=10)
        assert unsigned.status_code == 403
    assert town.house.report(report["id"])["totals"] == report["totals"]
