"""A broadcast's report: who was reached, who was not and why, by school and by language; its call list; its files."""

from itertools import islice

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from broadcaster.broadcasts import looks
from broadcaster.broadcasts.models import Broadcast
from broadcaster.console import looking
from broadcaster.console.download import csv_file
from broadcaster.console.guard import Request, allowed
from broadcaster.console.paper import printed_document, printed_page
from broadcaster.console.scope import school_of
from broadcaster.console.templatetags.console import language
from broadcaster.delivery.erasing import is_erased
from broadcaster.people.roles import Act, may
from broadcaster.reports import charts, export, kept, letters, paper_report, unreached
from broadcaster.reports.lately import of_school
from broadcaster.reports.phrases import duration
from broadcaster.reports.report import Report
from broadcaster.reports.worst import worst_first
from broadcaster.roster.models import School

#: families on a page of the call list; the file has them all
_CALLS = 200
#: sheets in one document; `broadcaster report --letters` writes a file for each school, with all of them
_LETTERS = 500


def _asked_for(request: Request, pk: int) -> tuple[Broadcast, School | None]:
    """The broadcast, and the one school that somebody sees of it. Raises Http404 where it has nobody there."""
    school = school_of(request.user)
    return get_object_or_404(of_school(school) if school else Broadcast, pk=pk), school


@allowed(Act.SEE_REPORTS)
@require_safe
def report(request: Request, pk: int) -> HttpResponse:
    """The report."""
    broadcast, school = _asked_for(request, pk)
    found = kept.report(broadcast, school)
    context = {
        "broadcast": broadcast,
        "drill": broadcast.drill,
        "report": found,
        "missing": found.families.total - found.families.reached,
        "people_missing": found.people.total - found.people.reached,
        "chart": _chart(found),
        "schools": worst_first(found.school_families),
        "languages": [(language(tag), one) for tag, one in worst_first(found.language_families)],
        "grades": worst_first(found.grade_families),
        "may_call": may(request.user.role, Act.SEE_FAMILIES),
    }
    return render(request, "console/report.html", context)


@allowed(Act.SEE_REPORTS)
@require_POST
def again(request: Request, pk: int) -> HttpResponse:
    """Count a kept report again: receipts may have come since."""
    kept.report(*_asked_for(request, pk), anew=True)
    return redirect("console:report", pk)


@allowed(Act.SEE_REPORTS)
@require_safe
def report_printed(request: Request, pk: int) -> HttpResponse:
    """The report as a page to print, for the board."""
    return printed_page(paper_report.page(kept.report(*_asked_for(request, pk))))


@allowed(Act.SEE_FAMILIES)
@require_safe
def report_csv(request: Request, pk: int) -> HttpResponseBase:
    """A row per delivery."""
    broadcast, school = _asked_for(request, pk)
    looking.took_along(request, f"broadcast-{pk}.csv", school, pk)
    return csv_file(request, f"broadcast-{pk}.csv", export.HEADER, export.rows(broadcast.pk, school))


@allowed(Act.SEE_FAMILIES)
@require_safe
def calls(request: Request, pk: int) -> HttpResponse:
    """The call list of a school; of the whole district first the schools, each with how many are on its list."""
    broadcast, own = _asked_for(request, pk)
    found = kept.report(broadcast, own)
    school = own or _school(request)
    rows = _first(broadcast, school) if school or not found.school_families else []
    seen = [row.family_id for row in rows[:_CALLS] if row.family_id is not None]
    looking.saw(request, looks.CALLS, seen, broadcast_id=pk)
    lists = [(name, one.total - one.reached) for name, one in found.school_families.items()]
    context = {
        "broadcast": broadcast,
        "drill": broadcast.drill,
        "report": found,
        "school": school,
        "own": own,
        "lists": sorted(((name, count) for name, count in lists if count), key=lambda one: -one[1]),
        "ids": dict(School.objects.values_list("name", "id")),
        "missing": found.families.total - found.families.reached,
        "rows": rows,
        "most": _CALLS,
    }
    return render(request, "console/calls.html", context)


@allowed(Act.SEE_FAMILIES)
@require_safe
def calls_csv(request: Request, pk: int) -> HttpResponseBase:
    """The call list as CSV: of a school, or all of it."""
    broadcast, own = _asked_for(request, pk)
    if is_erased(broadcast.pk):
        return redirect("console:calls", pk)  # which says so
    school = own or _school(request)
    looking.took_along(request, f"not-reached-{pk}.csv", school, pk)
    rows = unreached.rows(broadcast.pk, school)
    return csv_file(request, f"not-reached-{pk}.csv", unreached.HEADER, rows)


def _first(broadcast: Broadcast, school: School | None) -> list[unreached.Unreached]:
    """A page of the list; none where names and addresses are erased."""
    if is_erased(broadcast.pk):
        return []
    return list(islice(unreached.unreached(broadcast.pk, school), _CALLS + 1))


def _school(request: Request) -> School | None:
    asked = request.GET.get("school", "")
    if not asked:
        return None
    if not (asked.isascii() and asked.isdigit()) or len(asked) > 18:
        raise Http404
    return get_object_or_404(School, pk=int(asked))


def _chart(found: Report) -> str:
    if not found.curve or not found.planned:
        return ""
    words = charts.Words("curve", _("Families reached over time"), _("The figures beside it say the same in numbers."))
    return charts.curve(found.curve, found.families.total, words, duration)


@allowed(Act.SEE_FAMILIES)
@require_safe
def letters_to_print(request: Request, pk: int) -> HttpResponse:
    """A sheet for each family whom no message can reach, to print; a school's office gets its own families alone."""
    broadcast, school = _asked_for(request, pk)
    found = list(islice(letters.letters(pk, school), _LETTERS))
    if not found:
        messages.info(request, _("No family needs a letter: every one was reached, or may still be."))
        return redirect("console:report", pk)
    looking.took_along(request, "letters", school, pk)
    return printed_document(letters.html(broadcast, school.name if school else "", found))
