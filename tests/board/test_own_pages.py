"""The pages behind a family's own links: what they change, what they never tell, and links that do not hold."""

import re
from pathlib import Path

import pytest
from django.test import Client

from broadcaster import clock
from broadcaster.audiences import count
from broadcaster.broadcasts.models import Broadcast
from broadcaster.delivery.epoch import current, reference
from broadcaster.delivery.models import Acknowledgement, Delivery
from broadcaster.delivery.send import links
from broadcaster.kinds import Channel, Purpose
from broadcaster.replies.models import Reply, ReplyKind
from broadcaster.reports.counts import report
from broadcaster.roster import consent
from broadcaster.roster.importing import run
from broadcaster.roster.models import Consent, Contact, LanguageChoice, Suppression
from tests import builders
from tests.delivery.worker import plan

pytestmark = pytest.mark.django_db

PHONE, MAIL = builders.phone(1), "ana.lopez@example.org"


@pytest.fixture
def ana() -> Contact:
    made = builders.guardian(sms=PHONE, email=MAIL, language="es")
    builders.student(made, at=builders.school("South"))
    return made


def link(contact: Contact, *, holds: float = 3600.0, channel: Channel = Channel.SMS) -> str:
    point = contact.points.get(channel=channel)
    return "/choices/" + links.choices(contact.pk, point.pk, clock.now() + holds).rpartition("/")[2]


def boxes(contact: Contact, *, without: tuple[tuple[Channel, Purpose], ...] = ()) -> dict[str, object]:
    """The form as the page has it, all boxes ticked but these."""
    ticked = [
        f"{point.pk}-{purpose.value}"
        for point in contact.points.all()
        for purpose in Purpose
        if (Channel(point.channel), purpose) not in without
    ]
    return {"way": ticked}


def test_the_page_is_in_the_familys_language_and_shows_no_address_whole(ana: Contact) -> None:
    page = Client().get(link(ana)).content.decode()
    assert '<html lang="es"' in page
    assert PHONE not in page
    assert MAIL not in page
    assert "a•••@example.org" in page
    assert "Student" not in page
    assert "Guardian" not in page


@pytest.mark.parametrize("method", ["get", "head"])
def test_whatever_opens_the_link_changes_nothing(ana: Contact, method: str) -> None:
    for _ in range(2):
        assert getattr(Client(), method)(link(ana)).status_code == 200
    assert not Consent.objects.exists()
    assert not Reply.objects.exists()
    assert not LanguageChoice.objects.exists()


def test_general_messages_are_stopped_on_one_address_and_emergencies_go_on_everywhere(ana: Contact) -> None:
    answer = Client().post(link(ana), boxes(ana, without=((Channel.SMS, Purpose.GENERAL),)))
    assert "Guardado" in answer.content.decode()
    assert [*Consent.objects.values_list("channel", "address", "purpose", "state")] == [
        ("sms", PHONE, "general", "out")
    ]
    assert (count("district", Purpose.GENERAL).sms, count("district", Purpose.GENERAL).email) == (0, 1)
    assert count("district", Purpose.EMERGENCY).sms == 1


def test_a_choice_can_be_taken_back(ana: Contact) -> None:
    Client().post(link(ana), boxes(ana, without=((Channel.SMS, Purpose.GENERAL),)))
    Client().post(link(ana), boxes(ana))
    assert count("district", Purpose.GENERAL).sms == 1


def test_who_gives_up_every_emergency_is_told_what_that_means(ana: Contact) -> None:
    without = tuple((channel, Purpose.EMERGENCY) for channel in Channel)
    assert (
        "ninguna dirección recibe emergencias" in Client().post(link(ana), boxes(ana, without=without)).content.decode()
    )


def test_a_chosen_language_holds_at_once_and_at_the_next_import(tmp_path: Path) -> None:
    rows = "Student ID,Guardian ID,Guardian Name,Home Language,Mobile Phone\n1,7,Ana,Spanish,612-555-0101\n"
    (tmp_path / "roster.csv").write_text(rows)
    run(tmp_path / "roster.csv", region="US", removal_share=1, actor="tests")
    ana = Contact.objects.get()
    page = Client().post(link(ana), {**boxes(ana), "language": "so"}).content.decode()
    assert '<html lang="so"' in page
    for _ in range(2):
        done = run(tmp_path / "roster.csv", region="US", removal_share=1, actor="tests")
        assert (done.updated, done.unchanged) == (0, 1)
        assert Contact.objects.get().language == "so"


def test_a_language_that_no_page_has_and_boxes_of_others_change_nothing(ana: Contact) -> None:
    other = builders.guardian(sms=builders.phone(2))
    Consent.objects.create(
        channel="sms", address=builders.phone(2), purpose="general", state="out", source="text STOP", at=1.0
    )
    foreign = f"{other.points.get().pk}-general"
    mine = boxes(ana)["way"]
    assert isinstance(mine, list)
    Client().post(
        link(ana), {"way": [*mine, foreign, "x-general", "9" * 40 + "-general", "1-money"], "language": "tlh"}
    )
    assert Consent.objects.get().state == "out"
    assert not LanguageChoice.objects.exists()


