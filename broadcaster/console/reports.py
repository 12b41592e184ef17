"""Reports: every broadcast with its reach, and the year's trends."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from broadcaster.broadcasts.models import Broadcast
from broadcaster.console import days, glance
from broadcaster.console.download import csv_file
from broadcaster.console.guard import Request, allowed, no_page
from broadcaster.console.paper import printed_page
from broadcaster.console.scope import school_of
from broadcaster.console.templatetags.console import language
from broadcaster.kinds import BadInput
from broadcaster.people.roles import Act
from broadcaster.reports import charts, trend_sheet, verdict
from broadcaster.reports.comparing import Line
from broadcaster.reports.lately import lately
from broadcaster.reports.paper_trends import page as paper_page
from broadcaster.reports.period import period
from broadcaster.reports.trends import Trends, trends

#: broadcasts on a page of the list
_PAGE = 25


@allowed(Act.SEE_REPORTS)
@require_safe
def reports(request: Request) -> HttpResponse:
    """The list; `before` is the id that the next page begins under."""
    before = request.GET.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    lines = lately(_PAGE + 1, glance.families, before=number, school=school_of(request.user))
    older = lines[_PAGE - 1].broadcast.pk if len(lines) > _PAGE else None
    context = {"lines": lines[:_PAGE], "older": older, "school": school_of(request.user)}
    return render(request, "console/reports.html", context)


class Days(forms.Form):
    """The first and the last day; without them the school year so far."""

    first = forms.DateField(label=gettext_lazy("From"), required=False, widget=days.Day)
    last = forms.DateField(label=gettext_lazy("To"), required=False, widget=days.Day)

    def trends(self, request: Request) -> Trends | None:
        """The trends of these days; None where the fields are wrong, which they say then."""
        if not self.is_valid():
            return None
        first, last = (self.cleaned_data[name] and self.cleaned_data[name].isoformat() for name in ("first", "last"))
        try:
            return trends(period(first or None, last or None), school_of(request.user), settled=True)
        except BadInput:
            self.add_error("first", gettext_lazy("The first day comes after the last."))
            return None


@allowed(Act.SEE_REPORTS)
@require_safe
def year(request: Request) -> HttpResponse:
    """Reach and time over a period, and who was served worse than others in the same broadcasts."""
    form = Days(request.GET)
    found = form.trends(request)
    context: dict[str, Any] = {"form": form, "found": found, "query": request.GET.urlencode()}
    if found is not None:
        approved = Broadcast.objects.filter(approved_at__gte=found.period.since, approved_at__lt=found.period.until)
        context |= {
            "not_yet": approved.filter(settled_at=None, drill=False).count(),
            "sentences": [*verdict.stands_out(found), *verdict.notes(found)],
            "chart": _chart(found),
            "groups": [
                ("schools", _("Schools, the worst first"), [(one.name, *_cells(one)) for one in found.schools]),
                (
                    "languages",
                    _("Home languages, the worst first"),
                    [(language(one.name), *_cells(one)) for one in found.languages],
                ),
            ],
        }
    return render(request, "console/year.html", context)


@no_page
@allowed(Act.SEE_REPORTS)
@require_safe
def year_printed(request: Request) -> HttpResponse:
    """The same as a page to print."""
    found = Days(request.GET).trends(request)
    return printed_page(paper_page(found)) if found else redirect("console:year")


@no_page
@allowed(Act.SEE_REPORTS)
@require_safe
def year_csv(request: Request) -> HttpResponseBase:
    """The same as CSV: a row per school and per language."""
    found = Days(request.GET).trends(request)
    return (
        csv_file(request, "trends.csv", trend_sheet.HEADER, trend_sheet.rows(found))
        if found
        else redirect("console:year")
    )


def _chart(found: Trends) -> str:
    if not found.points:
        return ""
    bars = [
        charts.Bar(
            point.title,
            point.families.reached / point.families.total,
            verdict.share(point.families.reached / point.families.total),
        )
        for point in found.points[-12:]
    ]
    said = _("Share of families reached by each of the last broadcasts. The list of reports has the numbers.")
    return charts.bars(bars, charts.Words("reach", _("Families reached by each broadcast"), said))


def _cells(line: Line) -> tuple[Line, str, str, str]:
    elsewhere = verdict.share(line.elsewhere)
    return line, verdict.own_share(line), elsewhere, verdict.time(line.t90)
