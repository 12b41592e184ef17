"""Signed events from SendGrid."""

import base64
import json

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.providers.base import ReceiptStatus
from broadcaster.providers.errors import Forged
from broadcaster.providers.reasons import Reason
from broadcaster.providers.sendgrid.errors import BOUNCES, DROPS
from broadcaster.providers.sendgrid.receipts import read

KEY = ec.generate_private_key(ec.SECP256R1())
AT = "1790000000"


def public_key(key=KEY):
    return base64.b64encode(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def sign(body, key=KEY, timestamp=AT):
    return base64.b64encode(key.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))).decode()


def event(word="delivered", **over):
    return {
        "event": word,
        "email": "ana@example.org",
        "timestamp": 1790000001,
        "sg_event_id": "ev1",
        "sg_message_id": "m1.recvd-7b-1-0.0",
        "d": "e1-42",
        "r": "r7",
        **over,
    }


def receipts_of(*events):
    body = json.dumps(events).encode()
    return read(body, sign(body), AT, public_key())


@pytest.mark.parametrize(
    ("word", "status", "reason"),
    [
        ("processed", ReceiptStatus.SENT, None),
        ("delivered", ReceiptStatus.DELIVERED, None),
        ("deferred", None, None),
        ("open", None, None),
        ("click", None, None),
        ("spamreport", None, Reason.COMPLAINT),
        ("unsubscribe", None, Reason.OPTED_OUT),
        ("group_unsubscribe", None, Reason.OPTED_OUT),
        ("group_resubscribe", None, None),
        ("a word of tomorrow", None, None),
    ],
)
def test_every_event_has_its_meaning(word, status, reason):
    (receipt,) = receipts_of(event(word))
    assert (receipt.word, receipt.status, receipt.reason) == (word, status, reason)


def test_a_receipt_names_our_delivery_and_the_request_it_went_out_in():
    (receipt,) = receipts_of(event())
    assert (receipt.ref, receipt.request, receipt.provider_id) == ("e1-42", "r7", "m1")
    assert (receipt.event_id, receipt.at) == ("ev1", 1790000002.0)
    assert receipt.raw["email"] == "ana@example.org"


@pytest.mark.parametrize("number", sorted(BOUNCES))
@pytest.mark.parametrize("kind", ["5", "4"])
def test_every_bounce_says_why(number, kind):
    (receipt,) = receipts_of(event("bounce", type="bounce", status=f"{kind}.{number}", reason="550 no"))
    assert receipt.status is ReceiptStatus.UNDELIVERED
    assert (receipt.reason, receipt.code) == (BOUNCES[number], f"{kind}.{number}")


@pytest.mark.parametrize(
    ("over", "reason"),
    [
        ({"type": "bounce", "status": "5.1.1"}, Reason.MAILBOX_MISSING),
        ({"type": "bounce", "reason": "550 5.1.1 no such user"}, Reason.MAILBOX_MISSING),
        ({"type": "bounce", "status": "", "bounce_classification": "Invalid Address"}, Reason.MAILBOX_MISSING),
        ({"type": "bounce", "status": "5.9.99"}, Reason.MAILBOX_BLOCKED),
        ({"type": "bounce"}, Reason.MAILBOX_BLOCKED),
        ({"type": "blocked", "status": "5.1.1"}, Reason.MAILBOX_BLOCKED),
        ({"type": "blocked", "status": "4.0.0"}, Reason.MAILBOX_BLOCKED),
    ],
)
def test_a_bounce_without_a_clear_cause_is_a_mail_service_that_refused(over, reason):
    (receipt,) = receipts_of(event("bounce", **over))
    assert (receipt.status, receipt.reason) == (ReceiptStatus.UNDELIVERED, reason)


@pytest.mark.parametrize(("said", "reason"), [*DROPS.items(), ("something new", Reason.OTHER)])
def test_every_drop_says_why(said, reason):
    (receipt,) = receipts_of(event("dropped", reason=said))
    assert (receipt.status, receipt.reason) == (ReceiptStatus.FAILED, reason)
    assert said.startswith(receipt.code)
    assert receipt.code


def test_an_event_without_our_marks_is_read_all_the_same(monkeypatch):
    monkeypatch.setattr("broadcaster.clock.now", lambda: 77.0)
    (receipt,) = receipts_of({"event": "delivered"})
    assert (receipt.ref, receipt.request, receipt.provider_id, receipt.at) == (None, "", "", 77.0)


def test_events_without_an_id_are_still_told_apart():
    ids = [
        receipt.event_id
        for receipt in receipts_of(
            event(sg_event_id=""),
            event(sg_event_id=""),
            event("processed", sg_event_id=""),
            event(d="e1-43", sg_event_id=""),
        )
    ]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3


def test_the_order_of_the_array_is_kept_and_what_is_no_event_is_left_out():
    found = receipts_of(event(d="e1-1"), "noise", None, event(d="e1-2"))
    assert [receipt.ref for receipt in found] == ["e1-1", "e1-2"]


@pytest.mark.parametrize("body", [b"", b"{", b"{}", b"null", b'"x"', b"[1]"])
def test_a_signed_body_that_is_no_array_of_events_gives_no_receipts(body):
    assert read(body, sign(body), AT, public_key()) == []


@given(st.binary(max_size=60))
def test_whatever_is_signed_is_read_or_forged_and_never_a_crash(body):
    try:
        assert read(body, sign(body), AT, public_key()) == []
    except Forged:
        with pytest.raises(UnicodeDecodeError):
            body.decode()


BODY = json.dumps([event()], indent=1).encode()


@pytest.mark.parametrize(
    ("body", "signature", "timestamp", "key"),
    [
        (BODY + b" ", sign(BODY), AT, public_key()),
        (json.dumps([event()]).encode(), sign(BODY), AT, public_key()),
        (BODY, sign(BODY), "1790000009", public_key()),
        (BODY, sign(BODY, ec.generate_private_key(ec.SECP256R1())), AT, public_key()),
        (BODY, "", AT, public_key()),
        (BODY, "no base64!", AT, public_key()),
        (BODY, sign(BODY), AT, ""),
        (BODY, sign(BODY), AT, "no key"),
        (b"\xff", sign(b"\xff"), AT, public_key()),
    ],
    ids=["longer", "rewritten", "other time", "other key", "unsigned", "no base64", "no key", "bad key", "no text"],
)
def test_what_sendgrid_did_not_sign_is_forged(body, signature, timestamp, key):
    with pytest.raises(Forged):
        read(body, signature, timestamp, key)


def test_the_signature_is_over_the_very_bytes():
    (receipt,) = read(BODY, sign(BODY), AT, f" {public_key()}\n")
    assert receipt.ref == "e1-42"
