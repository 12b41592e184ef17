"""Drafts: what somebody is at work on, saved as they go. Two people may have the same one open; whoever saves second is
told, and nothing of either is lost.
"""

from enum import Enum
from typing import Any

from django.db import transaction
from django.db.models import F

from broadcaster import clock
from broadcaster.broadcasts import audit, drafting, due, threads
from broadcaster.broadcasts.drafting import Order
from broadcaster.broadcasts.models import Broadcast, Draft
from broadcaster.broadcasts.selecting import Kind, Selection
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.broadcasts.threads import Place
from broadcaster.kinds import BadInput, Channel
from broadcaster.roster.models import School

#: seconds after which a handing in that came to no end, since its process died, is taken for none
_GIVEN_UP = 60.0


class SavedMeanwhile(Exception):  # noqa: N818 - says what happened
    """Somebody else has saved the draft since it was opened. `draft` is as it is now."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(f"draft {draft.pk} was saved meanwhile")
        self.draft = draft


class HandedIn(BadInput):
    """The draft was handed in already, by somebody else or by a second click."""


def begin(template: str, actor: str, school: School | None = None, *, drill: bool = False, listed: str = "") -> Draft:
    """An empty draft of a template; with a school, for its families alone; with a list, for who is on it."""
    now = clock.now()
    who = Selection(kind=Kind.LIST if listed else Kind.DISTRICT if school else Kind.SOME, listed=listed)
    return Draft.objects.create(
        template=template,
        who=who.kept(),
        audience=who.expression(school.name if school else None),
        school=school,
        drill=drill,
        created_by=actor,
        created_at=now,
        saved_by=actor,
        saved_at=now,
    )


class As(Enum):
    """What a draft is to the broadcast that it is made of: another like it, an update of it, its correction, or itself,
    since it came back.
    """

    ANOTHER = "another"
    UPDATE = "follow"
    CORRECTION = "correct"
    ITSELF = "itself"


def like(broadcast: Broadcast, actor: str, school: School | None = None, how: As = As.ANOTHER) -> Draft:
    """A draft with all that a broadcast has."""
    now = clock.now()
    # an office's draft stays inside its school: the school's own part is put around what was picked
    words = "district" if school else threads.present_audience(broadcast)
    follows = {As.UPDATE: broadcast.pk, As.CORRECTION: broadcast.pk, As.ITSELF: broadcast.follows_id}.get(how)
    who = Selection(kind=Kind.DISTRICT if words == "district" else Kind.WORDS, words=words)
    return Draft.objects.create(
        template=broadcast.template,
        values=broadcast.fields,
        changes=broadcast.changes,
        who=who.kept(),
        audience=who.expression(school.name if school else None),
        channels=broadcast.channels,
        drill=broadcast.drill,
        follows_id=follows,
        corrects=how is As.CORRECTION or (how is As.ITSELF and broadcast.corrects),
        school=school,
        broadcast=broadcast if how is As.ITSELF else None,
        created_by=actor,
        created_at=now,
        saved_by=actor,
        saved_at=now,
    )


def find(pk: int) -> Draft | None:
    """The draft, if there is one."""
    found = Draft.objects.filter(pk=pk).select_related("broadcast", "school").first()
    if found and found.handed_in_at and clock.now() - found.handed_in_at > _GIVEN_UP and _never_left(found):
        Draft.objects.filter(pk=pk).update(handed_in_at=None)
        found.handed_in_at = None
    return found


def _never_left(draft: Draft) -> bool:
    return draft.broadcast is None or draft.broadcast.status == BroadcastStatus.DRAFT


def save(draft: Draft, version: int, actor: str, **fields: Any) -> Draft:
    """Save what was typed over the version that it was typed over. Raises SavedMeanwhile where there is a newer one,
    and HandedIn.
    """
    if not any(getattr(draft, name) != value for name, value in fields.items()) and version == draft.version:
        return draft
    mine = Draft.objects.filter(pk=draft.pk, version=version, handed_in_at=None)
    saved = mine.update(**fields, version=F("version") + 1, saved_by=actor, saved_at=clock.now())
    draft.refresh_from_db()
    if saved:
        return draft
    if draft.handed_in_at is not None:
        raise HandedIn(f"draft {draft.pk} was handed in already")
    raise SavedMeanwhile(draft)


def pick_list(draft: Draft, listed: str, actor: str) -> Draft:
    """Have it go to who is on a list, whatever was picked before. Raises as `save`."""
    who = Selection(kind=Kind.LIST, listed=listed)
    audience = who.expression(draft.school.name if draft.school else None)
    return save(draft, draft.version, actor, who=who.kept(), audience=audience)


def discard(draft: Draft, actor: str) -> None:
    """Throw an open draft away; the broadcast that came back to it is cancelled. Raises HandedIn."""
    with transaction.atomic():
        if not Draft.objects.filter(pk=draft.pk, handed_in_at=None).delete()[0]:
            raise HandedIn(f"draft {draft.pk} was handed in already")
        if draft.broadcast_id is not None:
            Broadcast.move(draft.broadcast_id, BroadcastStatus.CANCELLED, status_reason=f"thrown away by {actor}")
        audit.write(actor, "threw a draft away", draft.broadcast_id, {"template": draft.template})


def order_of(draft: Draft) -> Order:
    """What the draft asks for. Raises BadInput for a time that can't be read or is over."""
    return Order(
        template=draft.template,
        audience=draft.audience,
        values=draft.values,
        channels=[Channel(value) for value in draft.channels],
        due_at=due.instant(draft.at) if draft.at else None,
        drill=draft.drill,
        unreviewed=draft.unreviewed,
        changes=draft.changes,
        follows=draft.follows_id,
        corrects=draft.corrects,
    )


