"""Updates and corrections: whom they go to, what they say of themselves, what they stop."""

import pytest

from broadcaster.audiences import count
from broadcaster.broadcasts import approval, audit
from broadcaster.broadcasts.drafting import Order, draft
from broadcaster.broadcasts.models import AuditEntry, Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery.models import Delivery, Member
from broadcaster.kinds import BadInput, Channel
from broadcaster.text import codes
from tests import builders
from tests.delivery.worker import plan

pytestmark = pytest.mark.django_db


def first(**fields: object) -> Broadcast:
    """A broadcast that went out to the families of two schools."""
    made = draft(Order("mps-technical-difficulties", "district", **fields), "a person")
    approval.approve(made, "another")
    made.refresh_from_db()
    return made


def follow(earlier: Broadcast, *, corrects: bool = False, audience: str = "", **fields: object) -> Broadcast:
    order = Order("mps-technical-difficulties", audience, follows=earlier.pk, corrects=corrects, **fields)
    made = draft(order, "a person")
    approval.approve(made, "another")
    made.refresh_from_db()
    return made


@pytest.fixture(autouse=True)
def two_schools() -> None:
    for number, (name, language) in enumerate((("South", "so"), ("North", "en"))):
        guardian = builders.guardian(sms=builders.phone(number), language=language)
        builders.student(guardian, at=builders.school(name))


def text(made: Broadcast, language: str) -> str:
    return made.wordings.get(language=language, stand_in=False).sms


def test_an_update_says_by_itself_what_it_replaces_in_each_language() -> None:
    update = follow(first())
    assert text(update, "en").startswith("Update 2, replaces 1. ")
    assert text(update, "so").startswith("Warbixin 2, waxay beddeshaa 1. ")
    assert update.wordings.get(language="es").subject.startswith("Aviso 2, reemplaza al 1: ")
    assert "Update 2, replaces 1" in update.wordings.get(language="en").email_html


def test_numbers_go_on_along_the_thread_and_each_message_has_a_code_of_its_own() -> None:
    one = first()
    two = follow(one)
    three = follow(two, corrects=True)
    late = follow(one)
    assert [each.number for each in (one, two, three, late)] == [1, 2, 3, 4]
    assert {each.thread_id for each in (two, three, late)} == {one.pk}
    assert text(three, "en").startswith("Correction: update 3, replaces 2. ")
    assert text(late, "en").startswith("Update 4, replaces 1. ")
    assert len({one.code, two.code, three.code, late.code}) == 4


def test_every_wording_carries_the_code_at_its_end() -> None:
    made = first()
    for wording in made.wordings.all():
        assert codes.found_in(wording.sms) == made.code
        assert f"/board #{made.code}" in wording.email_text


def test_the_audience_is_who_got_it_and_then_the_same_audience_unless_another_is_given() -> None:
    one = first()
    assert follow(one).audience == f"broadcast:{one.pk} or (district)"
    assert follow(one, audience="school:South").audience == (f"broadcast:{one.pk} or (school:South)")


def test_who_left_after_the_first_message_gets_the_update_and_who_came_since_too() -> None:
    one = first()
    plan(one.pk)
    got = set(Delivery.objects.filter(broadcast_id=one.pk).values_list("contact_id", flat=True))
    assert len(got) == 2
    gone = builders.Contact.objects.get(pk=min(got))
    gone.left_at = 1.0
    gone.save()
    gone.guardianships.get().student.__class__.objects.filter(guardianships__contact=gone).update(left_at=1.0)
    new = builders.guardian(sms=builders.phone(77))
    builders.student(new)
    two = follow(one)
    plan(two.pk)
    assert set(Delivery.objects.filter(broadcast_id=two.pk).values_list("contact_id", flat=True)) == got | {new.pk}


def test_a_leaver_who_may_no_longer_be_written_to_is_not() -> None:
    one = first()
    plan(one.pk)
    gone = builders.Contact.objects.first()
    assert gone is not None
    builders.Contact.objects.filter(pk=gone.pk).update(left_at=1.0)
    gone.guardianships.update(may_contact=False)
    assert count(f"broadcast:{one.pk}").contacts == 1


