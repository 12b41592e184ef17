"""The tasks. Each says "there is work" and no more; what to do stands in the ledger (law 1)."""

import threading

from broadcaster import clock, turns
from broadcaster.celery import app
from broadcaster.delivery import progress, wake
from broadcaster.delivery.plan import planning
from broadcaster.delivery.send.worker import drain_channel, reconcile_all
from broadcaster.delivery.send.worker import watch as tell_operators
from broadcaster.delivery.word import releasing
from broadcaster.kinds import Channel

#: a process drains a channel on one loop; further rings for it are for the others
_busy = {channel: threading.Lock() for channel in Channel}
_reconciling = threading.Lock()
_telling = threading.Lock()

#: seconds between two rings for a plan in hand: a drain lingers for longer (`sending.LINGER`), and a ring that nobody
#: needs costs a worker as much as some forty mails
RING_EVERY = 1.0


@app.task
def sweep() -> None:
    """Look at everything that is due or stuck, and ring for it. Rung every second."""
    progress.sweep(clock.now())


@app.task
def plan(broadcast_id: int) -> None:
    """Plan a broadcast, chunk by chunk, ringing for the workers after the first and now and then."""
    if not (progress.start(broadcast_id, clock.now()) and planning.hold(broadcast_id, clock.now())):
        return
    more, rung = True, 0.0
    while more:
        more = planning.advance(broadcast_id)
        if not more or clock.now() - rung >= RING_EVERY:
            rung = clock.now()
            for channel in Channel:
                wake.wake_channel(channel)
        turns.step_aside()


@app.task
def watch() -> None:
    """Tell the operators of broadcasts that are stuck. Rung twice a minute."""
    tell_operators()


@app.task
def drain(channel: str) -> None:
    """Send what is due on a channel, if this process is not at it already."""
    more = False
    if _busy[Channel(channel)].acquire(blocking=False):
        try:
            more = drain_channel(Channel(channel))
        finally:
            _busy[Channel(channel)].release()
    if more:
        wake.wake_channel(Channel(channel))


@app.task
def reconcile() -> None:
    """Settle what is in doubt, if this process is not at it already."""
    if _reconciling.acquire(blocking=False):
        try:
            reconcile_all()
        finally:
            _reconciling.release()


@app.task
def tell() -> None:
    """Tell people of the district what is owed to them, if this process is not at it already."""
    if _telling.acquire(blocking=False):
        try:
            releasing.tell_all()
        finally:
            _telling.release()
