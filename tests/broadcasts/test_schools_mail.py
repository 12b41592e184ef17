"""Mail of one school is the school's own: whom it is from, who is answered, where to call."""

import pytest

from broadcaster.audiences.errors import AudienceError
from broadcaster.audiences.one_school import one_school
from broadcaster.broadcasts.drafting import Order, draft
from broadcaster.broadcasts.models import Wording
from broadcaster.delivery.queue import batches
from broadcaster.district import School
from broadcaster.kinds import Channel, Purpose
from broadcaster.providers.base import Message
from broadcaster.providers.sendgrid.payload import Letterhead, request_body
from broadcaster.settings import SETTINGS
from tests import builders

pytestmark = pytest.mark.django_db

DELL, ELM = 'school:"Dell School"', 'school:"Elm School"'
OF_DELL = School(name="DELL school", reply_to="office@dell.example.org", phone="612-555-0142")


@pytest.fixture(autouse=True)
def _two_schools(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("Dell School", "Elm School"):
        builders.student(builders.guardian(), at=builders.school(name))
    known = SETTINGS.district.model_copy(update={"schools": (OF_DELL,)})
    monkeypatch.setitem(vars(SETTINGS), "district", known)


def wording(audience: str) -> Wording:
    made = draft(Order("mps-technical-difficulties", audience), "a person")
    return made.wordings.get(language="en")


def test_a_broadcast_to_one_school_is_from_it_and_names_its_phone() -> None:
    kept = wording(DELL)
    assert (kept.from_name, kept.reply_to) == ("DELL school", "office@dell.example.org")
    assert "(612) 555-0142" in kept.email_text
    assert "(612) 555-0142" in kept.sms


@pytest.mark.parametrize("audience", ["district", f"{DELL} or {ELM}", ELM])
def test_any_other_broadcast_is_the_district_s(audience: str) -> None:
    kept = wording(audience)
    assert (kept.from_name, kept.reply_to) == ("", "")
    assert "(612) 555-0142" not in kept.email_text


def test_what_the_wording_froze_is_in_the_vendor_s_request() -> None:
    content = batches.content(wording(DELL), Channel.EMAIL, Purpose.GENERAL, 0.0)
    message = Message("e1-7", "ana@example.org")
    made = request_body(Letterhead("The District"), "notices@example.org", content, [message], "r7")
    assert made["from"] == {"email": "notices@example.org", "name": "DELL school"}
    assert made["reply_to"] == {"email": "office@dell.example.org"}


def test_the_district_s_mail_keeps_the_account_s_name() -> None:
    content = batches.content(wording("district"), Channel.EMAIL, Purpose.GENERAL, 0.0)
    head = Letterhead("The District", "district@example.org")
    made = request_body(head, "notices@example.org", content, [Message("e1-7", "ana@example.org")], "r7")
    assert made["from"]["name"] == "The District"
    assert made["reply_to"] == {"email": "district@example.org"}


def test_a_person_at_no_school_makes_it_nobody_s_mail() -> None:
    builders.staff_member(at=builders.school("Dell School"))
    assert one_school(f"{DELL} or staff") == "Dell School"
    builders.staff_member()
    assert one_school(f"{DELL} or staff") is None


def test_a_wrong_expression_is_refused() -> None:
    with pytest.raises(AudienceError):
        one_school("grade:")


def test_an_address_to_answer_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="reply_to"):
        School(name="Dell", reply_to="the office")
