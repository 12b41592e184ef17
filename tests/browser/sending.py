"""The worker beside a browser's page, in a thread of its own: playwright's loop is in this one."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from broadcaster import clock
from broadcaster.delivery import progress
from broadcaster.delivery.models import Delivery
from broadcaster.kinds import Channel
from tests.delivery import worker
from tests.sandbox.stage import Stage


def send(vendors: Stage, *channels: Channel) -> None:
    """All that is due on these channels leaves."""

    def work() -> None:
        for channel in channels:
            worker.send(vendors, channel)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()


def deliver(channel: Channel) -> None:
    """Every family has what left on that channel."""
    Delivery.objects.filter(channel=channel, status="sent").update(status="delivered", ended_at=clock.now())


def all_of(broadcast_id: int, vendors: Stage) -> None:
    """From approved to settled, as the workers do it; everything arrives."""
    assert progress.start(broadcast_id, clock.now())
    worker.plan(broadcast_id)
    send(vendors, *Channel)
    for channel in Channel:
        deliver(channel)
    progress.sweep(clock.now())
