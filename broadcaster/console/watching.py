"""A broadcast's page: what it says, to whom, how far it is, and what can be done about it now."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from broadcaster.broadcasts import control
from broadcaster.broadcasts.models import AuditEntry, Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.console.guard import Request, allowed
from broadcaster.delivery import wake
from broadcaster.kinds import BadInput
from broadcaster.people.roles import Act, may
from broadcaster.reports import counts
from broadcaster.reports.report import Share
from broadcaster.reports.snapshot import snapshot

_ACTS = {"pause": control.pause, "resume": control.resume, "cancel": control.cancel}
_STILL_GOING = (BroadcastStatus.APPROVED, BroadcastStatus.SENDING, BroadcastStatus.PAUSED)


@allowed(Act.SEE_REPORTS)
@require_safe
def broadcast(request: Request, pk: int) -> HttpResponse:
    """The page; or, for htmx, the part of it that moves."""
    found = get_object_or_404(Broadcast, pk=pk)
    report = counts.report(pk)
    context = {
        "broadcast": found,
        "drill": found.drill,
        "report": report,
        "wordings": list(found.wordings.order_by("language")),
        "log": AuditEntry.objects.filter(broadcast_id=pk).order_by("id"),
        "schools": sorted(report.school_families.items(), key=lambda item: _share(item[1])),
        "moves": found.status in _STILL_GOING or not report.complete,
        "may_control": may(request.user.role, Act.CONTROL) and found.status in _STILL_GOING,
        "may_approve": may(request.user.role, Act.APPROVE) and found.status == BroadcastStatus.IN_REVIEW,
    }
    page = "console/broadcast_live.html" if request.headers.get("HX-Request") else "console/broadcast.html"
    return render(request, page, context)


def _share(one: Share) -> float:
    return one.reached / one.total if one.total else 1.0


@allowed(Act.CONTROL)
@require_safe
def cancelling(request: Request, pk: int) -> HttpResponse:
    """Says what cancelling means, and asks."""
    found = get_object_or_404(Broadcast, pk=pk)
    return render(request, "console/cancelling.html", {"broadcast": found, "drill": found.drill, "shot": snapshot(pk)})


@allowed(Act.CONTROL)
@require_POST
def act(request: Request, pk: int, name: str) -> HttpResponse:
    """Pause, resume or cancel it."""
    found = get_object_or_404(Broadcast, pk=pk)
    try:
        _ACTS[name](found, request.user.email)
    except BadInput as error:
        messages.error(request, str(error))
    else:
        if name == "resume":
            wake.wake(pk)
        messages.success(request, _("Done."))
    return redirect("console:broadcast", pk)
