"""The roster on its pages: families found, put right, and seen only by who may."""

import pytest
from django.test import Client
from django.urls import reverse

from broadcaster.broadcasts.models import AuditEntry
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.kinds import Channel
from broadcaster.people.roles import Role
from broadcaster.roster import consent
from broadcaster.roster.models import Consent, Contact, ContactPoint, RosterImport, Suppression
from tests import builders
from tests.browser.people import SCHOOL, signed_in
from tests.reports.builders import broadcast, delivery, meant

pytestmark = pytest.mark.django_db

PHONE, MAIL = "+16125550131", "maria@example.org"


@pytest.fixture
def client() -> Client:
    return signed_in(Role.COMMUNICATIONS)


@pytest.fixture
def maria() -> Contact:
    """With a child at Lake Harriet and one at South High, whose father is tied to the second alone."""
    made = builders.guardian(email=MAIL, sms=PHONE, language="es")
    made.name = "María López"
    made.save()
    builders.student(made, at=builders.school(SCHOOL), name="Ana López")
    father = builders.guardian(family=made.family, sms="+16125550132")
    builders.student(made, father, at=builders.school("South High"), name="Beto López")
    return made


def page(client: Client, name: str, *ids: object, **query: object) -> str:
    return client.get(reverse(f"console:{name}", args=ids), query).content.decode()


def point(address: str = MAIL) -> ContactPoint:
    return ContactPoint.objects.get(address=address)


def act(client: Client, name: str, of: ContactPoint, **told: object) -> str:
    return client.post(reverse("console:act-address", args=[of.pk, name]), told, follow=True).content.decode()


@pytest.mark.parametrize("asked", ["lópez", "5550131", MAIL, "Ana"])
def test_a_family_is_found_by_name_phone_mail_and_child(client: Client, maria: Contact, asked: str) -> None:
    assert reverse("console:family", args=[maria.family_id]) in page(client, "roster", q=asked)


def test_a_school_sees_its_own_child_and_who_is_tied_to_it_and_nobody_else(maria: Contact) -> None:
    seen = page(signed_in(Role.OFFICE), "family", maria.family_id)
    assert "Ana" in seen
    assert "Beto" not in seen
    assert "555-0132" not in seen
    stranger = signed_in(Role.OFFICE, email="far@district.example.org", school="Far Away Elementary")
    addresses = [
        reverse("console:family", args=[maria.family_id]),
        reverse("console:contact", args=[maria.pk]),
        reverse("console:add-address", args=[maria.pk]),
        reverse("console:address", args=[point().pk]),
    ]
    assert [stranger.get(address).status_code for address in addresses] == [404] * 4
    assert stranger.post(reverse("console:act-address", args=[point().pk, "lift"])).status_code == 404


def test_a_familys_page_says_what_it_was_sent_and_what_became_of_it(client: Client, maria: Contact) -> None:
    sent = broadcast()
    meant(sent, maria)
    delivery(sent, maria, DeliveryStatus.UNDELIVERED, address=PHONE, reason="handset unreachable")
    shown = page(client, "family", maria.family_id)
    assert "Plain" in shown
    assert "The phone was off or out of reach." in shown


def test_an_address_is_put_right_at_once_and_the_log_has_the_reason(client: Client, maria: Contact) -> None:
    act(client, "correct", point(), address="maria.lopez@example.org", why="she called")
    assert point("maria.lopez@example.org").contact_id == maria.pk
    assert AuditEntry.objects.order_by("-id")[0].detail["reason"] == "she called"


def test_a_wrong_address_is_refused_beside_its_field_and_stays_typed(client: Client, maria: Contact) -> None:
    shown = act(client, "correct", point(), address="maria@", why="she called")
    assert 'class="wrong"' in shown
    assert 'value="maria@"' in shown
    assert "say that it is not theirs" in act(client, "correct", point(), address="", why="a guess")
    assert point().address == MAIL


def test_an_address_of_somebody_else_is_taken_away(client: Client, maria: Contact) -> None:
    act(client, "correct", point(PHONE), remove="on", why="another person answered")
    assert not ContactPoint.objects.filter(address=PHONE).exists()


def test_a_choice_is_kept_with_what_shows_it(client: Client, maria: Contact) -> None:
    told = {"purpose": "general", "state": "out", "source": "on paper"}
    assert 'class="wrong"' in act(client, "choose", point(), **told)
    act(client, "choose", point(), evidence="form of 2 September", **told)
    kept = Consent.objects.get(address=MAIL)
    assert (kept.state, kept.evidence, kept.entered_by) == (
        "out",
        "form of 2 September",
        "communications@district.example.org",
    )


def test_a_suppression_is_lifted_with_a_reason_and_not_without(client: Client, maria: Contact) -> None:
    consent.suppress(Channel.EMAIL, MAIL, "bounced")
    assert "nothing goes there" in page(client, "family", maria.family_id)
    assert 'class="wrong"' in act(client, "lift", point())
    act(client, "lift", point(), why="the mailbox was full")
    assert Suppression.objects.get(address=MAIL).lifted_why == "the mailbox was full"


def test_an_address_is_added_and_not_twice(client: Client, maria: Contact) -> None:
    add = reverse("console:add-address", args=[maria.pk])
    told = {"address": "(612) 555-0140", "why": "she called"}
    assert client.post(add, told).status_code == 302
    assert "already" in client.post(add, told).content.decode()
    assert point("+16125550140").rank == 2


def test_two_who_look_alike_are_merged_and_the_merge_is_taken_back(client: Client) -> None:
    one, other = builders.guardian(email="sam@example.org"), builders.guardian(email="sam@example.org")
    for contact in (one, other):
        contact.name = "Sam Sample"
        contact.save()
        builders.student(contact)
    pair = {"one": one.pk, "other": other.pk}
    assert "1 pair of contacts" in page(client, "duplicates")
    client.post(reverse("console:decide", args=["merge"]), pair)
    assert Contact.objects.get(pk=other.pk).left_at is not None
    assert "Take it back" in page(client, "duplicates")
    client.post(reverse("console:decide", args=["undo"]), pair)
    assert "Take it back" not in page(client, "duplicates")


def test_a_school_decides_of_no_duplicates(maria: Contact) -> None:
    other = builders.guardian(email=MAIL)
    office = signed_in(Role.OFFICE)
    told = {"one": maria.pk, "other": other.pk}
    assert office.post(reverse("console:decide", args=["merge"]), told).status_code == 403
    assert Contact.objects.get(pk=other.pk).left_at is None


def test_who_can_be_reached_is_counted_by_school_and_language(client: Client, maria: Contact) -> None:
    builders.student(builders.guardian(), at=builders.school("South High"))
    shown = page(client, "reachable")
    assert "<b>1 of 2</b>" in shown
    assert "Spanish" in shown
    assert "<b>0 of 1</b>" in page(signed_in(Role.OFFICE), "reachable")


def test_imports_stand_with_what_they_changed(client: Client) -> None:
    RosterImport.objects.create(
        at=1_795_399_200.0, actor="it", source="roster.zip", counts={"created": 12}, finished_at=1
    )
    shown = page(client, "imports")
    assert "roster.zip" in shown
    assert "created 12" in shown
