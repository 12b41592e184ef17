"""What waits for a person, in which order, and what they do about it."""

import pytest

from broadcaster import clock
from broadcaster.broadcasts.models import AuditEntry, Broadcast
from broadcaster.delivery.models import Delivery
from broadcaster.kinds import BadInput, Channel
from broadcaster.providers.twilio.inbound import Inbound
from broadcaster.replies import inbox
from broadcaster.replies.models import Reply
from broadcaster.replies.recording import record
from broadcaster.reports.counts import report
from broadcaster.reports.overview import overview
from broadcaster.roster.models import Consent
from tests import builders
from tests.delivery.worker import send
from tests.sandbox.stage import Stage

pytestmark = pytest.mark.django_db


def text(body: str, number: int = 1) -> Reply:
    found = record(
        Inbound(builders.phone(number), "+16125550199", body, "", f"SM{body}{number}"), clock.now(), simulated=False
    )
    assert found is not None
    return found.reply


@pytest.fixture(autouse=True)
def families() -> None:
    builders.student(builders.guardian(sms=builders.phone(1), language="es"), at=builders.school("South"))
    builders.student(builders.guardian(sms=builders.phone(2), email="two@example.org"), at=builders.school("North"))


def test_wishes_to_stop_come_first_and_what_is_obeyed_by_itself_does_not_come_at_all() -> None:
    for body in ("Thank you", "HELP", "START", "alto", "please no more texts"):
        text(body)
    text("STOP", 2)
    assert [reply.body for reply in inbox.waiting()] == ["please no more texts", "STOP", "Thank you"]


def test_a_school_sees_its_own_families_alone_and_the_district_all() -> None:
    text("Hello", 1)
    text("Hello", 2)
    text("Hello", 77)
    assert [reply.sender for reply in inbox.waiting(builders.school("South"))] == [builders.phone(1)]
    assert inbox.waiting().count() == 3


def test_a_carriers_stop_says_whether_mail_still_reaches_them() -> None:
    one, two = inbox.letters([text("STOP", 1), text("STOP", 2)])
    assert (one.reachable_by_mail, two.reachable_by_mail) == (False, True)
    assert not one.may_be_answered


def test_a_wish_that_waits_longer_than_a_day_says_so() -> None:
    reply = text("please no more texts")
    assert not inbox.letters([reply])[0].late
    reply.at -= 86_401.0
    assert inbox.letters([reply])[0].late


def test_a_person_stops_texts_on_a_wish() -> None:
    reply = text("please no more texts")
    inbox.stop(reply, "office@example.org")
    assert set(Consent.objects.values_list("state", flat=True)) == {"out"}
    assert not inbox.waiting().exists()
    assert AuditEntry.objects.get(act="saw to a reply").actor == "office@example.org"


@pytest.mark.django_db(transaction=True)
def test_an_answer_goes_out_as_a_tracked_text_from_the_number_they_wrote_to(vendors: Stage) -> None:
    reply = text("When do buses run?")
    made = inbox.answer(reply, "At 7:30.", "office@example.org")
    send(vendors, Channel.SMS)
    (delivery,) = Delivery.objects.filter(broadcast_id=made.broadcast_id)
    assert (delivery.address, delivery.status) == (builders.phone(1), "sent")
    (letter,) = inbox.letters([reply])
    assert [sent.status for sent in letter.answers] == ["sent"]
    assert report(made.broadcast_id).families.total == 1
    assert overview() == []
    assert not inbox.waiting().exists()


def test_an_answer_to_somebody_who_stopped_is_refused_or_held_back() -> None:
    stopped = text("STOP")
    with pytest.raises(BadInput, match=f"reply {stopped.pk}"):
        inbox.answer(stopped, "Are you sure?", "office@example.org")


@pytest.mark.parametrize("words", ["", "  ", "x" * 1531])
def test_an_answer_without_words_or_too_long_is_refused_and_nothing_is_kept(words: str) -> None:
    reply = text("Hello")
    with pytest.raises(BadInput):
        inbox.answer(reply, words, "office@example.org")
    assert not Broadcast.objects.exists()
    assert inbox.waiting().count() == 1


def test_a_number_of_nobody_we_know_is_called_not_texted() -> None:
    with pytest.raises(BadInput, match="call them"):
        inbox.answer(text("Hello", 77), "Who are you?", "office@example.org")


def test_what_was_seen_to_once_keeps_who_did_it() -> None:
    reply = text("Hello")
    inbox.see_to(reply, "first@example.org", "called")
    inbox.see_to(reply, "second@example.org", "laid aside")
    assert (reply.done_by, reply.note) == ("first@example.org", "called")
    assert [one.pk for one in inbox.done()] == [reply.pk]
