"""Loops without a database: the plain one over both SDKs (a), and the floors that nothing can beat (d).

`python -m bench.loops NAME CONTACTS PART PARTS CHANNELS` runs one in a process of its own, and prints when it began.
"""

import asyncio
import base64
import json
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlencode

import aiohttp
import uvloop
from sendgrid import SendGridAPIClient
from sendgrid.helpers.mail import CustomArg, Mail, Personalization, To
from twilio.rest import Client

from bench import vendor
from bench.contacts import share
from broadcaster.providers.base import Content, Message
from broadcaster.providers.sendgrid.payload import Letterhead, request_body
from broadcaster.providers.twilio.client import TwilioHttp

T = TypeVar("T")
Contacts = list[tuple[str, str]]
#: sends a text to a phone
Texting = Callable[[str], Awaitable[Any]]
_MAIL_REQUEST = 1000


def begin() -> None:
    """Everything is ready: from here on the clock runs, the processor's too."""
    print(json.dumps({"started": time.time(), "cpu": time.process_time()}), flush=True)


def plain(people: Contacts, channels: set[str]) -> None:
    """(a) Both official SDKs, one message after the other."""
    words = vendor.wording()
    texts = Client(vendor.SID, vendor.TOKEN, http_client=vendor.SyncHttp()).messages
    mails = SendGridAPIClient(vendor.MAIL_KEY, host=vendor.url())
    begin()
    for phone, email in people:
        if "sms" in channels:
            texts.create(to=phone, from_=vendor.TEXT_SENDER, body=words["sms"], status_callback=vendor.CALLBACK)
        if "email" in channels:
            mails.send(Mail(vendor.MAIL_SENDER, email, words["subject"], words["text"], words["html"]))


def bare_http(people: Contacts, _: set[str]) -> None:
    """(d) Texts as prepared bytes over aiohttp."""
    words = vendor.wording()
    fields = {"From": vendor.TEXT_SENDER, "Body": words["sms"], "StatusCallback": vendor.CALLBACK}
    bodies = [urlencode({"To": phone, **fields}).encode() for phone, _ in people]
    address = f"{vendor.url()}/2010-04-01/Accounts/{vendor.SID}/Messages.json"
    keys = base64.b64encode(f"{vendor.SID}:{vendor.TOKEN}".encode()).decode()
    headers = {"Authorization": f"Basic {keys}", "Content-Type": "application/x-www-form-urlencoded"}

    async def run() -> None:
        connector = aiohttp.TCPConnector(limit=vendor.CONNECTIONS)
        async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

            async def one(body: bytes) -> None:
                async with session.post(address, data=body) as answer:
                    await answer.read()

            await _at_once(one, bodies)

    uvloop.run(run())


def sdk_texts(people: Contacts, _: set[str]) -> None:
    """(d) Texts over the SDK's own asynchronous client."""
    words = vendor.wording()

    def texting(client: Client) -> Texting:
        return partial(
            client.messages.create_async,
            from_=vendor.TEXT_SENDER,
            body=words["sms"],
            status_callback=vendor.CALLBACK,
        )

    uvloop.run(_sdk_texts(people, vendor.AsyncHttp, texting))


def tuned_texts(people: Contacts, _: set[str]) -> None:
    """(d) Texts over the SDK and the HTTP client that this product puts under it, called as this product does."""
    words = vendor.wording()
    fields = {"From": vendor.TEXT_SENDER, "Body": words["sms"], "StatusCallback": vendor.CALLBACK}
    path = f"/Accounts/{vendor.SID}/Messages.json"

    def texting(client: Client) -> Texting:
        api = client.api.v2010
        return lambda phone: api.create_async("POST", path, data={"To": phone, **fields})

    uvloop.run(_sdk_texts(people, lambda: TwilioHttp(vendor.url(), vendor.CONNECTIONS), texting))


async def _sdk_texts(
    people: Contacts,
    make: Callable[[], vendor.AsyncHttp | TwilioHttp],
    texting: Callable[[Client], Texting],
) -> None:
    """What the SDK loads at its first use is loaded before the clock runs."""
    http = make()
    text = texting(Client(vendor.SID, vendor.TOKEN, http_client=http))
    await _at_once(text, [phone for phone, _ in people])
    await http.close()


async def _at_once(work: Callable[[T], Awaitable[Any]], items: list[T]) -> None:
    waiting: Iterator[T] = iter(items)

    async def line() -> None:
        for item in waiting:
            await work(item)

    begin()
    await asyncio.gather(*(line() for _ in range(vendor.CONNECTIONS)))


def prepared_mails(people: Contacts, _: set[str]) -> None:
    """(d) Mail over the SDK: requests of 1000 personalizations each, prepared before the clock runs."""
    words = vendor.wording()
    content = Content("en", words["text"], words["subject"], words["html"])
    messages = [
        Message(f"1-{place}", email, unsubscribe=f"https://alerts.example.org/u/{place:064x}")
        for place, (_, email) in enumerate(people)
    ]
    requests = [
        request_body(Letterhead(), vendor.MAIL_SENDER, content, messages[at : at + _MAIL_REQUEST], f"1-{at}")
        for at in range(0, len(messages), _MAIL_REQUEST)
    ]
    endpoint = SendGridAPIClient(vendor.MAIL_KEY, host=vendor.url()).client.mail.send
    begin()
    for request in requests:
        endpoint.post(request_body=request)


def made_mails(people: Contacts, _: set[str]) -> None:
    """(d) Mail over the SDK: requests of 1000 personalizations, each made with the SDK's own helpers and sent."""
    words = vendor.wording()
    sender = SendGridAPIClient(vendor.MAIL_KEY, host=vendor.url())
    begin()
    for at in range(0, len(people), _MAIL_REQUEST):
        mail = Mail(vendor.MAIL_SENDER, None, words["subject"], words["text"], words["html"])
        for place, (_phone, email) in enumerate(people[at : at + _MAIL_REQUEST], at):
            part = Personalization()
            part.add_to(To(email))
            part.add_custom_arg(CustomArg("d", f"1-{place}"))
            mail.add_personalization(part)
        sender.send(mail)


LOOPS: dict[str, Callable[[Contacts, set[str]], None]] = {
    loop.__name__: loop for loop in (plain, bare_http, sdk_texts, tuned_texts, prepared_mails, made_mails)
}

if __name__ == "__main__":
    name, number, part, parts, chosen = sys.argv[1:]
    LOOPS[name](share(int(number), int(part), int(parts)), set(chosen.split(",")))
