"""The report's numbers: what each means, on ledgers small enough to count by hand."""

import pytest

from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery.models import Verdict
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.kinds import Channel
from broadcaster.providers.reasons import Reason
from broadcaster.reports.counts import report
from broadcaster.reports.lookup import UnknownBroadcast
from broadcaster.reports.report import Served, Share
from broadcaster.roster.models import Family, Student
from tests import builders as roster
from tests.reports import builders

pytestmark = pytest.mark.django_db
S = DeliveryStatus


def test_a_family_is_reached_when_one_of_its_messages_on_any_channel_is_delivered() -> None:
    sent, ana, ben = builders.broadcast(), builders.family(), builders.family()
    builders.meant(sent, ana, ben)
    builders.delivery(sent, ana, S.FAILED)
    builders.delivery(sent, ana, S.DELIVERED, channel=Channel.EMAIL)
    builders.delivery(sent, ben, S.SENT)
    families = report(sent.pk).families
    assert (families.total, families.reached, families.reachable) == (2, 1, 2)


def test_a_shared_address_reaches_both_families() -> None:
    sent, ana, ben = builders.broadcast(), builders.family(), builders.family()
    builders.meant(sent, ana, ben)
    builders.shared(builders.delivery(sent, ana), ben)
    assert report(sent.pk).families.reached == 2


def test_a_family_is_reached_at_its_first_delivery() -> None:
    sent, ana = builders.broadcast(), builders.family()
    builders.meant(sent, ana)
    builders.delivery(sent, ana, after=9)
    builders.delivery(sent, ana, after=4, channel=Channel.EMAIL)
    assert report(sent.pk).families.t50 == pytest.approx(4)


def test_two_children_of_one_family_are_one_family_and_two_students() -> None:
    sent, ana = builders.broadcast(), builders.family()
    roster.student(ana)
    builders.meant(sent, ana)
    builders.delivery(sent, ana)
    found = report(sent.pk)
    assert (found.families.total, found.families.reached) == (1, 1)
    assert found.students == Share(2, 2)


def test_a_student_of_separated_parents_is_reached_when_one_family_is() -> None:
    sent = builders.broadcast()
    mother, father = roster.guardian(), roster.guardian()
    roster.student(mother, father)
    builders.meant(sent, mother, father)
    builders.delivery(sent, mother)
    builders.delivery(sent, father, S.UNDELIVERED)
    found = report(sent.pk)
    assert (found.families.total, found.families.reached) == (2, 1)
    assert found.students == Share(1, 1)


def test_a_student_nobody_is_on_file_for_is_a_family_that_is_not_reached() -> None:
    sent, alone = builders.broadcast(), roster.student(family=Family.objects.create())
    builders.nobody_on_file(sent, alone)
    found = report(sent.pk)
    assert (found.families.total, found.families.reachable, found.families.reached) == (1, 0, 0)
    assert found.students == Share(1, 0)


def test_staff_are_people_and_no_families() -> None:
    sent, ana, ben = builders.broadcast(audience="staff"), roster.staff_member(), roster.staff_member()
    builders.meant(sent, ana, ben)
    builders.delivery(sent, ana, channel=Channel.EMAIL)
    found = report(sent.pk)
    assert found.people == Share(2, 1)
    assert (found.families.total, found.students.total) == (0, 0)


def test_a_staff_member_is_reached_through_the_address_they_share_with_a_family() -> None:
    sent, ana, ben = builders.broadcast(), builders.family(), roster.staff_member()
    builders.meant(sent, ana, ben)
    builders.shared(builders.delivery(sent, ana), ben)
    found = report(sent.pk)
    assert (found.people, found.families.reached) == (Share(1, 1), 1)


