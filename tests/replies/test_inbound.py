"""Texts from families over the wire: what is kept, what is obeyed, what is answered."""

from xml.etree import ElementTree

import pytest
from pydantic import SecretStr

from broadcaster import clock
from broadcaster.kinds import Channel, Purpose
from broadcaster.replies.models import Reply, ReplyKind
from broadcaster.roster import consent
from broadcaster.roster.models import Consent, ConsentState, Suppression
from broadcaster.settings import SETTINGS
from tests import builders
from tests.webhooks.vendor import Post, answers, replies, text

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = "+16125550101"
TOKEN = "a" * 32
LIVE = SETTINGS.model_copy(update={"twilio_account_sid": "AC" + "1" * 32, "twilio_auth_token": SecretStr(TOKEN)})


def spoken(post: Post) -> list[str]:
    """The texts that the answer to this post sends back."""
    (reply,) = replies(post)
    assert (reply.status, reply.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    answer = ElementTree.fromstring(reply.body)  # noqa: S314 - our own XML
    assert answer.tag == "Response"
    return [message.text or "" for message in answer.findall("Message")]


def choices(phone: str = PHONE) -> dict[str, str]:
    return dict(Consent.objects.filter(channel=Channel.SMS, address=phone).values_list("purpose", "state"))


def blocked(phone: str = PHONE) -> bool:
    return Suppression.objects.filter(channel=Channel.SMS, address=phone, lifted_at=None).exists()


ALL_OUT = {purpose.value: "out" for purpose in Purpose}
ALL_IN = {purpose.value: "in" for purpose in Purpose}


def test_a_stop_ends_texts_of_every_purpose_and_is_recorded_as_the_carriers() -> None:
    assert spoken(text("STOP")) == []
    assert choices() == ALL_OUT
    assert Suppression.objects.get().cause == "carrier stop"


def test_a_stop_in_spanish_ends_texts_though_the_carrier_knows_nothing_of_it() -> None:
    assert spoken(text("Alto")) == []
    assert choices() == ALL_OUT
    assert not blocked()


@pytest.mark.parametrize("word", ["START", "UNSTOP", "yes"])
def test_a_start_takes_the_stop_back(word: str) -> None:
    assert answers(text("STOP", sid="SM1")) == [200]
    assert spoken(text(word, sid="SM2")) == []
    assert choices() == ALL_IN
    assert not blocked()


def test_a_start_that_only_we_understand_leaves_the_carriers_block_as_it_is() -> None:
    answers(text("STOP", sid="SM1"), text("INICIAR", sid="SM2"))
    assert choices() == ALL_IN
    assert blocked()


def test_a_yes_of_somebody_who_never_stopped_is_no_consent() -> None:
    answers(text("YES"))
    assert choices() == {}


def test_a_start_does_not_bring_back_a_number_that_does_not_exist() -> None:
    consent.suppress(Channel.SMS, PHONE, "invalid number")
    answers(text("START"))
    assert blocked()


def test_a_stop_by_text_leaves_mail_and_other_phones_alone() -> None:
    consent.record(Channel.EMAIL, "family@example.org", Purpose.GENERAL, ConsentState.OPTED_IN, "console")
    answers(text("STOP"))
    assert set(Consent.objects.exclude(address=PHONE).values_list("state", flat=True)) == {"in"}
    assert choices("+16125550102") == {}


def test_help_says_who_we_are_and_whom_to_call() -> None:
    (said,) = spoken(text("HELP"))
    assert "Minneapolis Public Schools" in said
    assert "(612) 555-0100" in said
    assert len(said) <= 160
    assert choices() == {}


def test_a_district_may_have_any_characters_in_its_name() -> None:
    district = SETTINGS.district.model_copy(
        update={"district": SETTINGS.district.district.model_copy(update={"name": "Écoles <A&B>"})}
    )
    odd = SETTINGS.model_copy()
    odd.__dict__["district"] = district  # as the cached property keeps it
    (reply,) = replies(text("HELP"), settings=odd)
    assert "Écoles <A&B>" in (ElementTree.fromstring(reply.body).findtext("Message") or "")  # noqa: S314 - our own XML


@pytest.mark.parametrize("body", ["please no more texts", "Thank you", "", "x" * 1600, "\0", "የት ነው?"])
def test_any_other_text_is_kept_and_not_answered(body: str) -> None:
    assert spoken(text(body)) == []
    kept = Reply.objects.get()
    assert kept.body == body.replace("\0", "")
    assert (kept.sender, kept.to, kept.simulated) == (PHONE, "+16125550199", False)
    assert abs(kept.at - clock.now()) < 60
    assert choices() == {}


def test_a_wish_to_stop_is_marked_for_a_person() -> None:
    answers(text("please no more texts"))
    assert Reply.objects.get().kind == ReplyKind.WISH


def test_a_text_is_matched_to_all_whose_phone_it_is() -> None:
    shared = [builders.guardian(sms=PHONE).pk, builders.guardian(sms=PHONE).pk]
    builders.guardian(sms="+16125550102")
    answers(text("hello", sid="SM1"), text("hello", sid="SM2", sender="+16125550777"))
    assert dict(Reply.objects.values_list("provider_id", "contact_ids")) == {"SM1": shared, "SM2": None}


def test_a_repeated_text_is_obeyed_and_answered_once() -> None:
    post = text("HELP")
    assert [len(spoken(post)), len(spoken(post))] == [1, 0]
    answers(text("STOP", sid="SM1"), text("START", sid="SM2"), text("STOP", sid="SM1"))
    assert choices() == ALL_IN
    assert Reply.objects.count() == 3


@pytest.mark.parametrize(
    "spoil",
    [
        lambda post: post.but(headers={}),
        lambda post: post.but(body=post.body.replace(b"STOP", b"START")),
        lambda post: post.but(body=post.body.replace(b"0101", b"0102")),
        lambda post: post.but(query="x=1"),
    ],
)
def test_a_forged_text_changes_nothing(spoil) -> None:
    assert answers(spoil(text("STOP"))) == [403]
    assert not Reply.objects.exists()
    assert choices() == {}


def test_a_signed_text_without_an_id_is_refused() -> None:
    assert answers(text("STOP", sid="")) == [400]
    assert not Reply.objects.exists()


@pytest.mark.parametrize("body", ["STOP", "START"])
@pytest.mark.parametrize("live_token", [True, False])
def test_beside_a_live_account_the_sandbox_changes_nobodys_choice(body: str, live_token: bool) -> None:
    answers(text("STOP", sid="SM0", token=TOKEN), settings=LIVE)
    before = choices()
    post = text(body, token=TOKEN) if live_token else text(body)
    assert answers(post, settings=LIVE) == [200]
    assert Reply.objects.get(provider_id="SM9").simulated is not live_token
    assert choices() == (ALL_IN if live_token and body == "START" else before)
