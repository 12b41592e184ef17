"""The bell between processes, with a real Redis and with its stand-in: it may be emptied, killed and away."""

import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from celery import Celery
from kombu.exceptions import OperationalError

from broadcaster.celery import Configuration
from broadcaster.kinds import Queue
from broadcaster.running import ports

from .conftest import HERE, Broker, Start, Until


def ringer(url: str) -> Celery:
    """The product's own settings, with this broker."""
    app = Celery("ringer", set_as_current=False)
    app.config_from_object(Configuration())
    app.conf.broker_url = url
    return app


class Worker:
    """The product's worker, and what it heard."""

    def __init__(self, process: subprocess.Popen[bytes], heard: Path, app: Celery) -> None:
        self.process, self._heard, self._app = process, heard, app

    def heard(self) -> list[str]:
        return self._heard.read_text().split("\n") if self._heard.exists() else []

    def hears(self, word: str) -> bool:
        """Ring, and look whether it was heard by now. A ring into an absent broker is dropped, as in the product."""
        try:
            self._app.send_task("broadcaster.delivery.tasks.sweep", [word], queue=Queue.EMAIL, retry=False)
        except OperationalError:
            return False
        time.sleep(0.1)
        return word in self.heard()

    def ring_drain(self) -> None:
        self._app.send_task("drain", queue=Queue.SMS, retry=False)


@pytest.fixture
def worker(broker: Broker, start: Start, until: Until, tmp_path: Path) -> Worker:
    heard, home = tmp_path / "heard", tmp_path / "home"
    process = start(str(HERE / "bell_worker.py"), str(heard), BROKER_URL=broker.url, BROADCASTER_PART="w")
    until((home / "run" / "ready" / "w").exists, "the worker listens")
    return Worker(process, heard, ringer(broker.url))


def test_a_worker_hears_again_after_the_broker_was_emptied(broker: Broker, worker: Worker, until: Until) -> None:
    until(lambda: worker.hears("before"), "the worker hears a ring")
    redis.Redis.from_url(broker.url).flushall()
    until(lambda: worker.hears("after"), "the worker hears a ring after FLUSHALL", seconds=5)


def test_a_worker_hears_again_after_the_broker_was_killed_and_started(
    broker: Broker, worker: Worker, until: Until
) -> None:
    until(lambda: worker.hears("before"), "the worker hears a ring")
    broker.kill()
    assert not worker.hears("into the void")
    broker.start()
    until(lambda: worker.hears("after"), "the worker hears a ring after a restart", seconds=5)


def test_a_worker_that_drains_puts_it_down_and_ends_when_asked_to(worker: Worker, until: Until) -> None:
    worker.ring_drain()
    until(lambda: "draining" in worker.heard(), "the worker drains")
    worker.process.send_signal(signal.SIGTERM)
    assert worker.process.wait(10) == 0
    assert "put down" in worker.heard()


def test_a_worker_ends_when_asked_to_although_its_broker_is_away(broker: Broker, worker: Worker, until: Until) -> None:
    until(lambda: worker.hears("before"), "the worker hears a ring")
    broker.kill()
    worker.process.send_signal(signal.SIGTERM)
    assert worker.process.wait(10) == 0


@pytest.fixture
def refusing() -> str:
    """Nobody listens there."""
    return f"redis://127.0.0.1:{ports.free()}/0"


@pytest.fixture
def silent() -> Iterator[str]:
    """Somebody takes the connection and never says a word."""
    server = socket.create_server(("127.0.0.1", 0))
    yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"
    server.close()


@pytest.mark.parametrize("away", ["refusing", "silent"])
def test_a_ring_into_a_broker_that_is_away_fails_fast(away: str, request: pytest.FixtureRequest) -> None:
    app = ringer(request.getfixturevalue(away))
    begun = time.monotonic()
    with pytest.raises(OperationalError):
        app.send_task("broadcaster.delivery.tasks.sweep", queue=Queue.CONTROL, retry=False)
    assert time.monotonic() - begun < 2.5
