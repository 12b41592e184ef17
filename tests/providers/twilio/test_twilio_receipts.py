"""Signed callbacks from Twilio: status of a text, and texts from families."""

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import MultiDict
from twilio.request_validator import RequestValidator

from broadcaster.providers.base import ReceiptStatus
from broadcaster.providers.errors import Forged
from broadcaster.providers.reasons import Reason
from broadcaster.providers.twilio import inbound, receipts
from broadcaster.providers.twilio.errors import REASONS

TOKEN = "5ecret"
URL = "https://mps.example.org/hooks/twilio/status?d=e1-42"
FORM = {
    "MessageSid": "SM1",
    "MessageStatus": "delivered",
    "To": "+16125550101",
    "From": "+16125550199",
    "ErrorCode": "",
}


def signature(url, fields, token=TOKEN):
    return RequestValidator(token).compute_signature(url, MultiDict(fields))


def read(now=1000.0, url=URL, **fields):
    form = {**FORM, **fields}
    return receipts.read(url, urlencode(form).encode(), signature(url, form), TOKEN, now)


@pytest.mark.parametrize(
    ("word", "status", "reason"),
    [
        ("accepted", None, None),
        ("scheduled", None, None),
        ("queued", None, None),
        ("sending", None, None),
        ("sent", ReceiptStatus.SENT, None),
        ("delivered", ReceiptStatus.DELIVERED, None),
        ("read", ReceiptStatus.DELIVERED, None),
        ("undelivered", ReceiptStatus.UNDELIVERED, Reason.OTHER),
        ("failed", ReceiptStatus.FAILED, Reason.OTHER),
        ("canceled", ReceiptStatus.FAILED, Reason.CANCELLED),
        ("a word of tomorrow", None, None),
    ],
)
def test_every_word_has_its_meaning(word, status, reason):
    receipt = read(MessageStatus=word)
    assert (receipt.word, receipt.status, receipt.reason) == (word, status, reason)


@pytest.mark.parametrize("code", sorted(REASONS))
def test_every_code_says_why(code):
    receipt = read(MessageStatus="undelivered", ErrorCode=code)
    assert (receipt.reason, receipt.code) == (REASONS[code], code)


def test_a_code_beside_a_success_is_kept_and_is_no_reason():
    receipt = read(MessageStatus="delivered", ErrorCode="30008")
    assert (receipt.reason, receipt.code) == (None, "30008")


def test_a_receipt_names_our_delivery_and_is_known_again():
    first, again, other = read(), read(now=2000.0), read(MessageStatus="sent")
    assert (first.ref, first.provider_id, first.at) == ("e1-42", "SM1", 1000.0)
    assert first.event_id == again.event_id == "SM1:delivered:"
    assert other.event_id != first.event_id
    assert first.raw == FORM


def test_the_carrier_s_own_time_is_kept_but_not_believed():
    receipt = read(RawDlrDoneDate="2611200930")
    assert receipt.at == 1000.0
    assert receipt.raw["RawDlrDoneDate"] == "2611200930"


def test_without_a_time_the_clock_s_is_taken(monkeypatch):
    monkeypatch.setattr("broadcaster.clock.now", lambda: 77.0)
    assert read(now=None).at == 77.0


def test_a_receipt_that_names_nothing_of_ours_is_read_all_the_same():
    assert read(url="https://mps.example.org/hooks/twilio/status").ref is None


def test_behind_a_port_the_signature_holds_with_and_without_it():
    bare, ported = "https://mps.example.org/h?d=e1-1", "https://mps.example.org:443/h?d=e1-1"
    body = urlencode(FORM).encode()
    assert receipts.read(ported, body, signature(bare, FORM), TOKEN).ref == "e1-1"
    local = "http://127.0.0.1:8025/h?d=e1-1"
    assert receipts.read(local, body, signature(local, FORM), TOKEN).ref == "e1-1"


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)


@given(st.lists(st.tuples(names.filter(lambda name: name not in FORM), names), max_size=6), st.randoms())
def test_parameters_of_tomorrow_in_any_order_are_tolerated(extra, dice):
    fields = [*FORM.items(), *extra]
    dice.shuffle(fields)
    receipt = receipts.read(URL, urlencode(fields).encode(), signature(URL, fields), TOKEN)
    assert (receipt.provider_id, receipt.status) == ("SM1", ReceiptStatus.DELIVERED)


@pytest.mark.parametrize(
    ("url", "form", "given", "token"),
    [
        (URL.replace("42", "43"), FORM, signature(URL, FORM), TOKEN),
        (URL, {**FORM, "MessageStatus": "failed"}, signature(URL, FORM), TOKEN),
        (URL, {**FORM, "More": "x"}, signature(URL, FORM), TOKEN),
        (URL, FORM, signature(URL, FORM, "another"), TOKEN),
        (URL, FORM, "", TOKEN),
        (URL, FORM, "é", TOKEN),
        (URL, FORM, signature(URL, FORM, ""), ""),
    ],
)
def test_what_twilio_did_not_sign_is_forged(url, form, given, token):
    with pytest.raises(Forged):
        receipts.read(url, urlencode(form).encode(), given, token)
    with pytest.raises(Forged):
        inbound.read(url, urlencode(form).encode(), given, token)


def test_bytes_that_are_no_form_are_forged_and_not_a_crash():
    with pytest.raises(Forged):
        receipts.read(URL, b"\xff\xfe=%zz&&&", signature(URL, FORM), TOKEN)


def test_a_text_from_a_family_is_read_as_it_was_written():
    url = "https://mps.example.org/hooks/twilio/inbound"
    form = {
        "MessageSid": "SM9",
        "From": "+16125550101",
        "To": "+16125550199",
        "Body": "¡Alto! & stop",
        "OptOutType": "stop",
    }
    text = inbound.read(url, urlencode(form).encode(), signature(url, form), TOKEN)
    assert text == inbound.Inbound("+16125550101", "+16125550199", "¡Alto! & stop", "STOP", "SM9")


def test_a_text_without_an_opt_out_has_none():
    url = "https://mps.example.org/hooks/twilio/inbound"
    form = {"MessageSid": "SM9", "From": "+16125550101", "To": "+16125550199", "Body": ""}
    assert inbound.read(url, urlencode(form).encode(), signature(url, form), TOKEN).opt_out_type == ""