def test_whoever_the_first_message_never_went_to_is_not_among_those_who_got_it() -> None:
    one = first()
    plan(one.pk)
    failed = Delivery.objects.filter(broadcast_id=one.pk).first()
    assert failed is not None
    Delivery.objects.filter(pk=failed.pk).update(status="failed")
    assert count(f"broadcast:{one.pk}").contacts == 1
    assert Member.objects.filter(broadcast_id=one.pk).count() == 2


def test_a_correction_stops_what_has_not_gone_out_of_the_wrong_one() -> None:
    wrong = first()
    correction = follow(wrong, corrects=True)
    wrong.refresh_from_db()
    assert (wrong.status, wrong.status_reason) == (BroadcastStatus.CANCELLED, f"corrected by broadcast {correction.pk}")
    entry = AuditEntry.objects.get(act="cancelled", broadcast_id=wrong.pk)
    assert entry.detail == {"corrected_by": correction.pk}
    assert audit.first_break() is None


def test_a_correction_that_waits_for_its_approval_stops_nothing_yet() -> None:
    wrong = first()
    draft(Order("mps-technical-difficulties", "", follows=wrong.pk, corrects=True), "a person")
    wrong.refresh_from_db()
    assert wrong.status == BroadcastStatus.APPROVED


def test_an_update_stops_nothing() -> None:
    one = first()
    follow(one)
    one.refresh_from_db()
    assert one.status == BroadcastStatus.APPROVED


def test_a_correction_of_what_is_completed_changes_nothing_about_it() -> None:
    one = first()
    Broadcast.objects.filter(pk=one.pk).update(status=BroadcastStatus.COMPLETED)
    assert follow(one, corrects=True).status == BroadcastStatus.APPROVED
    one.refresh_from_db()
    assert one.status == BroadcastStatus.COMPLETED


@pytest.mark.parametrize("case", ["unknown", "draft", "drill"])
def test_what_can_not_be_followed_is_refused_by_its_number(case: str) -> None:
    number = 4711
    if case == "draft":
        number = draft(Order("mps-technical-difficulties", "district"), "a person").pk
    elif case == "drill":
        number = first(drill=True).pk
    with pytest.raises(BadInput, match=f"broadcast {number}"):
        draft(Order("mps-technical-difficulties", "", follows=number), "a person")


@pytest.mark.parametrize(
    ("order", "public"),
    [
        (Order("mps-technical-difficulties", "district"), True),
        (Order("mps-technical-difficulties", "school:South"), False),
        (Order("mps-technical-difficulties", "school:South", public=True), True),
        (Order("mps-technical-difficulties", "district", public=False), False),
        (Order("mps-technical-difficulties", "district", drill=True), False),
        (Order("mps-technical-difficulties", "district", channels=(Channel.SMS,)), True),
    ],
)
def test_template_and_audience_say_what_is_public_unless_somebody_says_otherwise(order: Order, public: bool) -> None:
    assert draft(order, "a person").public is public


def test_what_follows_a_public_broadcast_is_public_too() -> None:
    assert follow(first(), audience="school:South").public
    assert not follow(first(public=False)).public


def test_who_approves_decides_whether_it_is_public_and_the_log_says_so() -> None:
    made = draft(Order("mps-technical-difficulties", "district"), "a person")
    approval.approve(made, "another", public=False)
    made.refresh_from_db()
    assert not made.public
    assert AuditEntry.objects.get(act="approved").detail["public"] is False


def test_a_drill_is_never_public() -> None:
    made = draft(Order("mps-technical-difficulties", "district", drill=True), "a person")
    with pytest.raises(BadInput, match=f"broadcast {made.pk} is a drill"):
        approval.approve(made, "another", public=True)
    with pytest.raises(BadInput, match="--public"):
        draft(Order("mps-technical-difficulties", "district", drill=True, public=True), "a person")