def test_the_time_to_90_percent_counts_only_families_that_can_be_reached() -> None:
    sent = builders.broadcast()
    for place in range(1, 11):
        guardian = builders.family()
        builders.meant(sent, guardian)
        builders.delivery(sent, guardian, after=place)
    for _ in range(5):
        opted_out = builders.family()
        builders.meant(sent, opted_out)
        builders.delivery(sent, opted_out, S.SUPPRESSED, reason=Reason.OPTED_OUT)
    families = report(sent.pk).families
    assert (families.total, families.reachable, families.reached) == (15, 10, 10)
    assert (families.t50, families.t90, families.t99) == pytest.approx((5, 9, 10))


def test_a_share_that_was_never_reached_has_no_time() -> None:
    sent, ana, ben = builders.broadcast(), builders.family(), builders.family()
    builders.meant(sent, ana, ben)
    builders.delivery(sent, ana, after=3)
    builders.delivery(sent, ben, S.FAILED)
    families = report(sent.pk).families
    assert families.t50 == pytest.approx(3)
    assert (families.t90, families.t99) == (None, None)


def test_a_receipt_rounded_down_to_before_the_approval_counts_as_at_once() -> None:
    sent, ana = builders.broadcast(), builders.family()
    builders.meant(sent, ana)
    builders.delivery(sent, ana, after=-0.8)
    assert report(sent.pk).families.t50 == 0


def test_while_it_is_being_planned_nothing_is_final_and_no_share_has_a_time() -> None:
    sent, ana = builders.broadcast(planned=False, status=BroadcastStatus.SENDING), builders.family()
    builders.meant(sent, ana)
    builders.delivery(sent, ana)
    found = report(sent.pk)
    assert (found.planned, found.complete, found.families.t50) == (False, False, None)


@pytest.mark.parametrize("still_open", [S.QUEUED, S.UNKNOWN, S.SENT])
def test_it_is_complete_only_when_nothing_can_still_come(still_open: S) -> None:
    sent, ana = builders.broadcast(), builders.family()
    builders.meant(sent, ana)
    assert report(sent.pk).complete
    builders.delivery(sent, ana, still_open)
    assert not report(sent.pk).complete


def test_what_was_sent_and_never_confirmed_does_not_keep_a_settled_broadcast_open() -> None:
    sent, ana = builders.broadcast(settled_at=builders.APPROVED + 60), builders.family()
    builders.delivery(sent, ana, S.SENT)
    assert report(sent.pk).complete


def test_a_queued_delivery_in_a_marked_lot_is_being_sent() -> None:
    sent, ana = builders.broadcast(status=BroadcastStatus.SENDING), builders.family()
    before, first, last, after = (builders.delivery(sent, ana, S.QUEUED) for _ in range(4))
    batch = builders.held_batch(sent, (first, last))
    for one in (before, first, last, after):
        one.batch_id = batch.pk
        one.save()
    assert report(sent.pk).totals == {"queued": 2, "sending": 2}


def test_a_lot_that_nobody_holds_is_not_being_sent() -> None:
    sent, ana = builders.broadcast(status=BroadcastStatus.SENDING), builders.family()
    one = builders.delivery(sent, ana, S.QUEUED)
    one.batch_id = builders.held_batch(sent, (one, one), worker="").pk
    one.save()
    assert report(sent.pk).totals == {"queued": 1}


def test_segments_are_those_of_texts_that_left_the_house() -> None:
    sent, ana = builders.broadcast(), builders.family()
    for status in S:
        if status is not S.SENDING:
            builders.delivery(sent, ana, status, segments=2)
            builders.delivery(sent, ana, status, segments=2, channel=Channel.EMAIL)
    assert report(sent.pk).segments == 3 * 2


def test_reasons_are_counted_in_plain_words_the_most_frequent_first() -> None:
    sent, ana = builders.broadcast(), builders.family()
    for status, reason in (
        (S.FAILED, Reason.INVALID_NUMBER),
        (S.UNDELIVERED, Reason.HANDSET_UNREACHABLE),
        (S.UNDELIVERED, Reason.HANDSET_UNREACHABLE),
        (S.CANCELLED, ""),
        (S.FAILED, "a word of tomorrow"),
    ):
        builders.delivery(sent, ana, status, reason=reason)
    first, *rest = report(sent.pk).reasons
    assert (first.reason, first.count, first.kind) == ("handset unreachable", 2, "carrier or mailbox")
    assert (first.happened, first.do) == ("The phone was off or out of reach.", "Call, or try again later.")
    assert [(one.reason, one.count) for one in rest] == [
        ("a word of tomorrow", 1),
        ("cancelled", 1),
        ("invalid number", 1),
    ]


