"""Word of a broadcast that one person released alone: owed by the release itself, told once, whatever dies between."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from broadcaster import clock
from broadcaster.broadcasts import approval, audit, owed
from broadcaster.broadcasts.models import AuditEntry, Broadcast, Word
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery import epoch, progress, wake
from broadcaster.delivery.word import releasing, staff
from broadcaster.kinds import Channel, Purpose
from broadcaster.people.models import Person
from broadcaster.people.roles import Role
from tests import builders
from tests.sandbox.accounts import accounts_of
from tests.sandbox.stage import Stage

pytestmark = pytest.mark.django_db(transaction=True)

ALONE, OTHER, THIRD = (f"{name}@district.example.org" for name in ("alone", "other", "third"))
PHONE = "+16125550142"


@pytest.fixture(autouse=True)
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was rung for; nobody hears it."""
    found: list[str] = []
    monkeypatch.setattr(wake, "_ring", lambda calls: found.extend(task for task, _, _ in calls))
    return found


@dataclass
class Provider:
    """Stands where the staff's messages leave: what it was given, and what it answers."""

    given: list[str] = field(default_factory=list)
    answer: Callable[[Channel], staff.Outcome] = lambda channel: staff.Outcome(channel, "")

    def tell(self, _subject: str, _text: str, to: dict[Channel, str]) -> list[staff.Outcome]:
        self.given.extend(to.values())
        return [self.answer(channel) for channel in to]


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Provider:
    made = Provider()
    monkeypatch.setattr(staff, "tell", made.tell)
    return made


def person(email: str, role: Role = Role.COMMUNICATIONS, **fields: object) -> Person:
    return Person.objects.create_user(email, name=email, role=role, added_at=clock.now(), **fields)


@pytest.fixture
def released() -> Broadcast:
    """Released alone by one of three who may approve; one of the others has a phone."""
    builders.families(1)
    person(ALONE)
    person(OTHER, phone=PHONE)
    person(THIRD)
    person("administrator@district.example.org", Role.ADMINISTRATOR)
    person("gone@district.example.org", is_active=False)
    made = builders.broadcast(purpose=Purpose.EMERGENCY, status=BroadcastStatus.DRAFT)
    approval.approve(made, ALONE, "Nobody answers the phone.")
    return made


def later(seconds: float) -> None:
    Word.objects.filter(ended_at__isnull=True).update(next_at=clock.now() - 1)
    Word.objects.filter(ended_at__isnull=True, taken_at__isnull=False).update(taken_at=clock.now() - seconds)


def test_everybody_else_who_may_approve_is_told_on_each_channel_and_only_once(
    released: Broadcast, provider: Provider
) -> None:
    releasing.tell_all()
    releasing.tell_all()
    assert sorted(provider.given) == sorted([PHONE, OTHER, THIRD])
    entry = AuditEntry.objects.get(act="told of a release alone", broadcast_id=released.pk)
    assert entry.detail == {"people": [OTHER, THIRD]}


def test_it_says_who_released_what_and_why_over_the_real_wire(
    released: Broadcast, vendors: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staff, "accounts", lambda **_: accounts_of(vendors))
    releasing.tell_all()
    sent = vendors.http.get(f"{vendors.url}/sandbox/messages", timeout=5).json()["messages"]
    assert {one["to"] for one in sent} == {OTHER, THIRD, PHONE}
    text = next(one for one in sent if one["to"] == PHONE)
    assert f"{ALONE} released “Plain” alone, without a second person. Reason: Nobody answers" in str(text)


def test_what_the_web_process_did_not_live_to_tell_the_sweep_rings_for(
    released: Broadcast, rung: list[str], provider: Provider
) -> None:
    progress.sweep(clock.now())
    assert "tell" in rung
    releasing.tell_all()
    rung.clear()
    progress.sweep(clock.now())
    assert "tell" not in rung


def test_a_release_that_does_not_hold_owes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError("the disk is full")

    person(OTHER)
    made = builders.broadcast(purpose=Purpose.EMERGENCY, status=BroadcastStatus.DRAFT)
    monkeypatch.setattr(audit, "write", full)
    with pytest.raises(OSError, match="full"):
        approval.approve(made, ALONE, "Nobody answers the phone.")
    assert not Word.objects.exists()


def test_a_drill_and_an_approval_by_a_second_person_tell_nobody() -> None:
    person(OTHER)
    for fields, reason in (({"drill": True}, "to see"), ({}, "")):
        made = builders.broadcast(purpose=Purpose.EMERGENCY, status=BroadcastStatus.DRAFT, **fields)
        approval.approve(made, ALONE, reason)
    assert not Word.objects.exists()


def test_a_provider_that_is_away_is_tried_again_and_the_other_channel_waits_for_nothing(
    released: Broadcast, provider: Provider
) -> None:
    away = {Channel.SMS: staff.Outcome(Channel.SMS, "The provider can't be reached.", again=True)}
    provider.answer = lambda channel: away.get(channel, staff.Outcome(channel, ""))
    releasing.tell_all()
    assert not owed.due(clock.now()).exists(), "not at once"
    provider.answer = lambda channel: staff.Outcome(channel, "")
    later(0)
    releasing.tell_all()
    assert sorted(provider.given) == sorted([PHONE, PHONE, OTHER, THIRD])
    assert not Word.objects.filter(ended_at__isnull=True).exists()


def test_what_a_sender_that_died_had_taken_may_have_left_and_is_not_told_again(
    released: Broadcast, provider: Provider
) -> None:
    for word in owed.due(clock.now()):
        assert owed.take(word, clock.now())
        assert not owed.take(word, clock.now()), "nobody else takes it"
    releasing.tell_all()
    later(121)
    releasing.tell_all()
    assert provider.given == []
    assert set(Word.objects.values_list("why", flat=True)) == {"Nobody knows whether it left."}


def test_a_restored_ledger_does_not_tell_what_the_lost_machine_may_have_told(
    released: Broadcast, provider: Provider
) -> None:
    epoch.current()
    epoch.begin()
    releasing.tell_all()
    assert provider.given == []
    assert not Word.objects.filter(ended_at__isnull=True).exists()
