"""Texts through the real SDK to a vendor on loopback."""

import asyncio
import logging
import socket
from base64 import b64encode
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import parse_qsl

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster import clock
from broadcaster.providers.base import Accepted, Content, Message, ReceiptStatus
from broadcaster.providers.errors import KeyRefused, OutcomeUnknown, Rejected, Throttled, Unreachable
from broadcaster.providers.reasons import Reason
from broadcaster.providers.twilio.client import NEVER_WRITTEN, _form
from broadcaster.providers.twilio.send import TwilioSms

SID = "AC" + "1" * 32
SENDER = "+16125550199"
PHONE = "+16125550101"
STATUS_URL = "https://mps.example.org/hooks/twilio/status"
CONTENT = Content("en", "[[student_names]]: school starts two hours late.")
MESSAGE = Message("e1-7", PHONE, {"student_names": "Ana & Luis"})
NOON = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


def made(sid="SM1", **over):
    return {
        "sid": sid,
        "status": "queued",
        "to": PHONE,
        "body": "hello",
        "error_code": None,
        "date_created": format_datetime(NOON),
        "date_updated": format_datetime(NOON),
        **over,
    }


async def send(url, *messages, content=CONTENT, **options):
    provider = TwilioSms(SID, "token", STATUS_URL, base_url=url, **options)
    try:
        return await provider.send(SENDER, content, messages or (MESSAGE,), "r1")
    finally:
        await provider.close()


def outcome(vendor, answer, **options):
    async def run():
        async with vendor(lambda _asked: answer) as stub:
            (result,) = await send(stub.url, **options)
        return result

    return asyncio.run(run())


def test_a_text_goes_out_with_its_family_s_words_and_its_own_callback_address(vendor, say):
    async def run():
        async with vendor(lambda _asked: say(201, made())) as stub:
            assert await send(stub.url) == [Accepted("SM1")]
            return stub.asked

    (asked,) = asyncio.run(run())
    assert (asked.method, asked.target) == ("POST", f"/2010-04-01/Accounts/{SID}/Messages.json")
    assert asked.form == {
        "To": PHONE,
        "From": SENDER,
        "Body": "Ana & Luis: school starts two hours late.",
        "StatusCallback": f"{STATUS_URL}?d=e1-7",
    }
    assert asked.headers["authorization"] == "Basic " + b64encode(f"{SID}:token".encode()).decode()
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert asked.headers["accept-encoding"] == "identity"
    assert asked.headers["user-agent"].startswith("twilio-python/")


def test_a_base_url_holds_whatever_host_the_sdk_would_choose(vendor, say, monkeypatch):
    monkeypatch.setenv("TWILIO_EDGE", "ashburn")
    monkeypatch.setenv("TWILIO_REGION", "us1")
    assert outcome(vendor, say(201, made())) == Accepted("SM1")


@pytest.mark.parametrize(
    ("left", "validity"),
    [(4 * 3600.0, "14400"), (3600.9, "3600"), (24 * 3600.0, "36000"), (60.0, "900"), (-60.0, "900"), (None, None)],
)
def test_a_text_waits_at_the_vendor_no_longer_than_it_is_worth_sending(vendor, say, monkeypatch, left, validity):
    """Within what Twilio takes, 1 to 36,000 seconds; one without an end stays at Twilio's own ten hours."""
    monkeypatch.setattr(clock, "now", NOON.timestamp)
    until = None if left is None else NOON.timestamp() + left

    async def run():
        async with vendor(lambda _asked: say(201, made())) as stub:
            await send(stub.url, content=Content("en", "Go home.", worth_until=until))
            return stub.asked[0].form

    assert asyncio.run(run()).get("ValidityPeriod") == validity


def test_any_wording_arrives_as_it_was_written(vendor, say):
    text = "Iskuulku wuu xidhan yahay: 50% + «ñ» ¿? é\n& = ; 雪 🎒"

    async def run():
        async with vendor(lambda _asked: say(201, made())) as stub:
            provider = TwilioSms(SID, "token", STATUS_URL, base_url=stub.url)
            await provider.send(SENDER, Content("so", text), [MESSAGE], "r1")
            await provider.close()
            return stub.asked[0].form["Body"]

    assert asyncio.run(run()) == text


@given(st.dictionaries(st.sampled_from(["To", "StatusCallback", "From", "Body"]), st.text(min_size=1), min_size=1))
def test_any_field_is_quoted_so_that_it_reads_back(fields):
    assert dict(parse_qsl(_form(fields).decode(), strict_parsing=True)) == fields


def test_one_connection_serves_many_texts(vendor, say):
    async def run():
        async with vendor(lambda _asked: say(201, made())) as stub:
            await send(stub.url, *[Message(f"e1-{n}", PHONE) for n in range(20)])
            return len(stub.asked), stub.connections

    assert asyncio.run(run()) == (20, 1)


