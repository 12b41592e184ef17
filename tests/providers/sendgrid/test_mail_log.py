"""The Email Logs through the real SDK: by address, with our own references, and what no answer means."""

import asyncio

import pytest

from broadcaster.providers.base import ReceiptStatus
from broadcaster.providers.errors import KeyRefused, OutcomeUnknown, ProviderError, Throttled
from broadcaster.providers.reasons import Reason
from broadcaster.providers.sendgrid.send import SendGridMail

TO = "ana@example.org"
ID = "Xj5LmNkWSOqRbdvOpR34BA.recvd-1-0"
LISTED = {"sg_message_id": ID, "to_email": TO, "subject": "Closed", "sg_message_id_created_at": "2026-11-28T10:00:05Z"}
MADE = 1795860005.0
ARGS = {"d": "e1-7", "r": "e1-3-5"}


def event(word, after, **more):
    """As the log has them: the custom_args stand apart."""
    return {"event": word, "timestamp": int(MADE) + after, "sg_event_id": word, "custom_args": ARGS, **more}


def find(vendor, answer, to=TO, since=MADE - 5):
    """What is found, and what the vendor was asked."""

    async def run():
        async with vendor(answer) as stub:
            provider = SendGridMail("SG.key", base_url=stub.url, timeout=5.0)
            return await provider.find(to, since), stub.asked

    return asyncio.run(run())


def answering(say, *events):
    """A vendor whose log has one mail with these events."""

    def answer(asked):
        if asked.method == "POST":
            return say(200, {"messages": [LISTED]})
        return say(200, {**LISTED, "custom_args": ARGS, "events": list(events)})

    return answer


def test_a_mail_is_found_by_address_and_time_and_opened_for_our_references(vendor, say):
    (found,), asked = find(vendor, answering(say, event("processed", 0), event("delivered", 3)))
    assert [(one.method, one.target) for one in asked] == [("POST", "/v3/logs"), ("GET", f"/v3/logs/{ID}")]
    assert asked[0].json["query"] == (
        f'to_email = "{TO}" AND sg_message_id_created_at >= TIMESTAMP "2026-11-28T10:00:00Z"'
    )
    assert (found.to, found.text, found.created_at) == (TO, "Closed", MADE)
    assert (found.receipt.ref, found.receipt.request, found.receipt.provider_id) == ("e1-7", "e1-3-5", ID[:22])
    assert found.receipt.status is ReceiptStatus.DELIVERED


@pytest.mark.parametrize(
    ("events", "status", "reason"),
    [
        ([], ReceiptStatus.SENT, None),
        ([event("processed", 0), event("deferred", 9)], ReceiptStatus.SENT, None),
        ([event("delivered", 0), event("processed", 0)], ReceiptStatus.DELIVERED, None),
        ([event("delivered", 2), event("open", 9)], ReceiptStatus.DELIVERED, None),
        (
            [event("bounce", 9, type="bounce", status="5.1.1"), event("delivered", 2)],
            ReceiptStatus.UNDELIVERED,
            Reason.MAILBOX_MISSING,
        ),
        ([event("dropped", 1, reason="Bounced Address")], ReceiptStatus.FAILED, Reason.SUPPRESSED),
    ],
)
def test_the_newest_event_that_moves_something_counts_and_what_is_listed_was_taken(vendor, say, events, status, reason):
    (found,), _ = find(vendor, answering(say, *events))
    assert (found.receipt.status, found.receipt.reason) == (status, reason)
    assert found.receipt.ref == "e1-7"


@pytest.mark.parametrize(
    ("status", "headers", "error"),
    [
        (403, {}, KeyRefused),
        (401, {}, KeyRefused),
        (429, {"Retry-After": "7"}, Throttled),
        (500, {}, OutcomeUnknown),
        (400, {}, OutcomeUnknown),
        (200, {}, OutcomeUnknown),  # not a word of theirs in it
    ],
)
def test_what_is_no_answer_is_told_as_such(vendor, say, status, headers, error):
    with pytest.raises(error) as raised:
        find(vendor, lambda _asked: say(status, None, headers))
    assert TO not in str(raised.value)


def test_nothing_listed_is_nothing_found(vendor, say):
    assert find(vendor, lambda _asked: say(200, {"messages": []}))[0] == []


def test_an_address_that_would_change_the_query_is_not_asked_about(vendor, say):
    with pytest.raises(ProviderError):
        find(vendor, lambda _asked: say(200, {"messages": [LISTED]}), to='a" OR "b@example.org')
