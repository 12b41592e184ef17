"""What the vendors call back with, and how they sign it."""

import base64
import json
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from sendgrid.helpers.eventwebhook import EventWebhook
from twilio.request_validator import RequestValidator

from broadcaster.sandbox.options import Options
from tests.sandbox.stage import ACCOUNT, API_KEY, EVENTS_KEY, FAMILY, SENDER, TOKEN, Post, Stage, a_mail, until

EVENTS_PUBLIC = base64.b64encode(
    EVENTS_KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).decode()


def event_is_signed(post: Post, body: bytes | None = None) -> bool:
    signature = post.headers["X-Twilio-Email-Event-Webhook-Signature"]
    timestamp = post.headers["X-Twilio-Email-Event-Webhook-Timestamp"]
    text = (post.body if body is None else body).decode()
    return bool(EventWebhook(EVENTS_PUBLIC).verify_signature(text, signature, timestamp))


def test_a_delivered_text_is_told_twice_and_signed(stage: Stage) -> None:
    callback = f"{stage.listener.url}/status/a%20b%7E?d=7-42&x=%2B1%7e#rc=3"
    sid = stage.text(StatusCallback=callback).json()["sid"]
    stage.settled("sms")
    assert stage.listener.statuses() == ["sent", "delivered"]
    for post in stage.listener.posts:
        assert post.url == callback.partition("#")[0]
        assert RequestValidator(TOKEN).validate(post.url, post.form, post.headers["X-Twilio-Signature"])
        assert not RequestValidator(TOKEN).validate(f"{post.url}1", post.form, post.headers["X-Twilio-Signature"])
        assert {
            name: post.form[name] for name in ("MessageSid", "SmsSid", "To", "From", "AccountSid", "ApiVersion")
        } == {
            "MessageSid": sid,
            "SmsSid": sid,
            "To": FAMILY,
            "From": SENDER,
            "AccountSid": ACCOUNT,
            "ApiVersion": "2010-04-01",
        }
    assert len(stage.listener.posts[1].form["RawDlrDoneDate"]) == 10


def test_a_text_without_a_callback_url_is_delivered_in_silence(stage: Stage) -> None:
    stage.text(StatusCallback="")
    assert stage.settled("sms") == {"delivered": 1}
    assert stage.listener.posts == []
    assert stage.counts()["callbacks"]["sms"] == {"taken": 0, "failed": 0, "pending": 0}


def test_a_refused_status_callback_is_not_tried_again(stage: Stage) -> None:
    stage.listener.answers = [500, 503]
    stage.text()
    stage.settled("sms")
    assert stage.listener.statuses() == ["sent", "delivered"]
    assert stage.counts()["callbacks"]["sms"] == {"taken": 0, "failed": 2, "pending": 0}


def test_events_carry_custom_args_flat_and_a_valid_signature(stage: Stage) -> None:
    message_id = stage.mail(a_mail("a@example.org", "b@example.org", custom_args={"request": "r1"})).headers[
        "X-Message-Id"
    ]
    assert stage.settled("email", 2) == {"delivered": 2}
    for post in stage.listener.posts:
        assert event_is_signed(post)
        assert not event_is_signed(post, post.body + b" ")
    first, *_ = stage.events()
    assert (first["email"], first["event"], first["ref"], first["request"]) == (
        "a@example.org",
        "processed",
        "1-0",
        "r1",
    )
    assert first["sg_message_id"].startswith(f"{message_id}.")
    assert {"timestamp", "smtp-id", "sg_event_id"} <= first.keys()
    assert len({event["sg_event_id"] for event in stage.events()}) == 4


def test_events_come_in_arrays_of_a_thousand_at_most(stage: Stage) -> None:
    for request in range(2):
        stage.mail(a_mail(*(f"guardian{request}.{number}@example.org" for number in range(1000))))
    stage.settled("email", 2000)
    sizes = [len(json.loads(post.body)) for post in stage.listener.posts]
    assert sum(sizes) == 4000
    assert max(sizes) == 1000


def test_events_are_offered_until_they_are_taken(stage: Stage) -> None:
    stage.listener.answers = [503, 404, 500]
    stage.mail(a_mail("a@example.org"))
    until(lambda: len(stage.listener.posts) >= 4)
    until(lambda: stage.counts()["callbacks"]["email"] == {"taken": 2, "failed": 0, "pending": 0})
    assert all(event_is_signed(post) for post in stage.listener.posts)


def test_events_are_given_up_when_patience_ends() -> None:
    with Stage(events_patience=0.05) as stage:
        stage.listener.answers = [503] * 50
        stage.mail(a_mail("a@example.org"))
        until(lambda: stage.counts()["callbacks"]["email"] == {"taken": 0, "failed": 2, "pending": 0})


def test_a_listener_that_is_down_costs_nothing_else(stage: Stage) -> None:
    stage.text(StatusCallback="http://127.0.0.1:9/status")
    assert stage.settled("sms") == {"delivered": 1}
    assert stage.counts()["callbacks"]["sms"]["failed"] == 2


def test_a_family_answers_and_the_district_is_told(stage: Stage) -> None:
    told = stage.inbound("Is school open?")
    assert (told["status"], told["answer"]) == (200, "<Response/>")
    (post,) = stage.listener.posts
    assert urlsplit(post.url).path == "/inbound"
    assert RequestValidator(TOKEN).validate(post.url, post.form, post.headers["X-Twilio-Signature"])
    assert (post.form["From"], post.form["To"], post.form["Body"]) == (FAMILY, SENDER, "Is school open?")
    assert post.form["NumMedia"] == "0"
    assert "OptOutType" not in post.form


@pytest.mark.parametrize(("word", "kind"), [("quit", "STOP"), ("Yes", "START"), ("INFO", "HELP")])
def test_a_keyword_is_named_to_the_district(stage: Stage, word: str, kind: str) -> None:
    stage.inbound(word)
    assert stage.listener.posts[0].form["OptOutType"] == kind


def test_an_answer_from_no_number_is_refused(stage: Stage) -> None:
    assert "'0101'" in stage.inbound("hello", sender="0101")["error"]
    assert stage.listener.posts == []


def test_an_answer_without_an_inbound_url_is_only_kept() -> None:
    with Stage(inbound_url="") as stage:
        assert stage.inbound("STOP")["status"] is None
        assert stage.text().json()["code"] == 21610


def test_the_events_key_may_be_given_as_text() -> None:
    pem = EVENTS_KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with Stage(events_key=pem) as stage:
        stage.mail(a_mail("a@example.org"))
        until(lambda: stage.listener.posts)
        assert event_is_signed(stage.listener.posts[0])


def test_a_key_on_another_curve_is_refused_by_name() -> None:
    other = Options(ACCOUNT, TOKEN, API_KEY, events_key=ec.generate_private_key(ec.SECP384R1()))
    with pytest.raises(ValueError, match="secp384r1"):
        other.signing_key()
