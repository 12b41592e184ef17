"""Whose text it is, which message it answers, and what a flood of them does."""

import pytest

from broadcaster import clock
from broadcaster.delivery.models import Acknowledgement
from broadcaster.kinds import Channel
from broadcaster.providers.twilio.inbound import Inbound
from broadcaster.replies.answering import answer
from broadcaster.replies.models import Reply, ReplyKind
from broadcaster.replies.recording import Taken, record
from broadcaster.settings import SETTINGS
from broadcaster.text.segments import measure
from tests import builders
from tests.delivery.worker import plan

pytestmark = pytest.mark.django_db

PHONE = builders.phone(1)


def text(body: str, sid: str = "SM1", sender: str = PHONE, at: float | None = None) -> Taken | None:
    return record(Inbound(sender, "+16125550199", body, "", sid), at or clock.now(), simulated=False)


def taken(body: str, sid: str = "SM1", sender: str = PHONE) -> Taken:
    found = text(body, sid, sender)
    assert found is not None
    return found


def family(language: str = "en", school: str = "South") -> None:
    builders.student(builders.guardian(sms=PHONE, language=language), at=builders.school(school))


def test_a_text_is_matched_to_the_last_broadcast_that_went_to_that_phone_and_to_its_school() -> None:
    family()
    builders.student(builders.guardian(sms=builders.phone(2)), at=builders.school("North"))
    both, later, other = builders.broadcast(), builders.broadcast(), builders.broadcast(audience="school:North")
    for made in (both, later, other):
        plan(made.pk)
    reply = taken("When do buses run?").reply
    assert (reply.broadcast_id, reply.school_id) == (later.pk, builders.school("South").pk)


def test_a_text_before_any_broadcast_goes_to_the_first_childs_school() -> None:
    family()
    reply = taken("Hello").reply
    assert (reply.broadcast_id, reply.school_id) == (None, builders.school("South").pk)


def test_a_text_of_nobody_we_know_is_the_districts() -> None:
    plan(builders.broadcast().pk)
    reply = taken("Hello", sender="+16125550177").reply
    assert (reply.contact_ids, reply.broadcast_id, reply.school_id) == (None, None, None)


@pytest.mark.parametrize(
    ("word", "reads", "begins"),
    [
        ("HELP", "so", "Minneapolis Public Schools: farriimaha"),
        ("ayuda", "so", "Minneapolis Public Schools: mensajes"),
        ("INFO", "vi", "Minneapolis Public Schools: school"),
    ],
)
def test_help_is_answered_in_the_language_of_the_word_or_else_of_the_family(word: str, reads: str, begins: str) -> None:
    family(reads)
    said = answer(taken(word), SETTINGS)
    assert said.startswith(begins)
    assert "(612) 555-0100" in said
    assert "STOP" in said
    assert f"{SETTINGS.public_url}/choices/" in said


def test_help_of_a_phone_that_is_nobodys_tells_no_link_and_is_one_segment() -> None:
    said = answer(taken("HELP"), SETTINGS)
    assert "/choices/" not in said
    assert measure(said).segments == 1


def test_a_one_acknowledges_the_newest_message_that_asked_for_it() -> None:
    family("es")
    old, new, later = builders.broadcast(acknowledge=True), builders.broadcast(acknowledge=True), builders.broadcast()
    for made in (old, new, later):
        plan(made.pk)
    found = taken("1")
    assert (found.reply.kind, found.reply.broadcast_id) == (ReplyKind.READ, new.pk)
    assert [*Acknowledgement.objects.values_list("broadcast_id", "how")] == [(new.pk, "text")]
    assert answer(found, SETTINGS).startswith("Gracias")
    assert text("1", "SM2") is not None
    assert Acknowledgement.objects.count() == 1


def test_a_one_where_nothing_asked_for_it_goes_to_the_inbox() -> None:
    family()
    plan(builders.broadcast().pk)
    assert taken("1").reply.kind == ReplyKind.OTHER
    assert not Acknowledgement.objects.exists()


def test_a_one_of_a_shared_phone_speaks_for_both_families() -> None:
    builders.student(builders.guardian(sms=PHONE))
    builders.student(builders.guardian(sms=PHONE))
    made = builders.broadcast(acknowledge=True, channels=(Channel.SMS,))
    plan(made.pk)
    taken("1")
    assert Acknowledgement.objects.values("family_id").distinct().count() == 2


def test_a_flood_of_free_words_is_cut_off_and_a_stop_in_it_is_obeyed() -> None:
    now = clock.now()
    kept = [text("hello there", f"SM{number}", at=now + number) for number in range(30)]
    assert sum(one is not None for one in kept) == 20
    stopped = text("STOP", "SM-stop", at=now + 31)
    assert stopped is not None
    assert stopped.reply.kind == ReplyKind.STOP
    assert text("hello again", "SM-next", at=now + 2 * 3600.0) is not None
    assert Reply.objects.count() == 22


def test_a_machine_that_answers_our_help_with_help_is_not_answered_for_ever() -> None:
    said = [answer(taken("HELP", f"SM{number}"), SETTINGS) for number in range(6)]
    assert [bool(one) for one in said] == [True, True, True, True, False, False]
