"""A test to oneself: the families' path, one's own addresses and no others, and an entry in the audit log."""

import pytest
from django.urls import reverse

from broadcaster.broadcasts import kill_switch
from broadcaster.broadcasts.models import AuditEntry
from broadcaster.delivery import accounts as vendor_accounts
from broadcaster.delivery.models import Delivery
from broadcaster.delivery.word import staff
from broadcaster.people.models import Person
from broadcaster.people.roles import Role
from tests.browser.people import signed_in
from tests.sandbox.accounts import accounts_of
from tests.sandbox.stage import Stage

from .conftest import Post
from .test_writing import ready

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_schools")]

MINE = {"communications@district.example.org", "+16125550123"}


@pytest.fixture
def inbox(vendors: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The sandbox stands where the providers do."""
    monkeypatch.setattr(staff, "accounts", lambda **_: accounts_of(vendors))
    return vendors


def messages(inbox: Stage) -> list[dict[str, str]]:
    """What the vendors were given."""
    found = inbox.http.get(f"{inbox.url}/sandbox/messages", timeout=5).json()
    messages: list[dict[str, str]] = found["messages"]
    return messages


def test_it_goes_to_ones_own_addresses_with_test_in_front_and_is_audited(post: Post, inbox: Stage) -> None:
    client, draft = signed_in(Role.COMMUNICATIONS), ready()
    post(client, "draft-check", draft, test="1", phone="612-555-0123", show_now="es")
    sent = messages(inbox)
    assert {one["to"] for one in sent} == MINE
    for one in sent:
        assert "TEST" in (one.get("subject") or one.get("body") or one.get("text") or "")
    assert AuditEntry.objects.filter(act="sent a test to themselves").exists()
    assert Person.objects.get(email="communications@district.example.org").phone == "+16125550123"
    assert not Delivery.objects.exists(), "nobody counts it as a family"


def test_what_became_of_the_last_test_is_there_whenever_one_comes_back(post: Post, inbox: Stage) -> None:
    client, draft = signed_in(Role.COMMUNICATIONS), ready()
    post(client, "draft-check", draft, test="1", phone="612-555-0123")
    for _ in range(2):
        page = client.get(reverse("console:draft-what", args=[draft.pk])).content.decode()
    card = page.partition("Your last test")[2].partition("</details>")[0]
    assert "communications@district.example.org" in card
    assert card.count("in the sandbox&#x27;s inbox") == 2
    other = signed_in(Role.COMMUNICATIONS, email="other@district.example.org")
    assert "Your last test" not in other.get(reverse("console:draft-what", args=[draft.pk])).content.decode()


def test_a_wrong_phone_is_said_and_nothing_goes(post: Post, inbox: Stage) -> None:
    client, draft = signed_in(Role.COMMUNICATIONS), ready()
    answer = post(client, "draft-what", draft, v__date="2026-12-01", test="1", phone="12")
    assert "12" in client.get(answer.headers["Location"]).content.decode()
    assert messages(inbox) == []


def test_none_leaves_while_the_kill_switch_is_thrown(post: Post, inbox: Stage) -> None:
    kill_switch.throw("tests", "a drill")
    post(signed_in(Role.COMMUNICATIONS), "draft-check", ready(), test="1")
    assert messages(inbox) == []


def test_a_drills_test_can_not_leave_for_a_vendor() -> None:
    assert vendor_accounts.accounts(drill=True).twilio_base_url.startswith("http://127.0.0.1")