def test_each_result_stands_for_its_own_message(vendor, say):
    def answer(asked):
        if asked.form["To"] == PHONE:
            return say(201, made())
        return say(400, {"code": 21211, "message": "Invalid 'To' Phone Number", "status": 400})

    async def run():
        async with vendor(answer) as stub:
            return await send(stub.url, Message("e1-1", "+16125550180"), MESSAGE)

    assert asyncio.run(run()) == [Rejected(Reason.INVALID_NUMBER, "21211"), Accepted("SM1")]


def test_too_many_requests_are_throttled_for_as_long_as_the_vendor_says(vendor, say):
    answer = say(429, {"code": 20429, "message": "Too many requests", "status": 429}, {"Retry-After": "7"})
    assert outcome(vendor, answer) == Throttled(7.0, "20429")


def test_a_full_queue_is_throttled_and_not_rejected(vendor, say):
    assert outcome(vendor, say(400, {"code": 21611, "message": "full", "status": 400})) == Throttled(None, "21611")


@pytest.mark.parametrize(
    ("status", "code", "names"),
    [
        (401, 20003, "TWILIO_AUTH_TOKEN"),
        (401, None, "TWILIO_AUTH_TOKEN"),
        (403, 20005, "suspended"),
        (404, 20404, "TWILIO_ACCOUNT_SID"),
        (400, 21606, "senders"),
        (400, 21609, "PUBLIC_BASE_URL"),
        (405, None, "TWILIO_BASE_URL"),
    ],
)
def test_what_is_wrong_with_the_account_is_never_held_against_a_message(vendor, say, status, code, names):
    body = {"code": code, "message": "no", "status": status} if code else b"<html>no</html>"
    result = outcome(vendor, say(status, body))
    assert isinstance(result, KeyRefused)
    assert names in result.say


def test_an_error_of_the_vendor_s_own_may_have_been_sent(vendor, say):
    assert outcome(vendor, say(500, {"code": 20500, "message": "oops", "status": 500})) == OutcomeUnknown("HTTP 500")


def test_a_redirect_is_not_followed_with_the_key(vendor, say):
    assert outcome(vendor, say(307, None, {"Location": "/elsewhere"})) == OutcomeUnknown("HTTP 307")


def test_a_connection_cut_after_the_request_leaves_the_outcome_unknown(vendor, say):
    assert isinstance(outcome(vendor, say(cut=True)), OutcomeUnknown)


def test_an_answer_that_breaks_off_leaves_the_outcome_unknown(vendor, say):
    assert isinstance(outcome(vendor, say(201, b"{}", breaks_off=True)), OutcomeUnknown)


def test_an_answer_that_can_t_be_read_leaves_the_outcome_unknown(vendor, say):
    assert isinstance(outcome(vendor, say(201, b"<html>")), OutcomeUnknown)
    assert isinstance(outcome(vendor, say(201, {"status": "queued"})), OutcomeUnknown)
    assert isinstance(outcome(vendor, say(201, ["SM1"])), OutcomeUnknown)
    assert isinstance(outcome(vendor, say(201, {"sid": None})), OutcomeUnknown)


def test_silence_leaves_the_outcome_unknown(vendor, say):
    result = outcome(vendor, say(silent=True), time_limits=aiohttp.ClientTimeout(total=0.2, connect=0.1))
    assert isinstance(result, OutcomeUnknown)


def test_a_closed_door_means_that_nothing_was_sent():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        port = taken.getsockname()[1]
        (result,) = asyncio.run(send(f"http://127.0.0.1:{port}"))
    assert isinstance(result, Unreachable)


def test_a_text_that_found_no_free_connection_was_never_written(vendor, say):
    async def run():
        async with vendor(lambda _asked: say(silent=True)) as stub:
            limits = aiohttp.ClientTimeout(total=1.0, connect=0.2)
            provider = TwilioSms(SID, "token", STATUS_URL, base_url=stub.url, connections=1, time_limits=limits)
            holds = asyncio.create_task(provider.send(SENDER, CONTENT, [MESSAGE], "r1"))
            await stub.heard.wait()
            (waits,) = await provider.send(SENDER, CONTENT, [MESSAGE], "r2")
            (held,) = await holds
            await provider.close()
            return waits, held, len(stub.asked)

    waits, held, asked = asyncio.run(run())
    assert isinstance(waits, Unreachable)
    assert isinstance(held, OutcomeUnknown)
    assert asked == 1


@pytest.mark.parametrize(
    "error", [aiohttp.ClientConnectorDNSError, aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError]
)
def test_no_name_or_no_trust_means_no_connection(error):
    assert issubclass(error, NEVER_WRITTEN)


