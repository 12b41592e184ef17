"""Ringing the bell: tell the workers that there is work. A ring that nobody hears costs a second, since the sweeper
looks again.
"""

from collections.abc import Sequence

import structlog

from broadcaster.kinds import Channel, Queue
from broadcaster.running.state import broker_url
from broadcaster.settings import SETTINGS

log = structlog.get_logger()

_TASKS = "broadcaster.delivery.tasks"


#: a task, its queue, and what it is told
_Call = tuple[str, str, tuple[object, ...]]


def be_ready() -> None:
    """Load what a ring takes. Celery needs 0.3 s for it: a command that is about to approve spends them before."""
    if broker_url() is not None:
        import broadcaster.celery  # noqa: F401 - only to have it in memory


def wake(broadcast_id: int) -> None:
    """A broadcast was approved or goes on: plan it, and send what is planned."""
    _ring([("plan", Queue.CONTROL, (broadcast_id,)), *(call for channel in Channel for call in _to_all(channel))])


def wake_channel(channel: Channel) -> None:
    """There are batches on this channel."""
    _ring(_to_all(channel))


def wake_reconciler() -> None:
    """Something is in doubt, or its receipt is missing."""
    _ring([("reconcile", Queue.CONTROL, ())])


def wake_teller() -> None:
    """Somebody of the district has to be told something."""
    _ring([("tell", Queue.CONTROL, ())])


def _to_all(channel: Channel) -> list[_Call]:
    """Once for each worker, so that all of them hear it."""
    return [("drain", channel.value, (channel.value,))] * SETTINGS.broadcaster_workers


def _ring(calls: Sequence[_Call]) -> None:
    """Ring in turn, as long as the broker takes it: one that says nothing costs the caller two seconds, once."""
    if broker_url() is None:  # nobody serves, so nobody would hear it
        return
    # Celery takes 0.3 s: the command that nobody can hear, and the one that only reads, do without
    from kombu.exceptions import OperationalError

    from broadcaster.celery import app

    for task, queue, told in calls:
        try:
            app.send_task(f"{_TASKS}.{task}", told, queue=queue, retry=False, ignore_result=True, expires=10)
        except (OperationalError, OSError) as error:
            log.warning("bell.away", task=task, error=type(error).__name__)
            return
