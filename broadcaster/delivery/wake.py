"""Ringing the bell: tell the workers that there is work. A ring that nobody hears costs a second, since the sweeper
looks again.
"""

import structlog
from kombu.exceptions import OperationalError

from broadcaster.celery import Queue, app
from broadcaster.kinds import Channel
from broadcaster.settings import SETTINGS

log = structlog.get_logger()

_TASKS = "broadcaster.delivery.tasks"


def wake(broadcast_id: int) -> None:
    """A broadcast was approved or goes on: plan it, and send what is planned."""
    _ring("plan", Queue.CONTROL, broadcast_id)
    for channel in Channel:
        wake_channel(channel)


def wake_channel(channel: Channel) -> None:
    """There are batches on this channel: once for each worker, so that all of them hear it."""
    for _ in range(SETTINGS.broadcaster_workers):
        _ring("drain", channel.value, channel.value)


def wake_reconciler() -> None:
    """Something is in doubt, or its receipt is missing."""
    _ring("reconcile", Queue.CONTROL)


def _ring(task: str, queue: str, *args: object) -> None:
    try:
        app.send_task(f"{_TASKS}.{task}", args, queue=queue, retry=False, ignore_result=True, expires=10)
    except (OperationalError, OSError) as error:
        log.warning("bell.away", task=task, error=type(error).__name__)
