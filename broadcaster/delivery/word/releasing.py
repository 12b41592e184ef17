"""Telling people of the district what is owed to them (`broadcasts.owed`): each word once, all of them at once.

A channel that fails does not keep the other back, and a person whose provider hangs nobody else.
"""

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

from broadcaster import clock
from broadcaster.broadcasts import audit, owed
from broadcaster.broadcasts.models import Word
from broadcaster.delivery.unknown import restored
from broadcaster.delivery.word import staff
from broadcaster.kinds import BadInput, Channel

#: providers that are called at once
_AT_ONCE = 8


def tell_all() -> None:
    """Tell everything that is due, and audit whom. It calls the providers, so not in a transaction."""
    now = clock.now()
    owed.give_up(now)
    words = [word for word in owed.due(now).select_related("person", "broadcast") if _still_owed(word, now)]
    taken = [word for word in words if owed.take(word, now)]
    if not taken:
        return
    with ThreadPoolExecutor(min(_AT_ONCE, len(taken))) as pool:
        outcomes = list(pool.map(_tell, taken))
    told: dict[int, set[str]] = defaultdict(set)
    for word, outcome in zip(taken, outcomes, strict=True):
        if outcome.again:
            owed.put_back(word, clock.now())
            continue
        owed.end([word.pk], clock.now(), outcome.why)
        if not outcome.why:
            told[word.broadcast_id].add(word.person.email)
    for broadcast_id, people in told.items():
        audit.write("worker", "told of a release alone", broadcast_id, {"people": sorted(people)})


def _still_owed(word: Word, now: float) -> bool:
    """Not where a lost machine may have told it, after the backup that this ledger comes from."""
    if not restored.may_have_gone_out(word.broadcast):
        return True
    owed.end([word.pk], now, "The ledger was restored: nobody knows whether it left.")
    return False


def _tell(word: Word) -> staff.Outcome:
    """What became of it. No ledger here: this runs in a thread without a connection of its own."""
    channel = Channel(word.channel)
    try:
        return staff.tell(word.subject, word.text, {channel: owed.address_of(word.person, channel)})[0]
    except BadInput as error:  # no sender of the channel; the broadcast's own page says it all the same
        return staff.Outcome(channel, str(error))
