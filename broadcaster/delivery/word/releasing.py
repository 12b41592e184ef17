"""Word of a broadcast that one person released alone, to everybody who may approve."""

import threading
from collections.abc import Sequence

from broadcaster.broadcasts import audit
from broadcaster.broadcasts.models import Broadcast
from broadcaster.delivery.word import staff
from broadcaster.kinds import BadInput, Channel
from broadcaster.people.models import Person
from broadcaster.people.roles import Act, Role, may
from broadcaster.settings import SETTINGS


def approvers() -> list[Person]:
    """Everybody who may approve."""
    roles = [role for role in Role if may(role, Act.APPROVE)]
    return list(Person.objects.filter(is_active=True, role__in=roles).order_by("pk"))


def tell(broadcast: Broadcast, actor: str, reason: str, *, beside: bool = False) -> None:
    """Write to each of them but the actor, by mail and by text, and audit whom.

    It calls the providers, so not in a transaction; `beside`: in a thread of its own, where somebody waits for a page.
    """
    told = [person for person in approvers() if person.email != actor]
    audit.write(actor, "told of a release alone", broadcast.pk, {"people": [person.email for person in told]})
    subject = f"{actor} released “{broadcast.title}” alone"
    address = f"{SETTINGS.public_url}/console/broadcasts/{broadcast.pk}"
    said = f"{subject}, without a second person. Reason: {reason}\n\nWatch it, pause it or cancel it: {address}"
    if beside and told:
        threading.Thread(target=_write, args=(told, subject, said), name="word of a release").start()
    else:
        _write(told, subject, said)


def _write(people: Sequence[Person], subject: str, text: str) -> None:
    for person in people:
        to = {Channel.EMAIL: person.email} | ({Channel.SMS: person.phone} if person.phone else {})
        try:
            staff.tell(subject, text, to)
        except BadInput:  # no sender of a channel; the broadcast's own page says it all the same
            continue