def test_doubts_count_as_resent_or_as_waiting_for_a_person() -> None:
    sent, ana = builders.broadcast(), builders.family()
    one = builders.delivery(sent, ana)
    for verdict in (Verdict.ABSENT, Verdict.RESENT, Verdict.ACCEPTED, Verdict.RECEIPT):
        builders.doubt(one, verdict)
    builders.doubt(one, person=True)
    builders.doubt(one)
    found = report(sent.pk)
    assert (found.resends, found.waiting) == (2, 1)


def test_a_family_with_children_at_two_schools_counts_at_both() -> None:
    sent, south, north = builders.broadcast(), roster.school("South High"), roster.school("North High")
    ana = builders.family(south)
    roster.student(ana, at=north)
    builders.meant(sent, ana, builders.family(south))
    builders.delivery(sent, ana)
    found = report(sent.pk)
    assert found.school_families == {
        "North High": Served(1, 1, 1, pytest.approx(1), pytest.approx(1)),
        "South High": Served(2, 1, 1, pytest.approx(1), pytest.approx(1)),
    }
    assert found.schools == {"South High": {"delivered": 1}}


def test_those_without_a_school_are_shown_as_such() -> None:
    sent, ana = builders.broadcast(), builders.family()
    Student.objects.update(school=None)
    builders.meant(sent, ana)
    builders.delivery(sent, ana)
    found = report(sent.pk)
    assert found.schools == {"(no school)": {"delivered": 1}}
    assert found.school_families == {"(no school)": Served(1, 1, 1, pytest.approx(1), pytest.approx(1))}


def test_another_broadcasts_deliveries_are_not_counted() -> None:
    sent, other, ana = builders.broadcast(), builders.broadcast(), builders.family()
    for one in (sent, other, sent):
        builders.delivery(one, ana)
    assert report(sent.pk).totals == {"delivered": 2}
    assert report(other.pk).totals == {"delivered": 1}


def test_a_broadcast_without_deliveries_names_its_channels_with_no_counts() -> None:
    sent = builders.broadcast()
    found = report(sent.pk)
    assert (found.totals, found.channels, found.languages) == ({}, {"email": {}, "sms": {}}, {})
    assert found.families.t50 is None


def test_json_has_iso_times_and_seconds_to_the_millisecond() -> None:
    sent, ana = builders.broadcast(), builders.family()
    builders.meant(sent, ana)
    builders.delivery(sent, ana, after=1.23456)
    document = report(sent.pk).as_json()
    assert document["families"]["t50"] == 1.235
    assert document["approved_at"] == "2026-11-23T02:00:00.000+00:00"
    assert document["settled_at"] is None
    assert document["sandbox"] is True
    assert document.keys() >= {
        "id", "status", "totals", "channels", "languages", "schools", "families", "students", "segments", "started_at",
        "finished_at", "settled_at",
    }  # fmt: skip


@pytest.mark.parametrize("given", ["999", "seventeen", "", "-1", "1.0", "²", "9" * 30])
def test_an_unknown_broadcast_is_named_as_given_with_the_newest(given: str) -> None:
    newest = builders.broadcast()
    with pytest.raises(UnknownBroadcast) as raised:
        report(given)  # type: ignore[arg-type]  # what somebody types
    assert str(raised.value) == f"there is no broadcast {given}; the newest is {newest.pk}: see `broadcaster list`"


def test_without_any_broadcast_it_says_so() -> None:
    with pytest.raises(UnknownBroadcast, match="there is no broadcast 1: there are none yet"):
        report(1)
