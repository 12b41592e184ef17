"""Who stands behind a channel, and that a drill reaches nobody."""

import asyncio
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.kinds import Channel
from broadcaster.providers.base import Accepted, Content, Message
from broadcaster.providers.reasons import EXPLANATIONS, Reason
from broadcaster.providers.registry import Accounts, LiveInDrill, Sandbox, build, explain, in_sandbox
from broadcaster.providers.sendgrid.send import SendGridMail
from broadcaster.providers.twilio.send import TwilioSms

LIVE = Accounts(
    status_url="https://mps.example.org/hooks/twilio/status",
    twilio_sid="AC" + "9" * 32,
    twilio_token="live-token",
    sendgrid_key="SG.live-key",
    from_name="Minneapolis Public Schools",
    reply_to="office@mps.example.org",
)


def sandbox(url="http://127.0.0.1:8026"):
    return Sandbox(url, "AC" + "0" * 32, "sandbox-token", "SG.sandbox-key")


@pytest.mark.parametrize(("channel", "vendor"), [(Channel.SMS, TwilioSms), (Channel.EMAIL, SendGridMail)])
def test_every_channel_has_its_vendor(channel, vendor):
    async def run():
        provider = build(channel, LIVE)
        await provider.close()
        return provider

    provider = asyncio.run(run())
    assert isinstance(provider, vendor)
    assert provider.channel is channel
    assert provider.connections > 0


@pytest.mark.parametrize("channel", list(Channel))
def test_a_drill_that_is_given_the_live_accounts_still_reaches_the_sandbox_alone(vendor, say, channel):
    def answer(_asked):
        return say(201, {"sid": "SM1"}) if channel is Channel.SMS else say(202, None, {"X-Message-Id": "m1"})

    async def run():
        async with vendor(answer) as stub:
            provider = build(channel, in_sandbox(LIVE, sandbox(stub.url)))
            to = "+16125550101" if channel is Channel.SMS else "ana@example.org"
            (result,) = await provider.send("x@example.org", Content("en", "A drill."), [Message("e1-1", to)], "r1")
            await provider.close()
            return result, stub.asked

    result, (asked,) = asyncio.run(run())
    assert isinstance(result, Accepted)
    everything = repr((asked.target, asked.headers, asked.body))
    assert "live" not in everything
    assert LIVE.twilio_sid not in everything


@given(st.builds(Accounts, *(st.text() for _ in range(8))))
def test_no_key_and_no_address_of_the_accounts_survives_in_a_drill(accounts):
    drill = in_sandbox(accounts, sandbox())
    for place in fields(Accounts):
        if place.name.startswith(("twilio_", "sendgrid_")):
            expected = sandbox().url if place.name.endswith("base_url") else getattr(sandbox(), place.name)
            assert getattr(drill, place.name) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1:8026",
        "https://api.twilio.com",
        "https://api.ashburn.us1.twilio.com",
        "https://API.Twilio.COM.",
        "https://twilio.com:443",
        "https://api.sendgrid.com",
        "https://api.eu.sendgrid.com",
        "https://user@api.sendgrid.com",
    ],
)
def test_a_sandbox_can_t_be_a_vendor_or_nowhere(url):
    with pytest.raises(LiveInDrill) as raised:
        sandbox(url)
    assert repr(url) in str(raised.value)


def test_a_sandbox_may_be_anywhere_else():
    assert sandbox("https://sandbox.nottwilio.com").url == "https://sandbox.nottwilio.com"


def test_keys_are_not_shown():
    assert "live" not in repr(LIVE)
    assert "sandbox-token" not in repr(sandbox())
    assert "sandbox-key" not in repr(sandbox())


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_says_what_happened_and_what_to_do(reason):
    for channel in Channel:
        said = explain(channel, reason)
        assert said == EXPLANATIONS[reason]
        assert said.happened.endswith(".")
        assert said.do.endswith(".")


def test_a_code_with_words_of_its_own_says_more_than_its_reason():
    assert "emergencies too" in explain(Channel.SMS, Reason.OPTED_OUT, "21610").happened
    assert explain(Channel.EMAIL, Reason.MAILBOX_BLOCKED, "5.2.2").happened == "The mailbox is full."
    assert "21610" in explain(Channel.EMAIL, Reason.OTHER, "21610").happened, (
        "another channel's code is not known there"
    )
