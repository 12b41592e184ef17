"""What is being written: the list of drafts, beginning one, and throwing one away."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from broadcaster.audiences import lists
from broadcaster.broadcasts import drafts
from broadcaster.broadcasts.drafts import As
from broadcaster.broadcasts.models import Broadcast, Draft
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.console import glance, seen
from broadcaster.console.guard import Request, allowed
from broadcaster.console.writing import step
from broadcaster.kinds import BadInput, Purpose
from broadcaster.people.models import Person
from broadcaster.people.roles import Act, may
from broadcaster.reports.lately import lately
from broadcaster.templating import library
from broadcaster.templating.template import Template

#: broadcasts on the page
_NEWEST = 25


@dataclass(frozen=True, slots=True)
class Open:
    """An open draft and what it is called."""

    draft: Draft
    title: str


@allowed(Act.SEE_REPORTS)
@require_safe
def broadcasts(request: Request) -> HttpResponse:
    """What is being written, what waits, and what has gone out."""
    writes = may(request.user.role, Act.REHEARSE)
    waiting = Broadcast.objects.filter(status=BroadcastStatus.IN_REVIEW).order_by("created_at")
    if request.user.school_id is not None:
        waiting = waiting.filter(draft__school=request.user.school_id)
    context = {
        "drafts": list(_named(drafts_of(request.user))) if writes else [],
        "waiting": waiting,
        "lines": lately(_NEWEST, glance.families, school=request.user.school),
        "may_write": writes,
    }
    return render(request, "console/writing/broadcasts.html", context)


def drafts_of(person: Person) -> list[Draft]:
    """Those that somebody may go on with, the last saved first."""
    found = Draft.objects.filter(handed_in_at=None).select_related("school", "broadcast").order_by("-saved_at")
    return list(found if person.school_id is None else found.filter(school=person.school_id))


@allowed(Act.REHEARSE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """GET shows the library to pick from; POST begins a draft of a template. With `list` it is for who is on it."""
    school = request.user.school
    asked = request.POST.get("list", "") or request.GET.get("list", "")
    listed = lists.find(asked, school.pk if school else None) if asked else None
    if request.method == "POST":
        try:
            template = library.load(request.POST.get("template", ""))
        except BadInput as error:
            messages.error(request, str(error))
            return redirect("console:new")
        only_drills = not may(request.user.role, Act.SEND)
        drill = only_drills or bool(request.POST.get("drill"))
        to_list = lists.asked_for_by(listed) if listed else ""
        draft = drafts.begin(template.name, request.user.email, school, drill=drill, listed=to_list)
        return redirect("console:draft-what", draft.pk)
    groups = [(purpose, [one for one in library.load_all() if one.purpose is purpose]) for purpose in Purpose]
    context = {"groups": [group for group in groups if group[1]], "listed": listed, "asked": asked}
    return render(request, "console/writing/new.html", context)


@allowed(Act.REHEARSE)
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: Request, pk: int) -> HttpResponse:
    """GET asks, POST throws the draft away."""
    draft = step.draft_of(request, pk)
    if request.method == "POST":
        try:
            drafts.discard(draft, request.user.email)
        except drafts.HandedIn as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The draft is gone."))
        return redirect("console:broadcasts")
    return render(request, "console/writing/discard.html", {"draft": draft, "title": _title(draft.template, _titles())})


@allowed(Act.REHEARSE)
@require_POST
def again(request: Request, pk: int) -> HttpResponse:
    """Begin a draft with all that a broadcast has."""
    found = seen.own_broadcast(request, pk)
    how = request.POST.get("how", "")
    way = As(how) if how in (As.UPDATE.value, As.CORRECTION.value) else As.ANOTHER
    draft = drafts.like(found, request.user.email, request.user.school, way)
    return redirect("console:draft-what", draft.pk)


def _named(found: Iterable[Draft]) -> list[Open]:
    titles = _titles()
    return [Open(draft, _title(draft.template, titles)) for draft in found]


def _titles() -> dict[str, Template]:
    return {template.name: template for template in library.load_all()}


def _title(name: str, known: dict[str, Template]) -> str:
    return known[name].title if name in known else name
