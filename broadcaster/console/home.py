"""Home: what is going out, what waits for me, what was sent last, and what is not as it should be."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from broadcaster import clock
from broadcaster.broadcasts.models import Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.console.guard import Request, allowed, no_page, signed_in
from broadcaster.people.roles import Act, may
from broadcaster.reports.overview import overview
from broadcaster.reports.snapshot import Snapshot, snapshot
from broadcaster.roster.models import RosterImport

#: a roster older than this many seconds is called old
_OLD_ROSTER = 7 * 86_400.0
#: broadcasts on the page
_LAST = 10
_UNDER_WAY = (BroadcastStatus.APPROVED, BroadcastStatus.SENDING, BroadcastStatus.PAUSED)


@dataclass(frozen=True, slots=True)
class RosterAge:
    """How old the roster is. `days` counts whole days."""

    at: float
    days: int

    @property
    def is_old(self) -> bool:
        """Whether families who came since may well be missing."""
        return clock.now() - self.at > _OLD_ROSTER


@allowed(Act.SEE_REPORTS)
@require_safe
def home(request: Request) -> HttpResponse:
    """The first page."""
    waiting = Broadcast.objects.filter(status=BroadcastStatus.IN_REVIEW).order_by("created_at")
    context = {
        "under_way": _under_way(),
        "waiting": waiting if may(request.user.role, Act.APPROVE) else [],
        "last": overview(_LAST),
        "roster": _roster(),
        "may_write": may(request.user.role, Act.REHEARSE),
    }
    return render(request, "console/home.html", context)


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


def _under_way() -> list[Snapshot]:
    ids = Broadcast.objects.filter(status__in=_UNDER_WAY).order_by("-approved_at").values_list("pk", flat=True)
    return [snapshot(pk) for pk in ids[:_LAST]]


def _roster() -> RosterAge | None:
    newest = RosterImport.objects.order_by("-pk").first()
    if newest is None:
        return None
    return RosterAge(newest.at, int((clock.now() - newest.at) // 86_400))
