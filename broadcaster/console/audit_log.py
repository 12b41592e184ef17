"""The audit log: who did what, and who looked at which family; narrowed, as a file, and checked for changes."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from broadcaster import clock
from broadcaster.broadcasts import audit, looks
from broadcaster.broadcasts.models import AuditEntry, Look
from broadcaster.console import days
from broadcaster.console.download import csv_file
from broadcaster.console.guard import Request, allowed, no_page
from broadcaster.people.roles import Act
from broadcaster.reports.sheet import Cell

#: entries on a page
_PAGE = 100
_LOOKS_HEADER = ("id", "at", "actor", "act", "family", "contact", "broadcast", "vouched_for_by")
_HEADER = ("id", "at", "actor", "act", "broadcast", "detail", "hash")


class Narrowing(forms.Form):
    """Which entries are shown: all that fit every field that is filled in."""

    actor = forms.CharField(label=gettext_lazy("Who"), required=False, max_length=100)
    act = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    broadcast = forms.IntegerField(label=gettext_lazy("Broadcast"), required=False, min_value=1)
    first = forms.DateField(label=gettext_lazy("From"), required=False, widget=days.Day)
    last = forms.DateField(label=gettext_lazy("To"), required=False, widget=days.Day)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        acts = AuditEntry.objects.order_by("act").values_list("act", flat=True).distinct()
        self.fields["act"].choices = [("", _("everything")), *((act, _(act)) for act in acts)]  # type: ignore[attr-defined]

    def entries(self) -> QuerySet[AuditEntry]:
        """Those that fit, the newest first."""
        told = self.cleaned_data if self.is_valid() else {}
        found = AuditEntry.objects.order_by("-id")
        if told.get("actor"):
            found = found.filter(actor__icontains=told["actor"].strip())
        if told.get("act"):
            found = found.filter(act=told["act"])
        if told.get("broadcast"):
            found = found.filter(broadcast_id=told["broadcast"])
        return _between(found, told)


def _between(found: QuerySet[Any], told: dict[str, Any]) -> QuerySet[Any]:
    if told.get("first"):
        found = found.filter(at__gte=days.midnight(told["first"]))
    if told.get("last"):
        found = found.filter(at__lt=days.midnight(told["last"] + timedelta(days=1)))
    return found


@allowed(Act.SEE_AUDIT)
@require_safe
def audit_log(request: Request) -> HttpResponse:
    """A page of entries."""
    form = Narrowing(request.GET)
    return render(request, "console/audit_log.html", _paged(request, form, form.entries()))


def _paged(request: Request, form: forms.Form, found: QuerySet[Any]) -> dict[str, Any]:
    """A page of what was found; `before` is the id that the next page begins under."""
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    entries = list(found[: _PAGE + 1])
    narrowed = request.GET.copy()
    narrowed.pop("before", None)
    return {
        "form": form,
        "entries": entries[:_PAGE],
        "older": entries[_PAGE - 1].pk if len(entries) > _PAGE else None,
        "narrowed": narrowed.urlencode(),
    }


@no_page
@allowed(Act.SEE_AUDIT)
@require_safe
def export(request: Request) -> HttpResponseBase:
    """The entries that fit as CSV, all of them."""
    return csv_file(request, "audit-log.csv", _HEADER, _rows(Narrowing(request.GET).entries()))


def _rows(entries: QuerySet[AuditEntry]) -> Iterator[tuple[Cell, ...]]:
    for one in entries.iterator(chunk_size=2000):
        detail = json.dumps(one.detail, ensure_ascii=False, sort_keys=True) if one.detail else ""
        yield one.pk, clock.iso(one.at), one.actor, one.act, one.broadcast_id, detail, one.hash


class NarrowingLooks(forms.Form):
    """Which looks at families are shown."""

    actor = forms.CharField(label=gettext_lazy("Who"), required=False, max_length=254)
    family = forms.IntegerField(label=gettext_lazy("Number of the family"), required=False, min_value=1)
    first = forms.DateField(label=gettext_lazy("From"), required=False, widget=days.Day)
    last = forms.DateField(label=gettext_lazy("To"), required=False, widget=days.Day)

    def looks(self) -> QuerySet[Look]:
        """Those that fit, the newest first."""
        told = self.cleaned_data if self.is_valid() else {}
        found = Look.objects.order_by("-id")
        if told.get("actor"):
            found = found.filter(actor__icontains=told["actor"].strip())
        if told.get("family"):
            found = found.filter(family_id=told["family"])
        return _between(found, told)


@allowed(Act.SEE_AUDIT)
@require_safe
def audit_looks(request: Request) -> HttpResponse:
    """Who looked at which family, page by page."""
    form = NarrowingLooks(request.GET)
    return render(request, "console/audit_looks.html", _paged(request, form, form.looks()))


@no_page
@allowed(Act.SEE_AUDIT)
@require_safe
def export_looks(request: Request) -> HttpResponseBase:
    """The looks that fit as CSV, all of them."""
    found = NarrowingLooks(request.GET).looks().iterator(chunk_size=2000)
    rows = (
        (one.pk, clock.iso(one.at), one.actor, one.act, one.family_id, one.contact_id, one.broadcast_id, one.seal)
        for one in found
    )
    return csv_file(request, "looks-at-families.csv", _LOOKS_HEADER, rows)


@no_page
@allowed(Act.SEE_AUDIT)
@require_POST
def verify(request: Request) -> HttpResponse:
    """Go through the whole chain, and say whether it is as it was written."""
    count = AuditEntry.objects.count()
    broken = audit.first_break() or looks.first_break()
    if broken is None:
        said = _("The chain holds: all %(count)d entries are as they were written.") % {"count": count}
        messages.success(request, said)
    else:
        said = _(
            "The chain breaks at entry %(id)d: it, or one before it, was changed. Nothing after it can be trusted."
        )
        messages.error(request, said % {"id": broken})
    return redirect("console:audit")
