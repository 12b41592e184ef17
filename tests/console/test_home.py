"""Home: what is not as it should be, each with what to do; and what was sent, each school its own."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from broadcaster import clock
from broadcaster.broadcasts import audit
from broadcaster.broadcasts.models import Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.console import glance
from broadcaster.delivery.models import Batch, Pace
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.kinds import Channel
from broadcaster.people.roles import Role
from broadcaster.roster.models import RosterImport
from broadcaster.settings import SETTINGS
from broadcaster.webhooks.models import StoredReceipt
from tests import builders
from tests.browser.people import SCHOOL, signed_in
from tests.reports.builders import APPROVED, broadcast, delivery, doubt, family, meant

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_counts_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread would not see what a test has not committed."""
    monkeypatch.setattr(glance, "of", lambda *_ids, **_patience: None)


def home(role: Role = Role.COMMUNICATIONS) -> str:
    return signed_in(role).get(reverse("console:home")).content.decode()


def imported(at: float) -> None:
    RosterImport.objects.create(at=at, actor="it", source="roster.zip", finished_at=at)


def test_a_missing_and_an_old_roster_are_said() -> None:
    assert "There is no roster yet" in home()
    imported(clock.now() - 3 * 86_400)
    assert "The roster is old" in home()
    imported(clock.now())
    assert "The roster is old" not in home()


def test_a_broadcast_that_a_provider_refused_is_named_and_linked() -> None:
    stopped = builders.broadcast(status=BroadcastStatus.PAUSED)
    audit.write("worker", "paused", stopped.pk)
    page = home()
    assert "paused because a provider refuses us" in page
    assert reverse("console:broadcast", args=[stopped.pk]) in page


def test_a_broadcast_that_no_worker_takes_up_is_named() -> None:
    waiting = builders.broadcast(status=BroadcastStatus.APPROVED)
    Broadcast.objects.filter(pk=waiting.pk).update(approved_at=clock.now() - 300)
    assert "no worker took it up" in home()


def test_a_doubt_that_waits_for_a_person_leads_to_where_it_is_settled() -> None:
    sent = broadcast()
    one = family()
    meant(sent, one)
    doubt(delivery(sent, one, DeliveryStatus.UNKNOWN), person=True)
    page = home()
    assert "1 message waits for a person" in page
    assert reverse("console:doubts") in page


def test_missing_receipts_are_said_and_one_that_came_is_enough() -> None:
    went = broadcast()
    Broadcast.objects.filter(pk=went.pk).update(started_at=clock.now() - 900)
    assert "No receipt has come" in home()
    StoredReceipt.objects.create(
        event_id="e1", channel="sms", word="delivered", at=1, received_at=clock.now(), raw="{}"
    )
    assert "No receipt has come" not in home()


def test_a_sender_that_is_slowed_down_and_a_backlog_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    senders = tuple(one.model_copy(update={"rate": 1.0}) for one in SETTINGS.district.senders)
    monkeypatch.setitem(vars(SETTINGS), "district", SETTINGS.district.model_copy(update={"senders": senders}))
    texts = SETTINGS.district.senders_on(Channel.SMS)[0]
    Pace.objects.create(channel="sms", sender=texts.address, free_at=0, share=0.25, slowed_at=clock.now())
    going = builders.broadcast()
    Batch.objects.create(
        id=1,
        broadcast_id=going.pk,
        channel="sms",
        sender=texts.address,
        wording_id=1,
        urgency=2,
        wave=1,
        size=7_200,
        due_at=1,
    )
    page = home()
    assert "to 25 % of its rate" in page
    assert "7,200 text messages wait their turn: about 2 h" in page


def test_who_is_needed_for_four_eyes_is_said_to_who_can_add_them(policies: Callable[..., None]) -> None:
    policies(four_eyes=True)
    assert "needs two people" in home(Role.ADMINISTRATOR)
    assert "needs two people" not in home(Role.COMMUNICATIONS)


def test_a_school_sees_its_own_reach_and_no_warning_that_it_can_do_nothing_about() -> None:
    imported(clock.now())
    sent = broadcast(settled_at=APPROVED + 60)
    here, there = family(builders.school(SCHOOL)), family(builders.school("South High"))
    meant(sent, here, there)
    delivery(sent, here)
    doubt(delivery(sent, there, DeliveryStatus.UNKNOWN), person=True)
    page = home(Role.OFFICE)
    assert "1 of 1" in page
    assert "waits for a person" not in page


def test_ones_own_broadcast_waits_for_somebody_else() -> None:
    mine = builders.broadcast(status=BroadcastStatus.IN_REVIEW)
    assert "Waits for you" in home()
    Broadcast.objects.filter(pk=mine.pk).update(created_by="communications@district.example.org")
    page = home()
    assert "Waits for you" not in page
    assert "waiting for a second person" in page
