"""Home: what is going out, what waits for me, what was sent last, and what is not as it should be."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from broadcaster.broadcasts.models import ANSWER, Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.console import glance
from broadcaster.console.glance import Glance
from broadcaster.console.guard import Request, allowed, no_page, signed_in
from broadcaster.console.scope import school_of
from broadcaster.console.unwell import warnings
from broadcaster.people.roles import Act, may
from broadcaster.reports.lately import lately, of_school
from broadcaster.roster.models import School
from broadcaster.roster.snapshot import snapshot as roster

#: broadcasts on the page, and of those that are going out
_LAST, _GOING = 10, 5
#: seconds that each of those may keep the page waiting
_PATIENCE = 0.02
_UNDER_WAY = (BroadcastStatus.APPROVED, BroadcastStatus.SENDING, BroadcastStatus.PAUSED)


@allowed(Act.SEE_REPORTS)
@require_safe
def home(request: Request) -> HttpResponse:
    """The first page."""
    me, school = request.user, school_of(request.user)
    under_way = _under_way(school)
    going = {one.pk for one, _ in under_way}
    lines = lately(_LAST, glance.families, school=school, uncounted=going)
    context = {
        "under_way": under_way,
        "waiting": _waiting().exclude(created_by=me.email) if may(me.role, Act.APPROVE) else [],
        "mine": _waiting().filter(created_by=me.email),
        "last": [line for line in lines if line.broadcast.pk not in going],
        "warnings": warnings(me),
        "roster": roster(),
        "may_write": may(me.role, Act.REHEARSE),
    }
    return render(request, "console/home.html", context)


def _waiting() -> QuerySet[Broadcast]:
    """What waits for a second person, the oldest first."""
    return Broadcast.objects.filter(status=BroadcastStatus.IN_REVIEW).order_by("created_at")


def _under_way(school: School | None) -> list[tuple[Broadcast, Glance | None]]:
    """What goes out now, with its numbers as of a moment ago; None while they are read for the first time."""
    found = Broadcast.objects.order_by("-id") if school is None else of_school(school)
    going = found.filter(status__in=_UNDER_WAY).exclude(template=ANSWER)[:_GOING]
    return [(one, glance.of(one.pk, school, patience=_PATIENCE)) for one in going]


@signed_in
@require_safe
def second_factor(request: Request) -> HttpResponse:
    """Why a second factor is needed, and which there are."""
    return render(request, "console/second_factor.html")


@no_page
@signed_in
@require_safe
def begin(_request: Request) -> HttpResponse:
    """The console's address without a page."""
    return redirect("console:home")
