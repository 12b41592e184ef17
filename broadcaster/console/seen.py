"""Whose broadcasts somebody sees and may act on: a school's people their school's, the others all."""

from django.http import Http404

from broadcaster.broadcasts.models import Broadcast
from broadcaster.console.guard import Request
from broadcaster.people.models import Person
from broadcaster.reports.lately import of_school


def broadcast(request: Request, pk: int) -> Broadcast:
    """The broadcast, where it is this person's to see. Raises Http404."""
    found = Broadcast.objects.filter(pk=pk).select_related("draft").first()
    school = request.user.school
    if found is None:
        raise Http404
    if school is not None and not is_own(request.user, found) and not of_school(school).filter(pk=pk).exists():
        raise Http404
    return found


def own_broadcast(request: Request, pk: int) -> Broadcast:
    """The broadcast, where it is this person's to act on. Raises Http404."""
    found = broadcast(request, pk)
    if not is_own(request.user, found):
        raise Http404
    return found


def is_own(person: Person, found: Broadcast) -> bool:
    """Whether they may act on it: a school's people on what was written for their school alone."""
    if person.school_id is None:
        return True
    draft = getattr(found, "draft", None)
    return draft is not None and draft.school_id == person.school_id
