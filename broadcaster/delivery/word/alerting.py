"""Telling the operators that a broadcast is stuck: by mail and by text, through the vendors that there are.

Both, since the one may be what is broken. An alert is no delivery: it names a broadcast by its number, nobody else is
in it, and its reference finds nothing in the ledger.
"""

import structlog
from django.db import DatabaseError, transaction

from broadcaster import clock
from broadcaster.broadcasts import audit
from broadcaster.broadcasts.models import AuditEntry
from broadcaster.delivery import epoch
from broadcaster.delivery.word import stuck
from broadcaster.delivery.word.stuck import Cause, Stuck
from broadcaster.kinds import Channel
from broadcaster.providers.base import Accepted, Content, Message, Provider
from broadcaster.settings import SETTINGS

log = structlog.get_logger()

#: seconds until the same is said again, if nobody did anything
AGAIN = 3600.0
_ACT = "alerted"


#: when this process last said that nothing can be written: that can't be kept in the ledger
_unwritable_said: list[float] = []


def due(now: float) -> list[Stuck]:
    """What has to be said now. Whoever asks has it to say: nobody else is told, for an hour."""
    wanted = SETTINGS.district.alerts
    if not wanted.email and not wanted.phones:
        return []
    if not _takes_writes():
        return _unwritable(now)
    return [one for one in stuck.find(now, wanted.after_seconds) if _first_to_say(one, now)]


def _takes_writes() -> bool:
    try:
        epoch.touch()
    except DatabaseError:
        return False
    return True


def _unwritable(now: float) -> list[Stuck]:
    """Each worker says it by itself, once an hour."""
    log.error("ledger.takes_no_writes")
    if _unwritable_said and now - _unwritable_said[-1] < AGAIN:
        return []
    _unwritable_said[:] = [now]
    return [Stuck(0, Cause.NO_WRITES)]


def _first_to_say(one: Stuck, now: float) -> bool:
    with transaction.atomic():
        audit.one_at_a_time()
        said = AuditEntry.objects.filter(broadcast_id=one.broadcast_id, act=_ACT, at__gt=now - AGAIN)
        if any(entry.detail.get("cause") == one.cause.value for entry in said):
            return False
        audit.write("worker", _ACT, one.broadcast_id, {"cause": one.cause.value})
    log.error("broadcast.stuck", broadcast=one.broadcast_id, cause=one.cause.name)
    return True


async def tell(found: list[Stuck], channel: Channel, provider: Provider) -> int:
    """Send the alerts of a channel. Returns how many the vendor took."""
    wanted = SETTINGS.district.alerts
    to = wanted.email if channel is Channel.EMAIL else wanted.phones
    senders = SETTINGS.district.senders_on(channel)
    if not to or not senders:
        return 0
    taken = 0
    for one in found:
        name = f"{epoch.TO_STAFF}alert-{one.broadcast_id}-{int(clock.now())}"
        messages = [Message(f"{name}-{place}", address) for place, address in enumerate(to)]
        results = []
        for at in range(0, len(messages), provider.request_size):
            part = messages[at : at + provider.request_size]
            results += await provider.send(senders[0].address, _words(one), part, name)
        taken += sum(isinstance(result, Accepted) for result in results)
        for result in results:
            if not isinstance(result, Accepted):
                log.error(
                    "alert.not_sent", broadcast=one.broadcast_id, channel=channel.value, why=type(result).__name__
                )
    return taken


def _words(one: Stuck) -> Content:
    line = f"Broadcast {one.broadcast_id} is stuck: {one.cause.value}."
    if not one.broadcast_id:
        line = f"Nothing is sent: {one.cause.value}."
    text = f"{line} On the machine: broadcaster doctor. {SETTINGS.public_url}/console/"
    return Content(language="en", text=text, subject=line, html=f"<p>{line}</p><p>{text}</p>", emergency=True)
