"""The link that every general mail carries."""

import pytest
from django.test import Client

from broadcaster.delivery.models import Delivery
from broadcaster.delivery.send import links
from broadcaster.kinds import Channel
from broadcaster.roster.models import Consent
from tests import builders
from tests.webhooks.rows import delivery, ref

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent() -> Delivery:
    return delivery(Channel.EMAIL, broadcast_id=builders.broadcast().pk)


def address_of(made: Delivery) -> str:
    return "/unsubscribe/" + links.unsubscribe(ref(made)).rpartition("/")[2]


def test_a_mail_program_stops_general_mail_to_this_address_and_nothing_else(sent: Delivery) -> None:
    other = delivery(Channel.EMAIL)
    page = Client().post(address_of(sent), {"List-Unsubscribe": "One-Click"})
    assert page.status_code == 200
    assert [*Consent.objects.values_list("channel", "address", "purpose", "state")] == [
        ("email", sent.address, "general", "out")
    ]
    assert other.address != sent.address


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_link_scanner_changes_nothing(sent: Delivery, method: str) -> None:
    page = getattr(Client(), method)(address_of(sent))
    assert page.status_code == 200
    assert not Consent.objects.exists()


def test_a_person_gets_a_button_and_no_address_is_shown(sent: Delivery) -> None:
    asked, done = Client().get(address_of(sent)), Client().post(address_of(sent))
    assert '<form method="post"><button' in asked.content.decode()
    assert "<form" not in done.content.decode()
    assert sent.address not in asked.content.decode() + done.content.decode()


@pytest.mark.parametrize(
    "spoil",
    [lambda link: link[:-1] + "x", lambda link: link[:-1], lambda _: "/unsubscribe/a.b", lambda _: "/unsubscribe/é"],
)
def test_a_link_we_did_not_make_says_so_and_changes_nothing(sent: Delivery, spoil) -> None:
    for page in (Client().get(spoil(address_of(sent))), Client().post(spoil(address_of(sent)))):
        assert page.status_code == 404
        assert "(612) 555-0100" in page.content.decode()
    assert not Consent.objects.exists()


def test_the_link_of_a_drill_changes_nobodys_choice() -> None:
    drill = delivery(Channel.EMAIL, broadcast_id=builders.broadcast(drill=True).pk)
    assert Client().post(address_of(drill)).status_code == 200
    assert not Consent.objects.exists()
