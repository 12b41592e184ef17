"""Twilio's codes in our words."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.providers.errors import KeyRefused, OutcomeUnknown, ProviderError, Rejected, Throttled
from broadcaster.providers.reasons import Kind, Reason
from broadcaster.providers.twilio.errors import REASONS, REFUSALS, THROTTLES, WORDS, reason_for, refusal

#: what each code means for the family, in the vendor's own terms
EXPECTED = {
    "21211": Reason.INVALID_NUMBER,
    "21408": Reason.NO_ROUTE,
    "21610": Reason.OPTED_OUT,
    "21612": Reason.NO_ROUTE,
    "21614": Reason.NOT_A_MOBILE,
    "21617": Reason.CONTENT_REFUSED,
    "21635": Reason.NOT_A_MOBILE,
    "30001": Reason.QUEUE_FULL,
    "30002": Reason.ACCOUNT_LIMITED,
    "30003": Reason.HANDSET_UNREACHABLE,
    "30004": Reason.BLOCKED_BY_CARRIER,
    "30005": Reason.INVALID_NUMBER,
    "30006": Reason.NOT_A_MOBILE,
    "30007": Reason.FILTERED,
    "30008": Reason.OTHER,
    "30032": Reason.UNREGISTERED_SENDER,
    "30034": Reason.UNREGISTERED_SENDER,
    "30036": Reason.EXPIRED,
}


def refused(status, code, method="POST", headers=None):
    return refusal(method, status, json.dumps({"code": code, "message": "no", "status": status}), headers or {})


@pytest.mark.parametrize(("code", "reason"), EXPECTED.items())
def test_a_known_code_has_its_reason_at_the_request_and_in_a_receipt(code, reason):
    assert refused(400, int(code)) == Rejected(reason, code)
    assert reason_for(code) is reason


@pytest.mark.parametrize("code", sorted(REASONS))
def test_every_code_of_the_table_rejects_the_message_at_any_client_error(code):
    assert refused(400, int(code)) == refused(403, int(code)) == Rejected(REASONS[code], code)


@pytest.mark.parametrize("code", sorted(THROTTLES))
def test_what_was_not_processed_is_throttled(code):
    assert refused(400, int(code), headers={"Retry-After": "3"}) == Throttled(3.0, code)


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_what_is_wrong_with_us_is_one_sentence_for_staff(code):
    result = refused(400, int(code))
    assert isinstance(result, KeyRefused)
    assert result.say.endswith(".")
    assert "\n" not in result.say


def test_no_code_has_two_meanings():
    assert not REASONS.keys() & REFUSALS.keys()
    assert not REASONS.keys() & THROTTLES
    assert not REFUSALS.keys() & THROTTLES


def test_words_are_only_for_codes_that_can_come_and_name_what_to_do():
    assert WORDS.keys() <= REASONS.keys()
    assert all(words.do.endswith(".") and words.happened.endswith(".") for words in WORDS.values())


def test_a_stop_says_that_emergencies_are_blocked_too():
    assert WORDS["21610"].kind is Kind.OPTED_OUT
    assert "emergencies too" in WORDS["21610"].happened


def test_an_unknown_code_rejects_for_no_clear_cause_and_keeps_the_code():
    assert refused(400, 29999) == Rejected(Reason.OTHER, "29999")
    assert reason_for("29999") is Reason.OTHER


def test_an_account_that_is_not_there_is_refused_but_a_message_that_is_not_there_is_only_that():
    assert isinstance(refused(404, 20404), KeyRefused)
    assert refused(404, 20404, method="GET") == Rejected(Reason.OTHER, "20404")


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 302])
def test_an_answer_that_decides_nothing_is_unknown(status):
    assert refusal("POST", status, "", {}) == OutcomeUnknown(f"HTTP {status}")


@given(st.integers(300, 599), st.text(max_size=40) | st.integers().map(str) | st.just('{"code": [1]}'))
def test_any_answer_has_a_meaning(status, body):
    result = refusal("POST", status, body, {})
    assert isinstance(result, ProviderError)
    assert isinstance(result, Throttled) == (status == 429)
