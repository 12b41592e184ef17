"""Keeps a text from a family, once, and does at once what it asks for."""

from django.db import transaction

from broadcaster.kinds import Channel
from broadcaster.providers.twilio.inbound import Inbound
from broadcaster.replies.keywords import hear
from broadcaster.replies.models import Reply, ReplyKind
from broadcaster.roster import consent
from broadcaster.roster.models import Consent, ConsentState, ContactPoint, Suppression

_NUMBER = 40


def record(text: Inbound, at: float, *, simulated: bool) -> Reply | None:
    """Keep the text and act on it, in one transaction. None where we had it already, so that nothing happens twice.

    `at` is when it came. A simulated text (the sandbox's, beside a live account) is kept without changing a choice.
    """
    heard = hear(text.body, text.opt_out_type)
    sender = _storable(text.from_)[:_NUMBER]
    points = ContactPoint.objects.filter(channel=Channel.SMS, address=sender)
    contacts = sorted(set(points.values_list("contact_id", flat=True)))
    with transaction.atomic():
        reply, new = Reply.objects.get_or_create(
            provider_id=text.provider_id,
            defaults={
                "sender": sender,
                "to": _storable(text.to)[:_NUMBER],
                "body": _storable(text.body),
                "at": at,
                "kind": heard.kind,
                "at_carrier": heard.at_carrier,
                "simulated": simulated,
                "contact_ids": contacts or None,
            },
        )
        if new and not simulated:
            _obey(reply)
    return reply if new else None


def _obey(reply: Reply) -> None:
    if reply.kind == ReplyKind.STOP:
        _stop(reply)
    elif reply.kind == ReplyKind.START:
        _start(reply)


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
        Suppression.objects.filter(**phone, cause=consent.CARRIER_STOP, lifted_at=None).update(lifted_at=reply.at)


def _storable(text: str) -> str:
    """Without the character NUL, which PostgreSQL refuses."""
    return text.replace("\0", "")
