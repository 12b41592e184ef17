"""Law 8: counted and approved before the first message; frozen by the approval; every act in a log that shows
tampering.
"""

from collections.abc import Callable

import pytest

from broadcaster import clock
from broadcaster.broadcasts import approval, audit, control, drafting
from broadcaster.broadcasts.models import AuditEntry, Broadcast
from broadcaster.broadcasts.status import MOVES, BroadcastStatus
from broadcaster.delivery import progress
from broadcaster.kinds import BadInput
from tests import builders

pytestmark = pytest.mark.django_db

TEMPLATE = "mps-technical-difficulties"


def drafted(audience: str = "district") -> Broadcast:
    return drafting.draft(drafting.Order(TEMPLATE, audience), "a person")


@pytest.fixture(autouse=True)
def _two_schools() -> None:
    for name in ("Lake Harriet Elementary", "South High"):
        builders.student(builders.guardian(email=f"{name[:4]}@example.org"), at=builders.school(name))


def test_a_district_wide_broadcast_waits_for_a_second_person_and_nothing_starts() -> None:
    made = drafted()
    assert approval.submit(made, "a person") is BroadcastStatus.IN_REVIEW
    assert not progress.start(made.pk, clock.now())


def test_one_person_releases_it_alone_with_a_reason_that_is_kept() -> None:
    made = drafted()
    assert approval.submit(made, "a person", reason="sign-on is down") is BroadcastStatus.APPROVED
    assert AuditEntry.objects.filter(act="released alone", detail__reason="sign-on is down").exists()


def test_a_schools_own_notice_needs_one_person() -> None:
    assert approval.submit(drafted('school:"South High"'), "a person") is BroadcastStatus.APPROVED


def test_policy_may_let_one_person_send_anything(policies: Callable[..., None]) -> None:
    policies(four_eyes=False)
    assert approval.submit(drafted(), "a person") is BroadcastStatus.APPROVED


def test_the_approval_freezes_wording_audience_and_counts() -> None:
    made = drafted()
    approval.submit(made, "a person", reason="now")
    made.refresh_from_db()
    assert made.audience == "district"
    assert made.counts["families"] == 2
    assert made.wordings.get(language="en").sms


def test_an_approved_broadcast_can_not_be_approved_again() -> None:
    made = drafted()
    approval.submit(made, "a person", reason="now")
    with pytest.raises(BadInput, match=f"broadcast {made.pk} is approved"):
        approval.approve(made, "another")


def test_a_finished_broadcast_can_not_be_paused_resumed_or_cancelled() -> None:
    made = builders.broadcast(status=BroadcastStatus.COMPLETED)
    for act in (control.pause, control.resume, control.cancel):
        with pytest.raises(BadInput, match="is completed"):
            act(made, "a person")


@pytest.mark.parametrize("origin", BroadcastStatus)
@pytest.mark.parametrize("goal", BroadcastStatus)
def test_only_the_moves_of_the_table_are_written(origin: BroadcastStatus, goal: BroadcastStatus) -> None:
    made = builders.broadcast(status=origin)
    moved = Broadcast.move(made.pk, goal)
    made.refresh_from_db()
    assert moved == (goal in MOVES[origin])
    assert made.status == (goal if moved else origin)


def test_a_change_to_the_past_breaks_the_chain() -> None:
    for act in ("one", "two", "three"):
        audit.write("a person", act)
    assert audit.first_break() is None
    tampered = AuditEntry.objects.order_by("id")[1]
    AuditEntry.objects.filter(pk=tampered.pk).update(actor="somebody else")
    assert audit.first_break() == tampered.pk


def test_an_entry_that_was_taken_out_breaks_the_chain() -> None:
    for act in ("one", "two", "three"):
        audit.write("a person", act)
    middle, last = AuditEntry.objects.order_by("id")[1:3]
    middle.delete()
    assert audit.first_break() == last.pk
