"""A broadcast's page: what it says, to whom, how far it is, and what can be done about it now."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from broadcaster.broadcasts import control, submissions
from broadcaster.broadcasts.models import AuditEntry, Broadcast
from broadcaster.broadcasts.preview import of_broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.console import glance, seen
from broadcaster.console.guard import Request, allowed, no_page
from broadcaster.delivery import wake
from broadcaster.kinds import BadInput
from broadcaster.people.roles import Act, may
from broadcaster.reports import charts
from broadcaster.reports.phrases import duration
from broadcaster.reports.report import Report, Served
from broadcaster.reports.snapshot import snapshot

_ACTS = {"pause": control.pause, "resume": control.resume, "cancel": control.cancel}
_STILL_GOING = (BroadcastStatus.APPROVED, BroadcastStatus.SENDING, BroadcastStatus.PAUSED)
_NOT_YET = (BroadcastStatus.DRAFT, BroadcastStatus.IN_REVIEW)


@allowed(Act.SEE_REPORTS)
@require_safe
def broadcast(request: Request, pk: int) -> HttpResponse:
    """The page; or, for htmx, the part of it that moves."""
    found = seen.broadcast(request, pk)
    live = _live(found, request)
    if request.headers.get("HX-Request"):
        part = "schools" if request.GET.get("part") == "schools" else "live"
        over = not live["moves"]
        # with 286 htmx asks no more
        return render(request, f"console/broadcast_{part}.html", live | {"over": over}, status=286 if over else 200)
    own = seen.is_own(request.user, found)
    role = request.user.role
    context = live | {
        "drill": found.drill,
        "previews": of_broadcast(found),
        "log": AuditEntry.objects.filter(broadcast_id=pk).order_by("id"),
        "may_control": own and may(role, Act.CONTROL) and found.status in _STILL_GOING,
        "in_review": own and may(role, Act.SEND) and found.status == BroadcastStatus.IN_REVIEW,
        "may_write": own and may(role, Act.REHEARSE),
        "open_draft": _open_draft(found) if own and may(role, Act.REHEARSE) else None,
        "submission": submissions.newest(found),
    }
    return render(request, "console/broadcast.html", context)


def _live(found: Broadcast, request: Request) -> dict[str, Any]:
    """What moves. `glance` is None while it is counted for the first time."""
    if found.status in _NOT_YET:
        return {"broadcast": found, "moves": False, "not_yet": True}
    looked = glance.of(found.pk, request.user.school)
    known: dict[str, Any] = {"broadcast": found, "glance": looked, "moves": True}
    if looked is not None:
        report = looked.report
        known |= {
            "report": report,
            "curve": _curve(report),
            "schools": _schools(report),
            "moves": found.status in _STILL_GOING or not report.complete,
        }
    return known


def _schools(report: Report) -> list[tuple[str, Served]]:
    """While it moves in the order of names, so that no line jumps away from who reads it; then the worst first."""
    lines = list(report.school_families.items())
    return sorted(lines, key=lambda line: _share(line[1])) if report.complete else lines


def _share(one: Served) -> float:
    return one.reached / one.total if one.total else 1.0


def _curve(report: Report) -> SafeString:
    described = _("%(reached)d of %(total)d families reached.") % {
        "reached": report.families.reached,
        "total": report.families.total,
    }
    words = charts.Words("curve", _("Families reached over time since the approval"), described)
    return mark_safe(charts.curve(report.curve, report.families.total, words, duration))  # noqa: S308 - escaped there


def _open_draft(found: Broadcast) -> int | None:
    draft = getattr(found, "draft", None)
    return draft.pk if draft is not None and draft.handed_in_at is None else None


@allowed(Act.CONTROL)
@require_http_methods(["GET", "HEAD", "POST"])
def cancelling(request: Request, pk: int) -> HttpResponse:
    """GET says what cancelling means, and asks; POST cancels it."""
    found = seen.own_broadcast(request, pk)
    if request.method == "POST":
        return _done(request, found, "cancel")
    return render(request, "console/cancelling.html", {"broadcast": found, "drill": found.drill, "shot": snapshot(pk)})


@no_page
@allowed(Act.CONTROL)
@require_POST
def act(request: Request, pk: int, name: str) -> HttpResponse:
    """Pause it, or go on with it."""
    if name not in ("pause", "resume"):
        raise Http404
    return _done(request, seen.own_broadcast(request, pk), name)


def _done(request: Request, found: Broadcast, name: str) -> HttpResponse:
    try:
        _ACTS[name](found, request.user.email)
    except BadInput as error:
        messages.error(request, str(error))
    else:
        if name == "resume":
            wake.wake(found.pk)
    return redirect("console:broadcast", found.pk)
