"""SendGrid's mail send, as its own SDK sees it, and what it refuses."""

import json
import time
from typing import Any

import pytest
import sendgrid
from python_http_client.exceptions import BadRequestsError, ForbiddenError

from tests.sandbox.stage import API_KEY, Stage, a_mail, until


def shown(stage: Stage, to: str) -> Any:
    return stage.http.get(f"{stage.url}/sandbox/messages", params={"to": to}, timeout=5).json()["messages"][0]


def fields(answer: Any) -> list[str]:
    assert answer.status_code == 400
    return [error["field"] for error in answer.json()["errors"]]


def test_the_sdk_sends_a_mail(stage: Stage) -> None:
    sdk = sendgrid.SendGridAPIClient(API_KEY, host=stage.url)
    answer = sdk.client.mail.send.post(request_body=a_mail("a@example.org"))
    assert (answer.status_code, answer.body) == (202, b"")
    assert answer.headers["X-Message-Id"]
    assert stage.settled("email") == {"delivered": 1}


def test_the_sdk_reads_a_refusal(stage: Stage) -> None:
    sdk = sendgrid.SendGridAPIClient(API_KEY, host=stage.url)
    with pytest.raises(BadRequestsError) as raised:
        sdk.client.mail.send.post(request_body=a_mail("not an address"))
    assert raised.value.to_dict["errors"][0]["field"] == "personalizations.0.to.0.email"


def test_substitutions_are_put_into_subject_text_and_html(stage: Stage) -> None:
    stage.mail(a_mail("a@example.org", "b@example.org"))
    mail = shown(stage, "b@example.org")
    assert mail["subject"] == "Update for Student 1"
    assert mail["text"] == "Dear family of Student 1, schools are open."
    assert mail["html"] == "<p>Dear family of Student 1, schools are <b>open</b>.</p>"
    assert mail["reference"] == {"ref": "1-1"}


def test_a_personalizations_own_subject_and_headers_win(stage: Stage) -> None:
    document = a_mail("a@example.org", headers={"X-Shared": "yes", "X-Which": "request"})
    document["personalizations"][0] |= {"subject": "Your own", "headers": {"X-Which": "mine"}}
    stage.mail(document)
    mail = shown(stage, "A@Example.org")
    assert (mail["subject"], mail["headers"]) == ("Your own", {"X-Shared": "yes", "X-Which": "mine"})


def test_a_wrong_key_is_refused_as_the_vendor_words_it(stage: Stage) -> None:
    answer = stage.mail(a_mail("a@example.org"), key="SG.wrong")
    assert answer.status_code == 401
    message = "The provided authorization grant is invalid, expired, or revoked"
    assert answer.json() == {"errors": [{"message": message, "field": None, "help": None}]}


def test_every_wrong_recipient_is_named_at_once(stage: Stage) -> None:
    wrong = ["no-at.example.org", "two@@example.org", "é@example.org", "a@example", "", "sp ace@example.org"]
    answer = stage.mail(a_mail("fine@example.org", *wrong))
    assert fields(answer) == [f"personalizations.{number}.to.0.email" for number in range(1, len(wrong) + 1)]


def test_the_same_address_twice_in_one_request_is_refused_whatever_its_case(stage: Stage) -> None:
    answer = stage.mail(a_mail("A@Example.org", "b@example.org", "a@example.org"))
    assert fields(answer) == ["personalizations.2"]


def many(count: int) -> dict[str, Any]:
    return a_mail(*(f"guardian{number}@example.org" for number in range(count)))


def test_a_thousand_personalizations_are_taken_and_one_more_is_not(stage: Stage) -> None:
    assert stage.mail(many(1000)).status_code == 202
    answer = stage.mail(many(1001))
    assert fields(answer) == ["personalizations"]
    assert "1000 personalizations" in answer.json()["errors"][0]["message"]


def test_a_thousand_recipients_in_all_are_the_most(stage: Stage) -> None:
    document = many(500)
    for number, one in enumerate(document["personalizations"]):
        one["cc"] = [{"email": f"other{number}@example.org"}]
    assert stage.mail(document).status_code == 202
    document["personalizations"][0]["bcc"] = [{"email": "one.more@example.org"}]
    assert fields(stage.mail(document)) == ["personalizations"]


