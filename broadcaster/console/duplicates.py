"""Contacts who look like one person: merged, or kept apart, by somebody who sees the whole district."""

from collections.abc import Sequence

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from broadcaster import clock
from broadcaster.broadcasts import looks
from broadcaster.console import looking, soon
from broadcaster.console.guard import Request, allowed
from broadcaster.console.scope import school_of
from broadcaster.kinds import BadInput
from broadcaster.people.roles import Act
from broadcaster.roster import duplicates as pairs
from broadcaster.roster import snapshot
from broadcaster.roster.models import Contact, Verdict

#: pairs on the page, and merges that can be taken back there
_PAGE, _DECIDED = 25, 20


@allowed(Act.EDIT_FAMILIES)
@require_safe
def duplicates(request: Request) -> HttpResponse:
    """The surest first, side by side; and what was decided lately."""
    _whole_district(request)
    found = _suspected()
    side_by_side, merged = _side_by_side((found or ())[:_PAGE]), _merged()
    seen = [contact for _what, *two in (*side_by_side, *merged) for contact in two]
    looking.saw_people(request, looks.COMPARED, seen)
    context = {
        "looking": found is None,
        "count": len(found or ()),
        "pairs": side_by_side,
        "merged": merged,
    }
    return render(request, "console/duplicates.html", context)


def _suspected() -> Sequence[pairs.Duplicate] | None:
    """The pairs of a minute ago at most, but for those decided since; None while a large roster is gone through."""
    newest = snapshot.version()
    found = soon.made(f"duplicates:{newest}", lambda: (clock.now(), pairs.suspected()))
    return None if found is None else pairs.undecided(found[1], since=found[0])


def _side_by_side(found: Sequence[pairs.Duplicate]) -> list[tuple[pairs.Duplicate, Contact, Contact]]:
    ids = {one.one for one in found} | {one.other for one in found}
    people = Contact.objects.prefetch_related("points").in_bulk(ids)
    return [(one, people[one.one], people[one.other]) for one in found]


class Deciding(forms.Form):
    """Two contacts, and what is done with them: the first is kept."""

    one = forms.IntegerField(min_value=1)
    other = forms.IntegerField(min_value=1)
    why = forms.CharField(required=False, max_length=300)


@allowed(Act.EDIT_FAMILIES)
@require_POST
def decide(request: Request, name: str) -> HttpResponse:
    """Merge two, keep them apart, or take a merge back."""
    _whole_district(request)
    form = Deciding(request.POST)
    if name in _ACTS and form.is_valid():
        told = form.cleaned_data
        try:
            _ACTS[name](told["one"], told["other"], by=request.user.email, why=told["why"])
        except BadInput as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Done. Imports keep to it."))
    return redirect("console:duplicates")


_ACTS = {"merge": pairs.merge, "apart": pairs.keep_apart, "undo": pairs.undo}


def _merged() -> list[tuple[Verdict, Contact, Contact]]:
    verdicts = list(Verdict.objects.filter(same=True).order_by("-at")[:_DECIDED])
    ids = {one.kept for one in verdicts} | {one.other for one in verdicts}
    people = {one.source_id: one for one in Contact.objects.filter(kind="guardian", source_id__in=ids)}
    return [(one, people[one.kept], people[one.other]) for one in verdicts if {one.kept, one.other} <= people.keys()]


def _whole_district(request: Request) -> None:
    if school_of(request.user) is not None:
        raise PermissionDenied
