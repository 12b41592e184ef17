"""The fixed addresses that fail on purpose."""

import pytest

from broadcaster.sandbox import magic
from tests.sandbox.stage import ACCOUNT, TOKEN, Stage, a_mail, until

AT_REQUEST = {code: fault for code, fault in magic.TEXT_FAULTS.items() if fault.http_status and fault.tries is None}
LATER = {code: fault for code, fault in magic.TEXT_FAULTS.items() if not fault.http_status and fault.code}


def test_the_table_in_the_docstring_is_the_table_in_the_code() -> None:
    for ending, fault in magic.TEXT_FAULTS.items():
        assert f"01{ending}  {fault.code or '     '}" in str(magic.__doc__)


def test_the_districts_own_numbers_are_never_magic() -> None:
    assert magic.text_fault("+16125550100") is None
    assert magic.text_fault("+16125550199") is None
    assert not {"0100", "0199"} & set(magic.PLAIN_ENDINGS)


def test_only_the_fictional_block_is_magic() -> None:
    assert magic.text_fault("+19075550180") is not None
    assert magic.text_fault("+16125560180") is None
    assert magic.text_fault("+441234550180") is None


@pytest.mark.parametrize("ending", sorted(AT_REQUEST))
def test_a_magic_number_is_refused_at_the_request(stage: Stage, ending: str) -> None:
    answer = stage.text(f"+161255501{ending}")
    assert (answer.status_code, answer.json()["code"]) == (400, AT_REQUEST[ending].code)
    assert "{" not in answer.json()["message"]
    assert stage.counts()["accepted"] == {}


def test_each_later_failure_is_told_by_callback_with_its_code(stage: Stage) -> None:
    for ending in LATER:
        assert stage.text(f"+161255501{ending}").status_code == 201
    assert stage.settled("sms", len(LATER)) == {"undelivered": len(LATER) - 1, "failed": 1}
    told = {post.form["To"][-2:]: post.form for post in stage.listener.posts if "ErrorCode" in post.form}
    assert {ending: form["ErrorCode"] for ending, form in told.items()} == {
        ending: str(fault.code) for ending, fault in LATER.items()
    }


def test_a_full_queue_has_room_again_at_the_third_try(stage: Stage) -> None:
    answers = [stage.text("+16125550183") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 201]
    assert answers[0].json()["code"] == 21611
    assert stage.settled("sms") == {"delivered": 1}


def test_a_number_whose_carrier_never_confirms_stays_sent(stage: Stage) -> None:
    sid = stage.text("+16125550196").json()["sid"]
    stage.text("+16125550101")
    until(lambda: stage.counts()["states"]["sms"] == {"sent": 1, "delivered": 1})
    found = stage.http.get(f"{stage.messages}/{sid}.json", auth=(ACCOUNT, TOKEN), timeout=5).json()
    assert (found["status"], found["error_code"]) == ("sent", None)


@pytest.mark.parametrize(
    ("address", "story"),
    [
        ("bounce.a@example.org", [("processed", None), ("bounce", "bounce")]),
        ("blocked.a@example.org", [("processed", None), ("bounce", "blocked")]),
        ("dropped.a@example.org", [("dropped", None)]),
        ("deferred.a@example.org", [("processed", None), ("deferred", None), ("deferred", None), ("delivered", None)]),
        ("spam.a@example.org", [("processed", None), ("delivered", None), ("spamreport", None)]),
        ("unsubscribe.a@example.org", [("processed", None), ("delivered", None), ("unsubscribe", None)]),
        ("bounced.a@example.org", [("processed", None), ("delivered", None)]),
        ("bounce@example.org", [("processed", None), ("delivered", None)]),
    ],
)
def test_a_magic_mail_address_has_its_fate(stage: Stage, address: str, story: list[tuple[str, str | None]]) -> None:
    assert stage.mail(a_mail(address)).status_code == 202
    until(lambda: len(stage.events()) == len(story))
    assert [(event["event"], event.get("type")) for event in stage.events()] == story
    bad = [event for event in stage.events() if event["event"] in ("bounce", "dropped")]
    assert all(event["reason"] for event in bad)


def test_an_invalid_mail_address_is_named_and_nothing_is_accepted(stage: Stage) -> None:
    answer = stage.mail(a_mail("a@example.org", "b@example.org", "c@example.org", "invalid.d@example.org"))
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["personalizations.3.to.0.email"]
    assert stage.counts()["accepted"] == {}
