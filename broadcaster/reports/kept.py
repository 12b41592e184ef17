"""Whole reports of settled broadcasts, counted once and kept: to count 60,000 families again takes a second."""

from contextlib import suppress
from functools import cache

from pydantic import TypeAdapter, ValidationError

from broadcaster import clock
from broadcaster.broadcasts.models import Broadcast
from broadcaster.delivery.models import ANSWERED_WITHIN
from broadcaster.reports import counts
from broadcaster.reports.models import KeptReport
from broadcaster.reports.report import Report
from broadcaster.roster.models import School


def report(broadcast: Broadcast, school: School | None = None, *, anew: bool = False) -> Report:
    """The broadcast's report: as it was kept where it is settled, else as of now; also while families may still say
    that they have read it. `as_of` says which.

    A receipt that comes after the broadcast was settled is not in a kept one: `anew` counts again, and keeps that.
    """
    answers_come = broadcast.acknowledge and clock.now() - (broadcast.approved_at or 0.0) < ANSWERED_WITHIN
    if broadcast.settled_at is None or answers_come:
        return counts.report(broadcast.pk, school)
    mine = KeptReport.objects.filter(broadcast_id=broadcast.pk, school_id=school.pk if school else 0)
    found = None if anew else mine.values_list("document", flat=True).first()
    if found is not None:
        with suppress(ValidationError):  # kept by an older version, with less in it
            return _form().validate_json(found)
    report = counts.report(broadcast.pk, school)
    KeptReport.objects.update_or_create(
        broadcast_id=broadcast.pk,
        school_id=school.pk if school else 0,
        defaults={"document": _form().dump_json(report).decode()},
    )
    return report


@cache
def _form() -> TypeAdapter[Report]:
    return TypeAdapter(Report)
