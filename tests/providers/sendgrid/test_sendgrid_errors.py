"""Whatever a mail server says of a mail that came back, staff get a cause."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.kinds import Channel
from broadcaster.providers.reasons import EXPLANATIONS, Kind, Reason
from broadcaster.providers.registry import explain
from broadcaster.providers.sendgrid.errors import BOUNCES, WORDS, bounce_reason

#: the registry "Simple Mail Transfer Protocol (SMTP) Enhanced Status Codes" of IANA, by subject: how many details
REGISTERED = {"1": 11, "2": 5, "3": 7, "4": 8, "5": 7, "6": 11, "7": 31}


def bounced(status: str = "", reason: str = "", kind: str = "bounce") -> Reason:
    return bounce_reason({"event": "bounce", "type": kind, "status": status, "reason": reason})


@pytest.mark.parametrize(
    "code", [f"{subject}.{detail}" for subject, many in REGISTERED.items() for detail in range(many)]
)
@pytest.mark.parametrize("severity", ["4", "5"])
def test_every_registered_status_code_has_a_cause(severity: str, code: str) -> None:
    assert code in BOUNCES
    assert bounced(f"{severity}.{code}") is BOUNCES[code]


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("550 5.1.1 no such user here", Reason.MAILBOX_MISSING),
        ("452 4.2.2 over quota", Reason.MAILBOX_FULL),
        ("552 mailbox quota exceeded", Reason.MAILBOX_FULL),
        ("421 try again later", Reason.UNAVAILABLE),
        ("550 go away", Reason.MAILBOX_BLOCKED),
        ("550 5.3.99 a code of tomorrow", Reason.UNAVAILABLE),
        ("550 5.1.99 a code of tomorrow", Reason.MAILBOX_BLOCKED),
        ("no code at all", Reason.MAILBOX_BLOCKED),
    ],
)
def test_a_reply_without_a_status_is_read_by_its_own_words(reply: str, reason: Reason) -> None:
    assert bounced(reason=reply) is reason


@pytest.mark.parametrize("status", ["5.1.1", "5.1.2", "5.7.17"])
def test_a_block_never_says_that_the_address_is_dead(status: str) -> None:
    assert bounced(status, kind="blocked") is Reason.MAILBOX_BLOCKED
    assert EXPLANATIONS[bounced(status)].kind is Kind.ADDRESS


def test_a_block_that_is_our_fault_says_so() -> None:
    assert bounced("5.7.26", kind="blocked") is Reason.UNREGISTERED_SENDER


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_comes_has_a_cause(status: str, reason: str) -> None:
    assert bounced(status, reason) in Reason


def test_words_of_a_code_are_for_codes_of_the_table() -> None:
    assert set(WORDS) <= set(BOUNCES)


@pytest.mark.parametrize("channel", Channel)
def test_a_code_that_nobody_knows_is_named_and_has_a_sentence(channel: Channel) -> None:
    said = explain(channel, Reason.OTHER, "39999")
    assert said.happened == "It did not arrive; the vendor says only 39999."
    assert said.do.startswith("Call")


def test_every_kind_says_on_whose_side_it_lies() -> None:
    assert all(kind.side for kind in Kind)
    assert Kind.ACCOUNT.side == "our side"
