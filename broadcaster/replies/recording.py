"""Keeps a text from a family, once, and does at once what it asks for."""

from dataclasses import dataclass

from django.db import transaction

from broadcaster.kinds import Channel
from broadcaster.providers.twilio.inbound import Inbound
from broadcaster.replies import reading
from broadcaster.replies.keywords import Heard, hear
from broadcaster.replies.matching import Match, asked_to_answer, match
from broadcaster.replies.models import Reply, ReplyKind
from broadcaster.roster import consent
from broadcaster.roster.models import Consent, ConsentState, Suppression

_NUMBER = 40
#: of one phone in an hour: more texts in free words are thrown away, more than a few answers are not given. A STOP is
#: always obeyed
_TEXTS_AN_HOUR = 20
_ANSWERS_AN_HOUR = 4
_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Taken:
    """A text that was new, whose it is, and the language in which it asked ("" where that is not known). `answered`: it
    may be answered by itself.
    """

    reply: Reply
    match: Match
    language: str
    answered: bool


def record(text: Inbound, at: float, *, simulated: bool) -> Taken | None:
    """Keep the text and act on it, in one transaction. None where we had it already, so that nothing happens twice, or
    where it is one of a flood.

    `at` is when it came. A simulated text (the sandbox's, beside a live account) is kept without changing a choice.
    """
    heard = hear(text.body, text.opt_out_type)
    sender = _storable(text.from_)[:_NUMBER]
    lately = Reply.objects.filter(sender=sender, at__gt=at - _HOUR)
    if heard.kind in (ReplyKind.OTHER, ReplyKind.WISH) and lately.count() >= _TEXTS_AN_HOUR:
        return None
    whose = match(Channel.SMS, sender, at)
    with transaction.atomic():
        reply, new = Reply.objects.get_or_create(
            provider_id=text.provider_id, defaults=_columns(text, sender, heard, whose, at, simulated)
        )
        if new and not simulated:
            _obey(reply, whose)
    if not new:
        return None
    answers = lately.filter(kind__in=(ReplyKind.HELP, ReplyKind.READ)).count()  # this one among them
    return Taken(reply, whose, heard.language or whose.language, answers <= _ANSWERS_AN_HOUR)


def _columns(text: Inbound, sender: str, heard: Heard, whose: Match, at: float, simulated: bool) -> dict[str, object]:
    return {
        "sender": sender,
        "to": _storable(text.to)[:_NUMBER],
        "body": _storable(text.body),
        "at": at,
        "kind": heard.kind,
        "at_carrier": heard.at_carrier,
        "simulated": simulated,
        "contact_ids": list(whose.contact_ids) or None,
        "broadcast_id": whose.broadcast_id,
        "school_id": whose.school_id,
    }


def _obey(reply: Reply, whose: Match) -> None:
    if reply.kind == ReplyKind.STOP:
        _stop(reply)
    elif reply.kind == ReplyKind.START:
        _start(reply)
    elif reply.kind == ReplyKind.READ:
        _read(reply, whose)


def _stop(reply: Reply) -> None:
    """No text of any purpose from now on. Where the carrier blocks us too, no consent given elsewhere can help."""
    consent.opt_out_everything(Channel.SMS, reply.sender, "text STOP", reply.at)
    if reply.at_carrier:
        consent.suppress(Channel.SMS, reply.sender, consent.CARRIER_STOP, reply.at)


def _start(reply: Reply) -> None:
    """Takes back what the phone's STOP said. A mere YES of somebody who never stopped is no consent to anything.

    A START in words that only we understand does not unblock the carrier, so its suppression stays.
    """
    phone = {"channel": Channel.SMS, "address": reply.sender, "at__lte": reply.at}
    Consent.objects.filter(**phone, state=ConsentState.OPTED_OUT).update(
        state=ConsentState.OPTED_IN, source="text START", at=reply.at
    )
    if reply.at_carrier:
        Suppression.objects.filter(**phone, cause=consent.CARRIER_STOP, lifted_at=None).update(
            lifted_at=reply.at, lifted_why="text START"
        )


def _read(reply: Reply, whose: Match) -> None:
    """A 1 where nothing asked for it is a text like any other."""
    delivery = asked_to_answer(Channel.SMS, reply.sender, whose.contact_ids, reply.at)
    if delivery is None:
        reply.kind = ReplyKind.OTHER
    else:
        reading.acknowledge(delivery, "text", reply.at)
        reply.broadcast_id = delivery.broadcast_id
    reply.save(update_fields=["kind", "broadcast_id"])


def _storable(text: str) -> str:
    """Without the character NUL, which PostgreSQL refuses."""
    return text.replace("\0", "")