def place_of(draft: Draft) -> Place | None:
    """Where it stands in a thread, if it follows another. Raises BadInput where nothing can follow that one."""
    if draft.follows_id is None:
        return None
    return threads.place(draft.follows_id, corrects=draft.corrects, drill=draft.drill)


def everybody(draft: Draft) -> str:
    """The audience with those who got the one that it follows; "" while nobody is picked. Raises as `place_of`."""
    place = place_of(draft) if draft.audience else None
    return place.audience(draft.audience) if place else draft.audience


def hand_in(draft: Draft, version: int, actor: str) -> Broadcast:
    """Make the draft a broadcast, once: whoever comes second gets HandedIn, over an older version SavedMeanwhile.

    Raises what `drafting.draft` does; the draft is then open as before.
    """
    order = order_of(draft)
    taken = Draft.objects.filter(pk=draft.pk, version=version, handed_in_at=None).update(handed_in_at=clock.now())
    draft.refresh_from_db()
    if not taken and draft.handed_in_at is not None:
        raise HandedIn(f"draft {draft.pk} was handed in already")
    if not taken:
        raise SavedMeanwhile(draft)
    try:
        return _made(draft, order, actor)
    except BaseException:
        Draft.objects.filter(pk=draft.pk).update(handed_in_at=None)
        raise


def reopen(broadcast: Broadcast, actor: str, school: School | None = None) -> Draft:
    """The draft of a broadcast that came back, open again."""
    if not Draft.objects.filter(broadcast=broadcast).update(handed_in_at=None):
        return like(broadcast, actor, school, As.ITSELF)
    return Draft.objects.get(broadcast=broadcast)


def _made(draft: Draft, order: Order, actor: str) -> Broadcast:
    if draft.broadcast is not None:
        drafting.redraft(draft.broadcast, order, actor)
        return draft.broadcast
    broadcast = drafting.draft(order, actor)
    Draft.objects.filter(pk=draft.pk).update(broadcast=broadcast)
    return broadcast
