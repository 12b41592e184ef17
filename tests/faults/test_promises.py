"""The judge of a run: each promise that is broken is seen."""

import dataclasses
from typing import Any

import pytest

from tests.faults.promises import Seen, judge

PHONE, MAIL = "+16125550101", "adult@example.org"


def row(address: str, **other: str) -> dict[str, str]:
    """A row of the report, of a delivery that was delivered."""
    channel = "email" if "@" in address else "sms"
    return {
        "channel": channel,
        "address": address,
        "status": "delivered",
        "reason": "",
        "resends": "0",
        "explanation": "Delivered.",
        **other,
    }


def message(address: str, delivery: int) -> dict[str, Any]:
    """A message at the vendor."""
    if "@" in address:
        return {"channel": "email", "to": address, "reference": {"d": f"abc-{delivery}", "r": "abc-1-1"}}
    return {"channel": "sms", "to": address, "reference": f"http://127.0.0.1/status?d=abc-{delivery}"}


GOOD = Seen(
    addresses=frozenset({PHONE, MAIL}),
    rows={1: [row(PHONE), row(MAIL)], 2: [row(PHONE), row(MAIL)]},
    messages=[message(PHONE, 1), message(MAIL, 2), message(PHONE, 3), message(MAIL, 4)],
    events_lost=False,
    silence=2.0,
)


def with_row(address: str, **other: str) -> Seen:
    """A good run but for one row of the second broadcast."""
    rows = [row(one, **other) if one == address else row(one) for one in (PHONE, MAIL)]
    return dataclasses.replace(GOOD, rows={**GOOD.rows, 2: rows})


def with_messages(*messages: dict[str, Any], of: Seen = GOOD) -> Seen:
    """A run in which the vendors took more."""
    return dataclasses.replace(of, messages=[*of.messages, *messages])


def test_a_good_run_breaks_nothing() -> None:
    verdict = judge(GOOD)
    assert verdict.broken == ()
    assert (verdict.deliveries, verdict.twice, verdict.lost) == (4, 0, 0)


def test_mail_that_the_ledger_resent_may_come_twice_and_no_oftener() -> None:
    resent = with_row(MAIL, resends="1")
    assert judge(with_messages(message(MAIL, 4), of=resent)).broken == ()
    assert judge(with_messages(message(MAIL, 4), message(MAIL, 4), of=resent)).twice == 1


def test_a_text_never_comes_twice_whatever_the_ledger_says() -> None:
    verdict = judge(with_messages(message(PHONE, 3), of=with_row(PHONE, resends="1")))
    assert verdict.twice == 1
    assert PHONE in verdict.broken[0]


def test_a_delivery_that_never_came_is_lost() -> None:
    verdict = judge(dataclasses.replace(GOOD, messages=GOOD.messages[1:]))
    assert verdict.lost == 1
    assert PHONE in verdict.broken[0]


@pytest.mark.parametrize("status", ["queued", "sending", "sent", "failed", "cancelled"])
def test_a_text_ends_delivered(status: str) -> None:
    assert judge(with_row(PHONE, status=status)).broken


def test_mail_stays_sent_only_where_its_events_were_lost() -> None:
    sent = with_row(MAIL, status="sent")
    assert judge(sent).broken
    assert judge(dataclasses.replace(sent, events_lost=True)).broken == ()


def test_mail_stays_unknown_only_without_a_policy_for_its_silence() -> None:
    unknown = with_row(MAIL, status="unknown", explanation="It is not known whether it was sent.")
    assert judge(unknown).broken
    assert judge(dataclasses.replace(unknown, silence=0.0)).broken == ()
    assert judge(dataclasses.replace(unknown, silence=0.0)).unknown == 1


def test_what_came_is_not_counted_as_failed() -> None:
    assert any("1" in line and "knows" in line for line in judge(with_row(MAIL, status="failed")).broken)


def test_every_address_is_planned_once_in_each_broadcast() -> None:
    rows = {1: [row(PHONE), row(MAIL)], 2: [row(PHONE)]}
    assert any(MAIL in line for line in judge(dataclasses.replace(GOOD, rows=rows, messages=GOOD.messages[:3])).broken)
