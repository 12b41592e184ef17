"""The product's worker with tasks that write down what they heard. Started by the tests as a process."""

import sys
import time
from pathlib import Path

from broadcaster import celery
from broadcaster.running.part import say_ready
from broadcaster.settings import SETTINGS

heard = Path(sys.argv[1])
celery.app.conf.imports = ()


def _write(word: str) -> None:
    with heard.open("a") as file:
        file.write(word + "\n")


@celery.app.task(name="broadcaster.delivery.tasks.sweep")
def hear(word: str = "swept") -> None:
    _write(word)


@celery.app.task(name="drain")
def drain() -> None:
    _write("draining")
    end = time.monotonic() + 60
    while time.monotonic() < end and not celery.stopping.is_set():
        time.sleep(0.01)
    _write("put down")


celery.signals.worker_ready.connect(lambda **_: say_ready(SETTINGS.broadcaster_home), weak=False)
celery.worker("test").start()
