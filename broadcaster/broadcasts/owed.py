"""Word that is owed to people of the district: that one of them released a broadcast alone.

It is written down by the same transaction that releases it, so that nothing which dies afterwards can lose it. Whoever
sends it takes it first; what was taken and never ended may have left, and is not sent again.
"""

from collections.abc import Sequence

from django.db.models import QuerySet

from broadcaster.broadcasts.models import Broadcast, Word
from broadcaster.kinds import Channel
from broadcaster.people.models import Person
from broadcaster.people.roles import Act, Role, may
from broadcaster.settings import SETTINGS

#: seconds after which a sender that has not ended a word is dead: providers are given up long before
_TAKEN_FOR = 120.0
#: seconds between two tries, growing with the time it is owed
_SOONEST, _LATEST = 5.0, 300.0
#: seconds after which it is too late to tell anybody
_WORTH = 24 * 3600.0


def approvers() -> list[Person]:
    """Everybody who may approve."""
    roles = [role for role in Role if may(role, Act.APPROVE)]
    return list(Person.objects.filter(is_active=True, role__in=roles).order_by("pk"))


def owe(broadcast: Broadcast, actor: str, reason: str, now: float) -> None:
    """Owe it to everybody who may approve but the actor, by mail and by text. In the transaction that releases it."""
    subject = f"{actor} released “{broadcast.title}” alone"
    address = f"{SETTINGS.public_url}/console/broadcasts/{broadcast.pk}"
    text = f"{subject}, without a second person. Reason: {reason}\n\nWatch it, pause it or cancel it: {address}"
    Word.objects.bulk_create(
        Word(
            broadcast=broadcast,
            person=person,
            channel=channel,
            subject=subject,
            text=text,
            owed_since=now,
            next_at=now,
        )
        for person in approvers()
        if person.email != actor
        for channel in (Channel.EMAIL, Channel.SMS)
        if address_of(person, channel)
    )


def address_of(person: Person, channel: str) -> str:
    """Where somebody is told on a channel, "" for nowhere."""
    return person.email if channel == Channel.EMAIL else person.phone


def due(now: float) -> QuerySet[Word]:
    """What can be told now."""
    return Word.objects.filter(ended_at__isnull=True, taken_at__isnull=True, next_at__lte=now)


def is_any(now: float) -> bool:
    """Whether there is something to tell, or to give up."""
    return due(now).exists() or _abandoned(now).exists()


def take(word: Word, now: float) -> bool:
    """Take it before a provider is called. False: somebody else did."""
    return bool(due(now).filter(pk=word.pk).update(taken_at=now))


def end(words: Sequence[int], now: float, why: str = "") -> None:
    """It is told, or never will be and `why`."""
    Word.objects.filter(pk__in=words, ended_at__isnull=True).update(ended_at=now, why=why)


def put_back(word: Word, now: float) -> None:
    """No provider took it: try again in a while."""
    wait = min(max(now - word.owed_since, _SOONEST), _LATEST)
    Word.objects.filter(pk=word.pk, ended_at__isnull=True).update(taken_at=None, next_at=now + wait)


def give_up(now: float) -> None:
    """End what a sender that died may have sent, and what has waited for too long."""
    end(list(_abandoned(now).values_list("pk", flat=True)), now, "Nobody knows whether it left.")
    late = due(now).filter(owed_since__lt=now - _WORTH)
    end(list(late.values_list("pk", flat=True)), now, "No provider took it for a day.")


def _abandoned(now: float) -> QuerySet[Word]:
    return Word.objects.filter(ended_at__isnull=True, taken_at__lt=now - _TAKEN_FOR)
