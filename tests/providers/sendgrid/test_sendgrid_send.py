"""Mail through the real SDK to a vendor on loopback, and how a refused request is split."""

import asyncio
import logging
import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadcaster.providers.base import Accepted, Content, Message
from broadcaster.providers.errors import KeyRefused, OutcomeUnknown, Rejected, Throttled, Unreachable
from broadcaster.providers.reasons import Reason
from broadcaster.providers.sendgrid.errors import Faults
from broadcaster.providers.sendgrid.send import GIVE_UP_AFTER, SendGridMail

SENDER = "notices@mps.example.org"
CONTENT = Content("en", "School is closed for [[student_names]].", "Closed", "<p>Closed</p>")
GOOD, BAD = "ana@example.org", "bad@example.org"


def messages(*addresses):
    return [Message(f"e1-{n}", address, {"student_names": "Ana"}) for n, address in enumerate(addresses)]


async def send(url, *addresses, limit=5.0):
    provider = SendGridMail("SG.key", base_url=url, timeout=limit)
    try:
        return await provider.send(SENDER, CONTENT, messages(*addresses), "r7")
    finally:
        await provider.close()


def exchange(vendor, answer, *addresses, **options):
    """The results, and what the vendor was asked."""

    async def run():
        async with vendor(answer) as stub:
            return await send(stub.url, *addresses, **options), stub.asked

    return asyncio.run(run())


def addresses_of(asked):
    return [one["to"][0]["email"] for one in asked.json["personalizations"]]


def accepted(say, name="m1"):
    return say(202, None, {"X-Message-Id": name})


def error(field=None, message="no"):
    return {"errors": [{"message": message, "field": field, "help": None}]}


def test_a_request_is_one_outcome_for_all_its_mails(vendor, say):
    results, asked = exchange(vendor, lambda _asked: accepted(say), GOOD, "bo@example.org")
    assert results == [Accepted("m1"), Accepted("m1")]
    (request,) = asked
    assert (request.method, request.target) == ("POST", "/v3/mail/send")
    assert request.headers["authorization"] == "Bearer SG.key"
    assert request.headers["content-type"] == "application/json; charset=utf-8"
    assert addresses_of(request) == [GOOD, "bo@example.org"]
    assert request.json["personalizations"][0]["custom_args"] == {"d": "e1-0", "r": "r7"}


def test_no_mail_is_no_request(vendor, say):
    assert exchange(vendor, lambda _asked: accepted(say)) == ([], [])


def test_a_named_bad_address_costs_one_delivery(vendor, say):
    def answer(asked):
        places = [n for n, address in enumerate(addresses_of(asked)) if address == BAD]
        if not places:
            return accepted(say)
        return say(400, error(f"personalizations.{places[0]}.to.0.email", "Does not contain a valid address."))

    results, asked = exchange(vendor, answer, GOOD, BAD, "bo@example.org", BAD)
    bad = Rejected(Reason.INVALID_ADDRESS, "400")
    assert results == [Accepted("m1"), bad, Accepted("m1"), bad]
    assert [addresses_of(request) for request in asked] == [
        [GOOD, BAD, "bo@example.org", BAD],
        [GOOD, "bo@example.org", BAD],
        [GOOD, "bo@example.org"],
    ]


def test_a_named_fault_that_is_not_the_address_is_the_wording_s(vendor, say):
    def answer(asked):
        return accepted(say) if len(addresses_of(asked)) == 1 else say(400, error("personalizations.1.substitutions"))

    results, _ = exchange(vendor, answer, GOOD, BAD)
    assert results == [Accepted("m1"), Rejected(Reason.CONTENT_REFUSED, "400")]


@pytest.mark.parametrize("status", [400, 413])
def test_where_nobody_is_named_the_request_is_halved_until_the_bad_one_is_alone(vendor, say, status):
    def answer(asked):
        return say(status, error()) if BAD in addresses_of(asked) else accepted(say)

    results, asked = exchange(vendor, answer, *[f"family{n}@example.org" for n in range(5)], BAD)
    assert results == [*[Accepted("m1")] * 5, Rejected(Reason.CONTENT_REFUSED, str(status))]
    sent = [address for request in asked if BAD not in addresses_of(request) for address in addresses_of(request)]
    assert sorted(sent) == [f"family{n}@example.org" for n in range(5)]


def test_each_part_goes_under_a_name_of_its_own(vendor, say):
    def answer(asked):
        return say(400, error()) if BAD in addresses_of(asked) else accepted(say)

    _, asked = exchange(vendor, answer, GOOD, BAD)
    assert [request.json["personalizations"][0]["custom_args"]["r"] for request in asked] == ["r7", "r7.1", "r7.2"]


def test_a_fault_of_the_whole_request_is_not_split(vendor, say):
    results, asked = exchange(vendor, lambda _asked: say(400, error("content.0.value")), GOOD, BAD)
    assert results == [Rejected(Reason.CONTENT_REFUSED, "400")] * 2
    assert len(asked) == 1


def test_a_name_beyond_the_request_names_nobody(vendor, say):
    results, asked = exchange(vendor, lambda _asked: say(400, error("personalizations.9.to.0.email")), GOOD)
    assert results == [Rejected(Reason.CONTENT_REFUSED, "400")]
    assert len(asked) == 1


