"""The call list: who is on it, in which order, and what it says to do."""

import csv
from pathlib import Path

import pytest

from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.kinds import Channel
from broadcaster.providers.reasons import Reason
from broadcaster.reports.unreached import Unreached, unreached, write_csv
from broadcaster.roster.models import Contact, Family, Student
from tests import builders as roster
from tests.reports import builders

pytestmark = pytest.mark.django_db
S = DeliveryStatus


def only(broadcast_id: int) -> Unreached:
    [row] = unreached(broadcast_id)
    return row


def test_a_reached_family_is_not_called() -> None:
    sent, ana, ben = builders.broadcast(), builders.family(), builders.family()
    builders.meant(sent, ana, ben)
    builders.shared(builders.delivery(sent, ana), ben)
    assert list(unreached(sent.pk)) == []


def test_what_was_tried_is_said_in_plain_words_with_what_to_do() -> None:
    sent, ana = builders.broadcast(), builders.family(language="so")
    builders.meant(sent, ana)
    builders.delivery(sent, ana, S.FAILED, reason=Reason.NOT_A_MOBILE, address="+16125550123")
    builders.delivery(sent, ana, S.SENT, channel=Channel.EMAIL, address="ana@example.org")
    row = only(sent.pk)
    assert row.family_id == ana.family_id
    assert [(one.channel, one.address, one.happened) for one in row.tried] == [
        ("sms", "+16125550123", "The number is a landline and can't get texts."),
        ("email", "ana@example.org", "Sent, not confirmed."),
    ]
    assert row.do == "Ask for a mobile number, or call. Call if it matters: nothing says that it arrived."
    assert row.languages == ("so",)


def test_the_same_advice_is_given_once() -> None:
    sent, ana = builders.broadcast(), builders.family()
    builders.meant(sent, ana)
    for _ in range(3):
        builders.delivery(sent, ana, S.FAILED, reason=Reason.INVALID_NUMBER)
    assert only(sent.pk).do == "Ask the family for the right one."


def test_a_try_at_a_shared_address_counts_for_both_families() -> None:
    sent, ana, ben = builders.broadcast(), builders.family(), builders.family()
    builders.meant(sent, ana, ben)
    builders.shared(builders.delivery(sent, ana, S.FAILED, reason=Reason.INVALID_NUMBER), ben)
    assert [len(row.tried) for row in unreached(sent.pk)] == [1, 1]


def test_a_family_with_nobody_on_file_says_so() -> None:
    sent, alone = builders.broadcast(), roster.student(family=Family.objects.create(), grade="4")
    builders.nobody_on_file(sent, alone)
    row = only(sent.pk)
    assert row.students == (f"{alone.name} (4)",)
    assert row.do == "Nobody is on file: find out whom to call, and add them to the roster."


def test_a_family_without_any_address_says_so() -> None:
    sent, ana = builders.broadcast(), builders.family(channels=())
    builders.meant(sent, ana)
    row = only(sent.pk)
    assert row.contacts == (ana.name,)
    assert row.do == "No phone and no email on file: ask the school for one."


def test_a_family_with_an_address_on_the_other_channel_says_so() -> None:
    sent, ana = builders.broadcast(channels=[Channel.SMS]), builders.family(channels=(Channel.EMAIL,))
    builders.meant(sent, ana)
    row = only(sent.pk)
    assert row.emails
    assert row.do == "Nothing on file for text when this was planned: use the other addresses."


def test_somebody_who_may_not_be_contacted_is_never_on_the_list() -> None:
    sent, father = builders.broadcast(), roster.guardian(sms=roster.phone(1))
    roster.student(father, may_contact=False)
    builders.meant(sent, father)
    row = only(sent.pk)
    assert (row.contacts, row.phones, row.emails) == ((), (), ())
    assert row.do == "Nobody on file may be contacted: ask the school before calling anybody."


def test_while_it_is_being_planned_a_family_without_messages_waits() -> None:
    sent, ana = builders.broadcast(planned=False, status=BroadcastStatus.SENDING), builders.family()
    builders.meant(sent, ana)
    assert only(sent.pk).do == "Wait: the messages are still being planned."


def test_an_unreached_staff_member_is_on_the_list_without_a_family() -> None:
    sent, ana = builders.broadcast(), roster.staff_member(email="ana@example.org", at=roster.school("South High"))
    builders.meant(sent, ana)
    builders.delivery(sent, ana, S.UNDELIVERED, reason=Reason.MAILBOX_MISSING, channel=Channel.EMAIL)
    row = only(sent.pk)
    assert (row.school, row.family_id, row.contacts) == ("South High", None, (ana.name,))
    assert row.do == "Ask the family for the right address."


def test_people_who_have_left_the_roster_do_not_break_the_list() -> None:
    sent, ana = builders.broadcast(), builders.family()
    builders.meant(sent, ana)
    builders.delivery(sent, ana, S.FAILED, reason=Reason.INVALID_NUMBER)
    Contact.objects.all().delete()
    Student.objects.all().delete()
    row = only(sent.pk)
    assert (row.students, row.contacts, len(row.tried)) == ((), (), 1)


def test_it_is_sorted_by_school_then_by_name_whatever_the_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broadcaster.reports.unreached._PAGE", 2)  # several pages keep the order
    sent = builders.broadcast()
    names = [
        ("South High", "ben Example"),
        ("anwatin", "Zoe Example"),
        ("South High", "Ana Example"),
        (None, "Ada Example"),
    ]
    for school, name in names:
        ana = builders.family(roster.school(school) if school else None)
        Student.objects.filter(guardianships__contact=ana).update(name=name, **({} if school else {"school": None}))
        builders.meant(sent, ana)
    assert [(row.school, row.students[0]) for row in unreached(sent.pk)] == [
        ("anwatin", "Zoe Example"),
        ("South High", "Ana Example"),
        ("South High", "ben Example"),
        ("(no school)", "Ada Example"),
    ]


def test_the_file_has_a_row_per_family_that_a_spreadsheet_reads(tmp_path: Path) -> None:
    sent, ana = builders.broadcast(), builders.family(roster.school("=South High"))
    builders.meant(sent, ana)
    builders.delivery(sent, ana, S.FAILED, reason=Reason.INVALID_NUMBER, address="+16125550123")
    assert write_csv(tmp_path / "calls.csv", sent.pk) == 1
    with (tmp_path / "calls.csv").open(encoding="utf-8-sig", newline="") as file:
        [row] = csv.DictReader(file)
    assert row["school"] == "'=South High"
    assert row["phones"].startswith("'+1")
    assert row["tried"] == "text to +16125550123: The phone number does not exist"
    assert row["what to do"] == "Ask the family for the right one."
