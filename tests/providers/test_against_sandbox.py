"""Both providers against the sandbox: out through the SDKs, back through signed callbacks."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import ClientSession, web
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from broadcaster import clock
from broadcaster.kinds import Channel
from broadcaster.providers.base import Accepted, Content, Message, Provider, Receipt, ReceiptStatus
from broadcaster.providers.errors import KeyRefused, OutcomeUnknown, ProviderError, Rejected, Throttled
from broadcaster.providers.reasons import Reason
from broadcaster.providers.registry import Accounts, Sandbox, build, in_sandbox
from broadcaster.providers.sendgrid import receipts as mail_receipts
from broadcaster.providers.twilio import receipts as text_receipts
from broadcaster.sandbox.app import make_app
from broadcaster.sandbox.faults import Faults
from broadcaster.sandbox.options import Options

SID, TOKEN, MAIL_KEY = "AC" + "0" * 32, "sandbox-token", "SG.sandbox-key"
PHONE, MAILBOX = "+16125550101", "ana@example.org"
SENDERS = {Channel.SMS: "+16125550199", Channel.EMAIL: "notices@mps.example.org"}
CONTENT = Content(
    "en", "[[student_names]]: school is closed.", "For [[student_names]]", "<p>[[student_names]]: closed.</p>"
)
KEY = ec.generate_private_key(ec.SECP256R1())
PUBLIC_KEY = base64.b64encode(KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


@dataclass
class House:
    """Our side of the callbacks: reads each receipt as the webhooks do."""

    url: str = ""
    vendor_url: str = ""
    receipts: list[Receipt] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def texts(self, request: web.Request) -> web.Response:
        signature = request.headers["X-Twilio-Signature"]
        self._keep(text_receipts.read(f"{self.url}{request.path_qs}", await request.read(), signature, TOKEN))
        return web.Response()

    async def mails(self, request: web.Request) -> web.Response:
        signature = request.headers["X-Twilio-Email-Event-Webhook-Signature"]
        timestamp = request.headers["X-Twilio-Email-Event-Webhook-Timestamp"]
        self._keep(*mail_receipts.read(await request.read(), signature, timestamp, PUBLIC_KEY))
        return web.Response()

    def _keep(self, *receipts: Receipt) -> None:
        self.receipts += receipts
        self.came.set()

    async def until(self, done: Callable[[list[Receipt]], bool]) -> list[Receipt]:
        """The receipts so far, once they satisfy `done`; TimeoutError after 10 s."""
        async with asyncio.timeout(10):
            while not done(self.receipts):
                self.came.clear()
                await self.came.wait()
        return self.receipts


@asynccontextmanager
async def served(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def world(
    channel: Channel, key: str = MAIL_KEY, token: str = TOKEN, **faults
) -> AsyncIterator[tuple[Provider, House]]:
    """A provider that talks to a sandbox, and the house that it calls back."""
    house = House()
    hooks = web.Application()
    hooks.add_routes([web.post("/texts", house.texts), web.post("/mails", house.mails)])
    async with served(hooks) as house.url:
        options = Options(
            SID,
            TOKEN,
            MAIL_KEY,
            events_url=f"{house.url}/mails",
            events_key=KEY,
            faults=Faults(callback_delay=0, **faults),
        )
        async with served(make_app(options)) as house.vendor_url:
            accounts = Accounts(status_url=f"{house.url}/texts", from_name="Minneapolis Public Schools")
            provider = build(channel, in_sandbox(accounts, Sandbox(house.vendor_url, SID, token, key)))
            try:
                yield provider, house
            finally:
                await provider.close()


def messages(*addresses):
    return [Message(f"e1-{n}", to, {"student_names": "Ana & Luis"}) for n, to in enumerate(addresses)]


async def send(provider, *addresses, request="r7"):
    return await provider.send(SENDERS[provider.channel], CONTENT, messages(*addresses), request)


def first_result(channel: Channel, address: str, **faults):
    async def run():
        async with world(channel, **faults) as (provider, _):
            (result,) = await send(provider, address)
            return result

    return asyncio.run(run())


def test_a_text_is_sent_delivered_and_found_again():
    async def run():
        async with world(Channel.SMS) as (provider, house):
            (result,) = await send(provider, PHONE)
            said = await house.until(lambda all_: any(one.status is ReceiptStatus.DELIVERED for one in all_))
            found = await provider.find(PHONE, 0.0)
            return result, list(said), found, await provider.fetch(result.provider_id)

    result, said, (found,), fetched = asyncio.run(run())
    assert isinstance(result, Accepted)
    assert {(one.ref, one.provider_id) for one in said} == {("e1-0", result.provider_id)}
    assert ReceiptStatus.SENT in [one.status for one in said]
    assert (found.provider_id, found.to, found.text) == (result.provider_id, PHONE, "Ana & Luis: school is closed.")
    assert fetched.status is ReceiptStatus.DELIVERED


@pytest.mark.parametrize("left", [-60.0, 90.0, 4 * 3600.0, 24 * 3600.0])
def test_the_vendor_takes_a_text_however_long_it_is_still_worth_sending(left):
    async def run():
        async with world(Channel.SMS) as (provider, _):
            content = Content("en", "School is closed.", worth_until=clock.now() + left)
            (result,) = await provider.send(SENDERS[Channel.SMS], content, messages(PHONE), "r7")
            return result

    assert isinstance(asyncio.run(run()), Accepted)


def test_a_mail_is_processed_and_delivered_for_each_recipient():
    async def run():
        async with world(Channel.EMAIL) as (provider, house):
            results = await send(provider, MAILBOX, "bo@example.org")
            said = await house.until(lambda all_: sum(one.status is ReceiptStatus.DELIVERED for one in all_) == 2)
            return results, list(said)

    results, said = asyncio.run(run())
    assert results[0] == results[1]
    assert isinstance(results[0], Accepted)
    assert {one.ref for one in said} == {"e1-0", "e1-1"}
    assert {(one.provider_id, one.request) for one in said} == {(results[0].provider_id, "r7")}
    assert len({one.event_id for one in said}) == len(said) == 4


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        ("80", Rejected(Reason.INVALID_NUMBER, "21211")),
        ("81", Rejected(Reason.NO_ROUTE, "21408")),
        ("82", Rejected(Reason.OPTED_OUT, "21610")),
        ("83", Throttled(None, "21611")),
        ("84", Rejected(Reason.NO_ROUTE, "21612")),
        ("85", Rejected(Reason.NOT_A_MOBILE, "21614")),
        ("86", Rejected(Reason.NOT_A_MOBILE, "21635")),
    ],
)
def test_a_magic_number_is_refused_as_the_vendor_would(ending, expected):
    result = first_result(Channel.SMS, f"+161255501{ending}")
    if isinstance(result, Throttled):
        result.retry_after = None
    assert result == expected


@pytest.mark.parametrize(
    ("ending", "reason"),
    [
        ("87", Reason.HANDSET_UNREACHABLE),
        ("88", Reason.BLOCKED_BY_CARRIER),
        ("89", Reason.INVALID_NUMBER),
        ("90", Reason.NOT_A_MOBILE),
        ("91", Reason.FILTERED),
        ("92", Reason.OTHER),
        ("93", Reason.UNREGISTERED_SENDER),
        ("94", Reason.UNREGISTERED_SENDER),
        ("95", Reason.EXPIRED),
    ],
)
def test_a_magic_number_fails_later_as_the_vendor_would(ending, reason):
    async def run():
        async with world(Channel.SMS) as (provider, house):
            (result,) = await send(provider, f"+161255501{ending}")
            assert isinstance(result, Accepted)
            said = await house.until(lambda all_: any(one.reason for one in all_))
            return next(one for one in said if one.reason)

    receipt = asyncio.run(run())
    assert receipt.status in (ReceiptStatus.UNDELIVERED, ReceiptStatus.FAILED)
    assert receipt.reason is reason


@pytest.mark.parametrize(
    ("word", "status", "reason"),
    [
        ("bounce", ReceiptStatus.UNDELIVERED, Reason.MAILBOX_MISSING),
        ("blocked", ReceiptStatus.UNDELIVERED, Reason.MAILBOX_BLOCKED),
        ("dropped", ReceiptStatus.FAILED, Reason.SUPPRESSED),
        ("spam", None, Reason.COMPLAINT),
        ("unsubscribe", None, Reason.OPTED_OUT),
    ],
)
def test_a_magic_mailbox_does_as_the_mail_service_would(word, status, reason):
    async def run():
        async with world(Channel.EMAIL) as (provider, house):
            await send(provider, f"{word}.ana@example.org")
            said = await house.until(lambda all_: any(one.reason for one in all_))
            return next(one for one in said if one.reason)

    receipt = asyncio.run(run())
    assert (receipt.status, receipt.reason) == (status, reason)


def test_one_invalid_mailbox_costs_one_delivery():
    async def run():
        async with world(Channel.EMAIL) as (provider, house):
            results = await send(provider, MAILBOX, "invalid.bo@example.org", "cy@example.org")
            await house.until(lambda all_: sum(one.status is ReceiptStatus.DELIVERED for one in all_) == 2)
            return results

    first, second, third = asyncio.run(run())
    assert second == Rejected(Reason.INVALID_ADDRESS, "400")
    assert isinstance(first, Accepted)
    assert third == first


@pytest.mark.parametrize(("channel", "address"), [(Channel.SMS, PHONE), (Channel.EMAIL, MAILBOX)])
@pytest.mark.parametrize(
    ("faults", "error"),
    [
        ({"refuse_keys": True}, KeyRefused),
        ({"key": "wrong", "token": "wrong"}, KeyRefused),
        ({"throttled": 1, "retry_after": 2}, Throttled),
        ({"error": 1}, OutcomeUnknown),
        ({"error_after": 1}, OutcomeUnknown),
        ({"cut": 1}, OutcomeUnknown),
        ({"cut_after": 1}, OutcomeUnknown),
    ],
)
def test_every_fault_ends_in_its_own_branch_of_the_error_tree(channel, address, faults, error):
    result = first_result(channel, address, **faults)
    assert isinstance(result, ProviderError)
    assert type(result) is error
    if isinstance(result, Throttled):
        assert result.retry_after == pytest.approx(2, abs=1.5)


def test_a_text_that_was_cut_off_after_its_acceptance_is_found_and_one_that_was_not_is_not():
    async def run(**faults):
        async with world(Channel.SMS, **faults) as (provider, house):
            (result,) = await send(provider, PHONE)
            assert isinstance(result, OutcomeUnknown)
            over = dict.fromkeys(faults, 0)
            async with (
                ClientSession() as session,
                session.put(f"{house.vendor_url}/sandbox/faults", json=over) as answer,
            ):
                assert answer.status == 200
            return [found.text for found in await provider.find(PHONE, 0.0)]

    assert asyncio.run(run(cut_after=1)) == ["Ana & Luis: school is closed."]
    assert asyncio.run(run(cut=1)) == []
