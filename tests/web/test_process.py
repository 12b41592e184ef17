"""The web process as it runs in production: granian, a port, real signatures, and a kill right after the 2xx."""

import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from broadcaster.running import ports
from tests.webhooks.vendor import EVENTS, Post

DEADLINE = 30.0

#: in a process with the home's own settings: makes deliveries, prints what the vendors would post of them
PREPARE = """
import sys
from broadcaster.running import ledger
ledger.make_ready()
from broadcaster.kinds import Channel
from tests.webhooks import vendor
from tests.webhooks.rows import delivery, ref
posts = []
for number in range(int(sys.argv[1])):
    posts.append(vendor.status(ref(delivery()), "delivered", sid=f"SM{number}"))
    posts.append(vendor.events(vendor.event(ref(delivery(Channel.EMAIL)), "delivered", number=number)))
print(repr(posts))
"""
COUNT = """
from broadcaster.running import ledger
ledger.make_ready()
from broadcaster.delivery.models import Delivery
from broadcaster.webhooks.models import StoredReceipt
print(repr((Delivery.objects.filter(status="delivered").count(), StoredReceipt.objects.count())))
"""


@dataclass
class Process:
    """A web process on a port of its own."""

    environment: dict[str, str]
    bind: str
    process: "subprocess.Popen[bytes] | None" = None

    def python(self, program: str, *arguments: str) -> str:
        """What a program prints that runs in the same home."""
        done = subprocess.run(  # noqa: PLW1510 - the assertion below shows what it said
            [sys.executable, "-c", program, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=DEADLINE,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        self.process = subprocess.Popen([sys.executable, "-m", "broadcaster", "web"], env=self.environment)
        until = time.monotonic() + DEADLINE
        while not ports.answers(self.bind):
            assert self.process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.02)

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def ask(self, post: Post) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(self.bind, timeout=DEADLINE)
        target = post.path + (f"?{post.query}" if post.query else "")
        connection.request(post.method, target, post.body, dict(post.headers))
        reply = connection.getresponse()
        body = reply.read()
        connection.close()
        return reply.status, body


@pytest.fixture
def web(tmp_path: Path, new_ledger: Path) -> Iterator[Process]:
    (tmp_path / "home").mkdir()
    shutil.copy(new_ledger, tmp_path / "home")
    bind = f"127.0.0.1:{ports.free()}"
    root = str(Path(__file__).parents[2])
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": root,
        "BROADCASTER_HOME": str(tmp_path / "home"),
        "BROADCASTER_BIND": bind,
        "DJANGO_SETTINGS_MODULE": "broadcaster.settings",
    }
    process = Process(environment, bind)
    yield process
    if process.process and process.process.poll() is None:
        process.process.terminate()
        assert process.process.wait(DEADLINE) is not None


def test_what_was_answered_with_a_2xx_survives_a_kill_right_after_it(web: Process) -> None:
    posts: list[Post] = eval(web.python(PREPARE, "10"), {"Post": Post})  # noqa: S307 - our own words, printed above
    web.start()
    with ThreadPoolExecutor(len(posts)) as vendors:
        taken = [status for status, _ in vendors.map(web.ask, posts)]
    web.kill()
    assert taken == [204] * 20
    assert eval(web.python(COUNT), {}) == (20, 20)  # noqa: S307 - our own words, printed above


def test_the_served_application_answers_health_pages_and_forgers(web: Process) -> None:
    web.start()
    assert web.ask(Post("/health", method="GET")) == (200, b"ok")
    assert web.ask(Post("/", method="GET"))[0] == 200
    assert web.ask(Post("/nowhere", method="GET"))[0] == 404
    assert web.ask(Post(EVENTS, b"[]"))[0] == 403
    assert web.ask(Post(EVENTS, b"x" * 11_000_000))[0] == 413


def test_connections_that_vendors_keep_open_hold_up_nobody_else(web: Process) -> None:
    web.start()
    with ExitStack() as stack:
        for _ in range(300):
            idle = http.client.HTTPConnection(web.bind, timeout=DEADLINE)
            stack.callback(idle.close)
            idle.request("GET", "/health")
            assert idle.getresponse().read() == b"ok"
        begun = time.monotonic()
        assert web.ask(Post("/health", method="GET")) == (200, b"ok")
        assert time.monotonic() - begun < 15, "the next in line waits until an idle one times out, after 30 s"