def test_ten_thousand_bytes_of_values_are_the_most(stage: Stage) -> None:
    document = a_mail("a@example.org")
    one = document["personalizations"][0]
    one["substitutions"] = {"[[x]]": "é" * 4990}
    assert stage.mail(document).status_code == 202
    one["substitutions"] = {"[[x]]": "é" * 5000}
    one["custom_args"] = {"ref": "x" * 10_000}
    assert fields(stage.mail(document)) == ["personalizations.0.substitutions", "personalizations.0.custom_args"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"personalizations": []}, "personalizations"),
        ({"personalizations": ["a@example.org"]}, "personalizations.0"),
        ({"personalizations": [{"to": []}]}, "personalizations.0.to"),
        ({"personalizations": [{"to": [{"email": "a@example.org"}], "cc": "b"}]}, "personalizations.0.cc"),
        ({"personalizations": [{"to": [{"email": "a@example.org"}], "colour": "red"}]}, "personalizations.0"),
        (
            {"personalizations": [{"to": [{"email": "a@example.org"}], "custom_args": {"n": 1}}]},
            "personalizations.0.custom_args.n",
        ),
        ({"personalizations": [{"to": [{"email": "a@example.org"}], "subject": 5}]}, "personalizations.0.subject"),
        ({"from": {"name": "MPS"}}, "from.email"),
        ({"from": {"email": "MPS"}}, "from.email"),
        ({"subject": ""}, "subject"),
        ({"subject": ["x"]}, "subject"),
        ({"content": []}, "content"),
        ({"content": ["x"]}, "content.0"),
        ({"content": [{"type": "text/plain", "value": ""}]}, "content.0.value"),
        ({"content": [{"value": "x"}]}, "content.0.type"),
        ({"content": [{"type": "text/html", "value": "x"}, {"type": "text/plain", "value": "x"}]}, "content"),
        ({"custom_args": {"n": None}}, "custom_args.n"),
        ({"custom_args": []}, "custom_args"),
        ({"headers": {"Subject": "x"}}, "headers.Subject"),
        ({"send_at": "soon"}, "send_at"),
        ({"mail_settings": {"sandbox_mode": True}}, "mail_settings.sandbox_mode"),
        ({"mail_settings": []}, "mail_settings"),
        ({"subjekt": "x"}, "(root)"),
    ],
)
def test_a_wrong_field_is_refused_and_named(stage: Stage, change: dict[str, Any], field: str) -> None:
    answer = stage.mail({**a_mail("a@example.org"), **change})
    assert fields(answer) == [field]
    assert answer.json()["errors"][0]["message"]
    assert stage.counts()["accepted"] == {}


def test_sending_may_lie_72_hours_ahead_and_no_more(stage: Stage) -> None:
    limit = int(time.time()) + 72 * 3600
    assert stage.mail(a_mail("a@example.org", send_at=limit - 60)).status_code == 202
    assert fields(stage.mail(a_mail("a@example.org", send_at=limit + 60))) == ["send_at"]


@pytest.mark.parametrize("document", ["text", 5, []])
def test_what_is_no_object_is_refused(stage: Stage, document: Any) -> None:
    assert fields(stage.mail(document)) == ["(root)"]


def test_what_is_no_json_is_refused(stage: Stage) -> None:
    headers = {"Authorization": f"Bearer {API_KEY}", "Content-Type": "application/json"}
    assert stage.http.post(f"{stage.url}/v3/mail/send", data=b"{", headers=headers, timeout=5).status_code == 400
    headers["Content-Type"] = "text/plain"
    assert stage.http.post(f"{stage.url}/v3/mail/send", data=b"{}", headers=headers, timeout=5).status_code == 415


def test_a_request_over_30_mb_is_too_large(stage: Stage) -> None:
    document = a_mail("a@example.org")
    document["content"][0]["value"] = "x" * (30 * 1024 * 1024)
    assert stage.mail(document).status_code == 413


def test_an_unverified_sender_is_forbidden() -> None:
    with Stage(senders=["+16125550199", "Notices@mps.example.org"]) as stage:
        assert stage.mail(a_mail("a@example.org")).status_code == 202
        answer = stage.mail(a_mail("a@example.org", **{"from": {"email": "else@mps.example.org"}}))
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (403, "from")


def test_the_vendors_own_sandbox_mode_checks_and_sends_nothing(stage: Stage) -> None:
    settings = {"sandbox_mode": {"enable": True}}
    assert stage.mail(a_mail("a@example.org", mail_settings=settings)).status_code == 200
    assert stage.mail(a_mail("a@example", mail_settings=settings)).status_code == 400
    assert stage.counts()["accepted"] == {}


def test_the_log_lists_by_address_and_time_and_shows_the_custom_args_apart(stage: Stage) -> None:
    client = sendgrid.SendGridAPIClient(API_KEY, host=stage.url).client
    client.mail.send.post(request_body=a_mail("ana@example.org"))
    client.mail.send.post(request_body=a_mail("bo@example.org"))
    query = 'to_email = "ana@example.org" AND sg_message_id_created_at >= TIMESTAMP "2020-01-01T00:00:00Z"'

    def listed(query: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(client.logs.post(request_body={"query": query}).body)["messages"]
        return found

    (one,) = until(lambda: [found for found in listed(query) if found["status"] == "delivered"])
    message = json.loads(client.logs._(one["sg_message_id"]).get().body)
    assert message["custom_args"] == {"ref": "1-0"}
    assert [(event["event"], event["custom_args"]) for event in message["events"]] == [
        ("processed", {"ref": "1-0"}),
        ("delivered", {"ref": "1-0"}),
    ]
    assert listed(query.replace(">=", "<")) == []
    for wrong in ("from_email = 'x'", 'to_email = "a" OR to_email = "b"'):
        with pytest.raises(BadRequestsError):
            listed(wrong)
    stage.faults(refuse_logs=True)
    with pytest.raises(ForbiddenError):
        listed(query)
