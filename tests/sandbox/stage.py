"""The sandbox and a listener for its callbacks, speaking real HTTP on loopback, in a thread with its own event loop."""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Self
from urllib.parse import parse_qsl

import requests
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec

from broadcaster.sandbox.app import make_app
from broadcaster.sandbox.faults import Faults
from broadcaster.sandbox.options import Options

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "a-made-up-token"
API_KEY = "SG.a-made-up-key"
EVENTS_KEY = ec.derive_private_key(20_161_116, ec.SECP256R1())
SENDER = "+16125550199"
FAMILY = "+16125550101"
QUICK = Faults(callback_delay=0.01)


def until(ready: Callable[[], Any], seconds: float = 8) -> Any:
    """Ask until the answer is true, and return it; fail at the deadline."""
    end = time.monotonic() + seconds
    while True:
        found = ready()
        if found:
            return found
        assert time.monotonic() < end, "it did not come to pass in time"
        time.sleep(0.01)


@dataclass
class Post:
    """One callback as it came in."""

    url: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass
class Listener:
    """Takes every post. `answers` are the statuses of the next answers; then it is always 200."""

    posts: list[Post] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    url: str = ""

    def statuses(self) -> list[str]:
        return [post.form["MessageStatus"] for post in self.posts]

    async def take(self, request: web.Request) -> web.Response:
        self.posts.append(Post(self.url + request.raw_path, dict(request.headers), await request.read()))
        return web.Response(status=self.answers.pop(0) if self.answers else 200, text="<Response/>")


class Stage:
    """Starts with `with`. Without other options: quick callbacks to the listener, which is told everything."""

    def __init__(self, **changes: Any) -> None:
        self.listener = Listener()
        self._changes = changes
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._runners: list[web.AppRunner] = []
        self.http = requests.Session()

    def __enter__(self) -> Self:
        self._thread.start()
        try:
            self._on_loop(self._start())
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._on_loop(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self.http.close()

    def text(self, to: str = FAMILY, body: str = "Schools are open today.", **form: str) -> requests.Response:
        """Send one text, as Twilio's SDK would put it; a field given as empty is left out."""
        fields = {"To": to, "From": SENDER, "Body": body, "StatusCallback": f"{self.listener.url}/status?d=1-1", **form}
        fields = {name: value for name, value in fields.items() if value}
        return self.http.post(f"{self.messages}.json", data=fields, auth=(ACCOUNT, TOKEN), timeout=10)

    def mail(self, document: Any, key: str = API_KEY) -> requests.Response:
        """Send one mail request."""
        headers = {"Authorization": f"Bearer {key}"}
        return self.http.post(f"{self.url}/v3/mail/send", json=document, headers=headers, timeout=30)

    def counts(self) -> Any:
        return self.http.get(f"{self.url}/sandbox/counts", timeout=10).json()

    def faults(self, **faults: Any) -> requests.Response:
        return self.http.put(f"{self.url}/sandbox/faults", json=faults, timeout=10)

    def inbound(self, body: str, sender: str = FAMILY) -> Any:
        form = {"From": sender, "To": SENDER, "Body": body}
        return self.http.post(f"{self.url}/sandbox/inbound", data=form, timeout=10).json()

    def events(self) -> list[dict[str, Any]]:
        return [event for post in self.listener.posts for event in json.loads(post.body)]

    def settled(self, channel: str, count: int = 1) -> dict[str, int]:
        """Wait until nothing more is to come for `count` messages; the statuses they ended in."""

        def over() -> Any:
            counts = self.counts()
            states = counts["states"][channel]
            moving = {"queued", "sent", "accepted", "processed", "deferred"} & states.keys()
            return (
                not moving and not counts["callbacks"][channel]["pending"] and sum(states.values()) == count and states
            )

        return dict(until(over))

    @property
    def messages(self) -> str:
        return f"{self.url}/2010-04-01/Accounts/{ACCOUNT}/Messages"

    def _on_loop(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=20)

    async def _start(self) -> None:
        catcher = web.Application(client_max_size=2**25)
        catcher.router.add_post("/{tail:.*}", self.listener.take)
        self.listener.url = await self._serve(catcher)
        options = Options(
            ACCOUNT,
            TOKEN,
            API_KEY,
            events_url=f"{self.listener.url}/events",
            inbound_url=f"{self.listener.url}/inbound",
            events_key=EVENTS_KEY,
            faults=QUICK,
        )
        self.url = await self._serve(make_app(replace(options, **self._changes)))

    async def _serve(self, app: web.Application) -> str:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        self._runners.append(runner)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    async def _stop(self) -> None:
        for runner in reversed(self._runners):
            await runner.cleanup()


def a_mail(*addresses: str, **changes: Any) -> dict[str, Any]:
    """A mail request with one personalization per address."""
    return {
        "personalizations": [
            {
                "to": [{"email": address}],
                "custom_args": {"ref": f"1-{number}"},
                "substitutions": {"[[student_names]]": f"Student {number}"},
            }
            for number, address in enumerate(addresses)
        ],
        "from": {"email": "notices@mps.example.org", "name": "Minneapolis Public Schools"},
        "subject": "Update for [[student_names]]",
        "content": [
            {"type": "text/plain", "value": "Dear family of [[student_names]], schools are open."},
            {"type": "text/html", "value": "<p>Dear family of [[student_names]], schools are <b>open</b>.</p>"},
        ],
        **changes,
    }