def test_a_cancelled_send_is_cancelled(vendor, say):
    async def run():
        async with vendor(lambda _asked: say(silent=True)) as stub:
            sending = asyncio.create_task(send(stub.url))
            await stub.heard.wait()
            sending.cancel()
            with pytest.raises(asyncio.CancelledError):
                await sending

    asyncio.run(run())


async def ask(url, question):
    provider = TwilioSms(SID, "token", STATUS_URL, base_url=url)
    try:
        return await question(provider)
    finally:
        await provider.close()


def listing(items, following=None):
    return {"messages": items, "page": 0, "page_size": 50, "next_page_uri": following, "uri": "/x"}


def test_find_reads_page_by_page_until_it_is_old_enough_and_returns_the_oldest_first(vendor, say):
    noon = NOON.timestamp()
    times = [noon + 30, noon + 20, noon, noon - 10, noon - 20]
    items = [
        made(f"SM{n}", body=f"text {n}", date_created=format_datetime(datetime.fromtimestamp(t, UTC)))
        for n, t in enumerate(times)
    ]

    def answer(asked):
        if "Page" in asked.query:
            return say(200, listing(items[2:]))
        return say(200, listing(items[:2], f"/2010-04-01/Accounts/{SID}/Messages.json?Page=1&PageToken=x"))

    async def run():
        async with vendor(answer) as stub:
            found = await ask(stub.url, lambda provider: provider.find(PHONE, noon + 0.7))
            return found, stub.asked

    found, asked = asyncio.run(run())
    assert [(item.provider_id, item.text, item.created_at) for item in found] == [
        ("SM2", "text 2", noon),
        ("SM1", "text 1", noon + 20),
        ("SM0", "text 0", noon + 30),
    ]
    assert found[0].receipt.word == "queued"
    assert asked[0].query == {"To": [PHONE], "PageSize": ["50"]}
    assert len(asked) == 2


def test_a_listed_message_without_a_time_is_not_taken_for_absent(vendor, say):
    async def run():
        async with vendor(lambda _asked: say(200, listing([made(date_created=None)]))) as stub:
            return await ask(stub.url, lambda provider: provider.find(PHONE, 100.0))

    assert [item.created_at for item in asyncio.run(run())] == [100.0]


def test_a_question_that_was_not_answered_is_not_an_empty_answer(vendor, say):
    async def run(answer):
        async with vendor(lambda _asked: answer) as stub:
            return await ask(stub.url, lambda provider: provider.find(PHONE, 0.0))

    for answer, error in [
        (say(500, {}), OutcomeUnknown),
        (say(401, {"code": 20003}), KeyRefused),
        (say(429, {"code": 20429}), Throttled),
        (say(200, b"<html>"), OutcomeUnknown),
        (say(200, {"nothing": "here", "of": "use"}), OutcomeUnknown),
    ]:
        with pytest.raises(error):
            asyncio.run(run(answer))


def test_fetch_tells_what_became_of_a_message(vendor, say):
    async def run():
        async with vendor(lambda _asked: say(200, made(status="undelivered", error_code=30005))) as stub:
            receipt = await ask(stub.url, lambda provider: provider.fetch("SM1"))
            return receipt, stub.asked[0].target

    receipt, target = asyncio.run(run())
    assert target == f"/2010-04-01/Accounts/{SID}/Messages/SM1.json"
    assert (receipt.status, receipt.reason, receipt.code) == (ReceiptStatus.UNDELIVERED, Reason.INVALID_NUMBER, "30005")
    assert (receipt.provider_id, receipt.ref, receipt.at) == ("SM1", None, NOON.timestamp())
    assert receipt.event_id == "SM1:undelivered:30005"


def test_fetch_of_a_message_the_vendor_does_not_have_is_rejected(vendor, say):
    async def run():
        async with vendor(lambda _asked: say(404, {"code": 20404, "message": "not found", "status": 404})) as stub:
            await ask(stub.url, lambda provider: provider.fetch("SM1"))

    with pytest.raises(Rejected):
        asyncio.run(run())


def test_nothing_personal_is_logged_at_any_level(vendor, say, caplog):
    caplog.set_level(logging.DEBUG)
    invalid = say(400, {"code": 21211, "message": f"Invalid {PHONE}"})
    for answer in (say(201, made()), invalid, say(500, {}), say(cut=True)):
        outcome(vendor, answer)

    async def asks():
        async with vendor(lambda _asked: say(200, listing([made()]))) as stub:
            await ask(stub.url, lambda provider: provider.find(PHONE, 0.0))

    asyncio.run(asks())
    for personal in (PHONE, PHONE[1:], "Ana", "two hours late", "token", SENDER[1:]):
        assert personal not in caplog.text
