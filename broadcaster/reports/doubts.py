"""What is in doubt: what waits for a person, and what the providers are still being asked about."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from broadcaster import clock
from broadcaster.broadcasts.models import Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery import sql
from broadcaster.delivery.models import Answer
from broadcaster.kinds import Channel


@dataclass(frozen=True, slots=True)
class InDoubt:
    """Deliveries of one broadcast on one channel, for mail of one request, of which nobody knows whether they left.

    `person`: they wait for one; else the providers are being asked. `since` is when the first came into doubt. `asks`
    is how often each was looked at, at most; `answers` counts what the provider last said of texts, by Answer's values
    (empty: nothing). `told` is how many other mails of the broadcast an event has come of.
    """

    broadcast_id: int
    title: str
    status: str
    channel: Channel
    request: str
    person: bool
    deliveries: int
    since: float
    causes: tuple[str, ...]
    asks: int
    answers: Counter[str]
    told: int

    def as_json(self) -> dict[str, Any]:
        """Plain values; `happened` and `known` are sentences."""
        return {
            "id": self.broadcast_id,
            "title": self.title,
            "status": self.status,
            "channel": self.channel.value,
            "request": self.request,
            "deliveries": self.deliveries,
            "since": clock.iso(self.since),
            "happened": [happened(cause) for cause in self.causes],
            "asked": self.asks if self.channel is Channel.SMS else 0,
            "known": list(known(self)),
        }


def in_doubt(broadcast_id: int | None = None) -> list[InDoubt]:
    """All of it, of one broadcast or of every one, what waits for a person first. A cancelled broadcast waits for
    nobody.
    """
    found: dict[tuple[int, str, str, bool], list[tuple[Any, ...]]] = {}
    for row in sql.rows(
        "SELECT d.broadcast_id, d.channel, CASE WHEN d.channel = %s THEN d.request ELSE '' END AS part, d.person, "
        "d.cause, d.answer, COUNT(*), MIN(d.since), MAX(d.asks) FROM delivery_doubt d "
        "JOIN broadcasts_broadcast a ON a.id = d.broadcast_id "
        "WHERE d.settled_at IS NULL AND (a.status <> %s OR d.person = %s) AND (%s IS NULL OR d.broadcast_id = %s) "
        "GROUP BY d.broadcast_id, d.channel, part, d.person, d.cause, d.answer",
        [Channel.EMAIL.value, BroadcastStatus.CANCELLED.value, False, broadcast_id, broadcast_id],
    ):
        found.setdefault((row[0], row[1], row[2], bool(row[3])), []).append(row[4:])
    broadcasts = Broadcast.objects.in_bulk({key[0] for key in found})
    told = {pk: _told(pk) for pk in {key[0] for key in found if key[1] == Channel.EMAIL}}
    groups = [_group(broadcasts[key[0]], key, rows, told.get(key[0], 0)) for key, rows in found.items()]
    return sorted(groups, key=lambda one: (not one.person, one.since, one.broadcast_id, one.channel, one.request))


def _group(
    broadcast: Broadcast, key: tuple[int, str, str, bool], rows: Sequence[tuple[Any, ...]], told: int
) -> InDoubt:
    causes: Counter[str] = Counter()
    answers: Counter[str] = Counter()
    for cause, answer, count, _, _ in rows:
        causes[cause] += count
        answers[answer] += count
    return InDoubt(
        broadcast_id=broadcast.pk,
        title=broadcast.title,
        status=broadcast.status,
        channel=Channel(key[1]),
        request=key[2],
        person=key[3],
        deliveries=sum(causes.values()),
        since=min(row[3] for row in rows),
        causes=tuple(cause for cause, _ in causes.most_common()),
        asks=max(row[4] for row in rows),
        answers=answers,
        told=told,
    )


def _told(broadcast_id: int) -> int:
    """How many mails of a broadcast some event has ended. One pass over its deliveries."""
    row = sql.row(
        "SELECT COUNT(*) FROM delivery_delivery WHERE broadcast_id = %s AND channel = %s "
        "AND status IN ('delivered', 'undelivered')",
        [broadcast_id, Channel.EMAIL.value],
    )
    return int(row[0]) if row else 0


def happened(cause: str) -> str:
    """What went wrong, as a sentence for staff; `cause` is the ledger's word for it."""
    if cause == "its worker stopped":
        return "The process that was sending died."
    if cause.startswith("HTTP "):
        return f"The provider answered with an error ({cause})."
    if "timeout" in cause.lower():
        return f"The provider did not answer in time ({cause})."
    return f"The line to the provider broke ({cause})."


def known(group: InDoubt) -> tuple[str, ...]:
    """What is known about them, in sentences for staff."""
    said = [_ANSWERS[answer].format(count=count) for answer, count in group.answers.most_common() if answer]
    if group.channel is Channel.EMAIL:
        said = said or ["The provider's log was not asked: see `SendGrid account` in `broadcaster doctor`."]
        if group.told:
            other = "one other mail" if group.told == 1 else f"{group.told:,} other mails"
            came = f"Events about {other} of this broadcast did come."
            return (*said, "No event about any of them has come.", came)
        return (*said, "No event about any mail of this broadcast came: see `mail receipts` in `broadcaster doctor`.")
    asked = f"Asked {group.asks} times at most; it goes on." if group.asks else "Not asked yet."
    return (asked, *said)


_ANSWERS = {
    Answer.NONE.value: "The provider does not answer the question about {count:,}.",
    Answer.NOT_LISTED.value: "The provider does not list {count:,}, and may still be at them.",
    Answer.ALIKE.value: "For {count:,} the provider lists a text that reads the same, and may be another broadcast's.",
}
