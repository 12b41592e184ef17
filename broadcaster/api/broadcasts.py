"""Broadcasts: draft, submit, approve as policy wants it, stop, and the report."""

from http import HTTPStatus
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from ninja import Path, Query, Router, Status

from broadcaster import clock
from broadcaster.api.once import once
from broadcaster.api.shapes import Broadcast as Shape
from broadcaster.api.shapes import Order, Problem, Submission
from broadcaster.api.tokens import Scope
from broadcaster.api.v1 import Asked, actor, needs
from broadcaster.broadcasts import approval, control, drafting
from broadcaster.broadcasts.models import Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery import wake
from broadcaster.kinds import BadInput
from broadcaster.reports import counts
from broadcaster.reports.lookup import find
from broadcaster.reports.overview import overview
from broadcaster.settings import SETTINGS

router = Router(tags=["broadcasts"])

_FAILURES = dict.fromkeys((401, 403, 404, 409, 422, 429), Problem)
Number = Annotated[int, Path(ge=1, le=2**62)]
#: as far ahead as a broadcast may be put off, in seconds
_FARTHEST = 366 * 86_400.0


class OwnDraft(BadInput):
    """Who drafted a broadcast is not its second person."""


@router.get("/broadcasts", response={200: list[dict[str, Any]], **_FAILURES})
@needs(Scope.BROADCASTS)
def broadcasts(request: Asked, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> list[dict[str, Any]]:  # noqa: ARG001 - ninja's signature
    """The newest, as `broadcaster list --json` has them."""
    return [line.as_json() for line in overview(limit)]


@router.post("/broadcasts", response={201: Shape, **_FAILURES})
@needs(Scope.BROADCASTS)
def draft(request: Asked, order: Order) -> Status[Any]:
    """Keep a draft. Nothing goes out before it is submitted and approved."""

    def work() -> dict[str, Any]:
        wanted = drafting.Order(
            template=order.template,
            audience=order.audience,
            values=order.values,
            channels=tuple(dict.fromkeys(order.channels)),
            due_at=_instant(order),
            drill=order.drill,
        )
        return _shown(drafting.draft(wanted, actor(request)))

    return once(request, request.auth, HTTPStatus.CREATED, work)


@router.get("/broadcasts/{number}", response={200: Shape, **_FAILURES})
@needs(Scope.BROADCASTS)
def broadcast(request: Asked, number: Number) -> dict[str, Any]:  # noqa: ARG001 - ninja's signature
    """One broadcast as it stands."""
    return _shown(find(number))


@router.post("/broadcasts/{number}/submit", response={200: Shape, **_FAILURES})
@needs(Scope.BROADCASTS)
def submit(request: Asked, number: Number, submission: Submission) -> Status[Any]:
    """Hand a draft in: approved at once where policy lets one do that or `reason` releases it, else in review."""

    def work() -> dict[str, Any]:
        made = find(number)
        if submission.reason and Scope.APPROVE.value not in request.auth.scopes:
            raise BadInput("`reason` releases it without a second person, and this token is not for 'approve'")
        if approval.submit(made, actor(request), submission.reason) is BroadcastStatus.APPROVED:
            wake.wake(made.pk)
            wake.wake_teller()
        return _shown(find(number))

    return once(request, request.auth, HTTPStatus.OK, work)


@router.post("/broadcasts/{number}/approve", response={200: Shape, **_FAILURES})
@needs(Scope.APPROVE)
def approve(request: Asked, number: Number) -> Status[Any]:
    """Be the second person of a broadcast that is in review. Who drafted it can't be."""

    def work() -> dict[str, Any]:
        made = find(number)
        if made.status != BroadcastStatus.IN_REVIEW:
            raise BadInput(f"broadcast {number} is {made.status}: only one that is in_review can be approved")
        if made.created_by == actor(request):
            raise OwnDraft(f"broadcast {number} was drafted with this token: approving it takes somebody else")
        approval.approve(made, actor(request))
        wake.wake(made.pk)
        return _shown(find(number))

    return once(request, request.auth, HTTPStatus.OK, work)


@router.post("/broadcasts/{number}/pause", response={200: Shape, **_FAILURES})
@needs(Scope.BROADCASTS)
def pause(request: Asked, number: Number) -> dict[str, Any]:
    """Start no new message, within two seconds."""
    control.pause(find(number), actor(request))
    return _shown(find(number))


@router.post("/broadcasts/{number}/resume", response={200: Shape, **_FAILURES})
@needs(Scope.BROADCASTS)
def resume(request: Asked, number: Number) -> dict[str, Any]:
    """Go on where it stopped."""
    made = find(number)
    control.resume(made, actor(request))
    wake.wake(made.pk)
    return _shown(find(number))


@router.post("/broadcasts/{number}/cancel", response={200: Shape, **_FAILURES})
@needs(Scope.BROADCASTS)
def cancel(request: Asked, number: Number) -> dict[str, Any]:
    """Send no more. What has gone stays counted."""
    control.cancel(find(number), actor(request))
    return _shown(find(number))


@router.get("/broadcasts/{number}/report", response={200: dict[str, Any], **_FAILURES}, tags=["reports"])
@needs(Scope.REPORTS)
def report(request: Asked, number: Number) -> dict[str, Any]:  # noqa: ARG001 - ninja's signature
    """Who was reached, as `broadcaster report ID --json` has it."""
    return counts.report(find(number).pk).as_json()


def _instant(order: Order) -> float | None:
    if order.due_at is None:
        return None
    zone = ZoneInfo(SETTINGS.district.district.time_zone)
    at = order.due_at if order.due_at.tzinfo else order.due_at.replace(tzinfo=zone)
    try:
        instant = at.timestamp()
    except (OverflowError, ValueError):
        instant = -1.0
    if not 0 <= instant - clock.now() <= _FARTHEST:
        raise BadInput(f"due_at {order.due_at.isoformat()} should be ahead, and within a year")
    return instant


def _shown(made: Broadcast) -> dict[str, Any]:
    return {
        "id": made.pk,
        "title": made.title,
        "status": made.status,
        "status_reason": made.status_reason,
        "purpose": made.purpose,
        "audience": made.audience,
        "channels": list(made.channels),
        "drill": made.drill,
        "created_by": made.created_by,
        "approved_by": made.approved_by,
        "due_at": clock.iso(made.due_at),
        "counts": dict(made.counts),
    }