def test_an_unknown_part_stops_the_splitting_and_the_rest_goes_back(vendor, say):
    def answer(asked):
        found = addresses_of(asked)
        return say(400, error()) if len(found) == 4 else say(500, error()) if GOOD in found else accepted(say)

    results, asked = exchange(vendor, answer, GOOD, "bo@example.org", "cy@example.org", "di@example.org")
    assert results[:2] == [OutcomeUnknown("HTTP 500", "r7.1")] * 2
    assert all(isinstance(result, Unreachable) for result in results[2:])
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("status", "body", "names"),
    [
        (401, error(message="The provided authorization grant is invalid"), "SENDGRID_API_KEY"),
        (401, error(message="Maximum credits exceeded"), "used up"),
        (403, error("from", "The from address does not match a verified Sender Identity"), "email senders"),
        (400, error("from.email", "does not contain a valid address"), "email senders"),
        (404, None, "SENDGRID_BASE_URL"),
        (405, b"<html>", "SENDGRID_BASE_URL"),
    ],
)
def test_what_is_wrong_with_the_account_is_never_held_against_a_mail(vendor, say, status, body, names):
    (first, second), asked = exchange(vendor, lambda _asked: say(status, body), GOOD, BAD)
    assert isinstance(first, KeyRefused)
    assert names in first.say
    assert second == first
    assert len(asked) == 1


def test_too_many_requests_are_throttled(vendor, say):
    (result,), _ = exchange(vendor, lambda _asked: say(429, error(), {"Retry-After": "3"}), GOOD)
    assert result == Throttled(3.0, "429")


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_an_error_of_the_vendor_s_own_may_have_been_sent(vendor, say, status):
    (result,), _ = exchange(vendor, lambda _asked: say(status, error()), GOOD)
    assert result == OutcomeUnknown(f"HTTP {status}", "r7")


def test_only_a_202_is_an_acceptance(vendor, say):
    (result,), _ = exchange(vendor, lambda _asked: say(200, {"hello": "captive portal"}), GOOD)
    assert result == OutcomeUnknown("HTTP 200", "r7")


def test_a_connection_cut_after_the_request_leaves_the_outcome_unknown(vendor, say):
    (result,), _ = exchange(vendor, lambda _asked: say(cut=True), GOOD)
    assert isinstance(result, OutcomeUnknown)


def test_an_answer_that_breaks_off_leaves_the_outcome_unknown(vendor, say):
    (result,), _ = exchange(vendor, lambda _asked: say(202, b"x", breaks_off=True), GOOD)
    assert isinstance(result, OutcomeUnknown)


def test_silence_leaves_the_outcome_unknown(vendor, say):
    (result,), _ = exchange(vendor, lambda _asked: say(silent=True), GOOD, limit=0.2)
    assert isinstance(result, OutcomeUnknown)


def test_a_closed_door_means_that_nothing_was_sent():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        (result,) = asyncio.run(send(f"http://127.0.0.1:{taken.getsockname()[1]}", GOOD))
    assert result == Unreachable("ConnectionRefusedError")


def test_one_mail_is_not_asked_for():
    provider = SendGridMail("SG.key")
    with pytest.raises(NotImplementedError):
        asyncio.run(provider.fetch("m1"))


def test_nothing_personal_is_logged_at_any_level(vendor, say, caplog):
    caplog.set_level(logging.DEBUG)
    invalid = say(400, error("personalizations.0.to.0.email", f"{GOOD} is invalid"))
    for answer in (accepted(say), invalid, say(500, error(message=GOOD)), say(cut=True)):
        exchange(vendor, lambda _asked, answer=answer: answer, GOOD)
    for personal in (GOOD, "Ana", "School is closed", "SG.key", SENDER):
        assert personal not in caplog.text


class Stern:
    """Stands in for the wire: refuses every request with a bad mail in it, naming the first bad ones or nobody."""

    def __init__(self, bad, names):
        self.bad, self.names = bad, names
        self.taken, self.requests = [], []

    def post(self, body):
        refs = [one["custom_args"]["d"] for one in body["personalizations"]]
        self.requests.append(body["personalizations"][0]["custom_args"]["r"])
        places = [place for place, ref in enumerate(refs) if ref in self.bad]
        if places:
            return Faults("400", dict.fromkeys(places[: self.names], Reason.INVALID_ADDRESS))
        self.taken += refs
        return Accepted("m1")


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 40), st.data(), st.integers(0, 3))
def test_whoever_is_good_is_sent_once_and_whoever_is_bad_is_rejected(size, data, names):
    sent = messages(*[f"family{n}@example.org" for n in range(size)])
    bad = data.draw(st.sets(st.sampled_from([message.ref for message in sent]), max_size=GIVE_UP_AFTER - 1))
    provider, wire = SendGridMail("SG.key"), Stern(bad, names)
    provider._http = wire
    results = asyncio.run(provider.send(SENDER, CONTENT, sent, "r7"))
    for message, result in zip(sent, results, strict=True):
        assert isinstance(result, Rejected if message.ref in bad else Accepted)
    assert sorted(wire.taken) == sorted(message.ref for message in sent if message.ref not in bad)
    assert len(wire.requests) == len(set(wire.requests))


def test_a_vendor_that_refuses_everybody_and_names_nobody_is_not_asked_a_thousand_times():
    sent = messages(*[f"family{n}@example.org" for n in range(1000)])
    provider, wire = SendGridMail("SG.key"), Stern({message.ref for message in sent}, 0)
    provider._http = wire
    results = asyncio.run(provider.send(SENDER, CONTENT, sent, "r7"))
    assert [type(result) for result in results] == [Rejected] * GIVE_UP_AFTER + [KeyRefused] * (1000 - GIVE_UP_AFTER)
    assert len(wire.requests) < 50
