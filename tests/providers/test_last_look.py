"""A request is not written any more once somebody else may be asking about it, however late that turns out."""

import asyncio

from broadcaster.providers.base import Accepted, Content, Message
from broadcaster.providers.errors import Unreachable
from broadcaster.providers.sendgrid.send import SendGridMail
from broadcaster.providers.twilio.send import TwilioSms

TOO_LATE = Unreachable("it was too late to write it")
CONTENT = Content("en", "School is open.", subject="School", html="<p>School is open.</p>")


def texts(url, may_write):
    return TwilioSms("AC" + "1" * 32, "token", "https://mps.example.org/status", base_url=url, may_write=may_write)


def mail(url, may_write):
    return SendGridMail("SG.made-up", base_url=url, may_write=may_write)


def first_looks(*answers):
    """Answers so the first times it is asked, and no from then on."""
    left = list(answers)
    return lambda: left.pop(0) if left else False


def sent(vendor, answer, made, may_write, messages, rounds=1):
    """The results of each round, and what the vendor heard."""

    async def run():
        async with vendor(lambda _asked: answer) as stub:
            provider = made(stub.url, may_write)
            try:
                results = [await provider.send("a-sender", CONTENT, messages, "r1") for _ in range(rounds)]
            finally:
                await provider.close()
            return results, stub

    return asyncio.run(run())


def test_a_text_is_not_written_though_its_connection_was_made(vendor, say):
    (results,), stub = sent(vendor, say(201, {"sid": "SM1"}), texts, lambda: False, [Message("e-1", "+16125550101")])
    assert results == [TOO_LATE]
    assert (stub.asked, stub.connections) == ([], 1)


def test_a_connection_that_was_not_written_to_serves_the_next_text(vendor, say):
    rounds, stub = sent(
        vendor, say(201, {"sid": "SM1"}), texts, first_looks(False, True), [Message("e-1", "+16125550101")], rounds=2
    )
    assert rounds == [[TOO_LATE], [Accepted("SM1")]]
    assert (len(stub.asked), stub.connections) == (1, 1)


def test_the_parts_of_a_split_mail_request_are_looked_at_one_by_one(vendor, say):
    """The parts of a big request may take minutes: a lease can run out between them."""
    too_big = say(413, {"errors": [{"message": "too big"}]})
    people = [Message(f"e-{n}", f"family{n}@example.org") for n in range(4)]
    (results,), stub = sent(vendor, too_big, mail, first_looks(True), people)
    assert results == [TOO_LATE] * 4
    assert len(stub.asked) == 1