def test_one_tap_retires_the_address_and_tells_the_office_once(ana: Contact) -> None:
    where = link(ana)
    for _ in range(3):
        page = Client().post(where, {"not-mine": "1"}).content.decode()
        assert "Ya no escribimos a esta dirección" in page
    assert Suppression.objects.get().cause == "not theirs"
    (reply,) = Reply.objects.all()
    assert (reply.kind, reply.school_id) == (ReplyKind.WRONG, builders.school("South").pk)
    assert count("district", Purpose.EMERGENCY).sms == 0
    assert "<form" not in Client().get(where).content.decode()


def test_a_phone_that_the_carrier_blocks_says_what_opens_it(ana: Contact) -> None:
    consent.suppress(Channel.SMS, PHONE, consent.CARRIER_STOP)
    assert "START al (612) 555-0199" in Client().get(link(ana, channel=Channel.EMAIL)).content.decode()


def delivery(purpose: Purpose = Purpose.GENERAL, **fields: object) -> Delivery:
    made = builders.broadcast(purpose=purpose, **fields)
    plan(made.pk)
    return Delivery.objects.get(broadcast_id=made.pk, channel="email")


def read_link(made: Delivery) -> str:
    return "/read/" + links.acknowledge(reference(current(), made.pk)).rpartition("/")[2]


def test_i_have_read_it_is_counted_once_per_family_and_the_silent_ones_are_an_audience(ana: Contact) -> None:
    builders.student(builders.guardian(email="other@example.org"))
    made = builders.broadcast(acknowledge=True)
    plan(made.pk)
    mine = Delivery.objects.get(broadcast_id=made.pk, address=MAIL)
    assert count(f"unanswered:{made.pk}").families == 2
    assert Client().get(read_link(mine)).status_code == 200
    assert not Acknowledgement.objects.exists()
    said = [Client().post(read_link(mine)).content.decode() for _ in range(2)]
    assert "Ya sabemos que lo leyó" in said[0]
    assert "Ya nos dijo que lo leyó" in said[1]
    found = report(made.pk)
    assert found.acknowledged is not None
    assert (found.acknowledged.total, found.acknowledged.reached) == (2, 1)
    assert found.as_json()["acknowledged"] == {"total": 2, "reached": 1}
    assert count(f"unanswered:{made.pk}").families == 1


def test_a_broadcast_that_asked_nobody_has_no_unanswered(ana: Contact) -> None:
    made = delivery()
    assert report(made.broadcast_id).acknowledged is None
    with pytest.raises(ValueError, match=f"unanswered:{made.broadcast_id}"):
        count(f"unanswered:{made.broadcast_id}")


def test_a_drills_link_counts_nobody(ana: Contact) -> None:
    made = delivery(acknowledge=True, drill=True)
    assert Client().post(read_link(made)).status_code == 200
    assert not Acknowledgement.objects.exists()


def test_the_link_under_a_mail_leads_on_to_all_choices_while_it_is_young(ana: Contact) -> None:
    made = delivery()
    page = "/unsubscribe/" + links.unsubscribe(reference(current(), made.pk)).rpartition("/")[2]
    onward = re.search(r'href="[^"]*(/choices/[^"]+)"', Client().get(page).content.decode())
    assert onward
    assert Client().get(onward[1]).status_code == 200
    Broadcast.objects.filter(pk=made.broadcast_id).update(approved_at=1.0)
    assert "/choices/" not in Client().get(page).content.decode()


def spoilt(ana: Contact, how: str) -> str:
    good = link(ana)
    if how == "expired":
        return link(ana, holds=-1.0)
    if how == "of another use":
        return good.replace("/choices/", "/read/")
    if how == "longer by hand":
        ref, _, seal = good.rpartition(".")
        return f"{ref[:-8]}ffffffff.{seal}"
    if how == "not ours":
        return "/choices/1-1-ffffffff.000000000000000000000000"
    if how == "letters":
        return "/choices/é-☃.x"
    if how == "address taken away":
        ana.points.get(channel="sms").delete()
    elif how == "left":
        Contact.objects.filter(pk=ana.pk).update(left_at=1.0)
    return good


HOWS = ("expired", "of another use", "longer by hand", "not ours", "letters", "left", "address taken away")


@pytest.mark.parametrize("how", HOWS)
def test_a_link_that_does_not_hold_says_so_tells_whom_to_call_and_nothing_else(ana: Contact, how: str) -> None:
    where = spoilt(ana, how)
    asked, posted = Client().get(where), Client().post(where, {"not-mine": "1"})
    for answer in (asked, posted):
        page = answer.content.decode()
        assert answer.status_code == 410
        assert "This link does not work any more" in page
        assert "(612) 555-0100" in page
        assert "<form" not in page
    assert not Reply.objects.exists()


def test_every_link_that_does_not_hold_reads_the_same_so_that_none_tells_who_is_known(ana: Contact) -> None:
    pages = {Client().get(spoilt(ana, how)).content for how in HOWS}
    assert len(pages) == 1
