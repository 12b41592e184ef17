"""A family's page: who is in it, how they are reached, what they chose, what they were sent and what became of it."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from broadcaster.broadcasts import looks
from broadcaster.console import looking, scope
from broadcaster.console.guard import Request, allowed
from broadcaster.kinds import BadInput, Purpose
from broadcaster.people.roles import Act, may
from broadcaster.reports.told import told
from broadcaster.roster import corrections, lookup
from broadcaster.roster.models import Contact, ContactKind
from broadcaster.settings import SETTINGS


@allowed(Act.SEE_FAMILIES)
@require_safe
def family(request: Request, pk: int) -> HttpResponse:
    """A household."""
    found = scope.family(request.user, pk)
    if found is None:
        raise Http404
    looking.saw(request, looks.OPENED, [pk])
    children = {child.student_id: child for child in found.children}
    people = [(one, [(children[tie.student_id], tie) for tie in one.ties]) for one in found.people]
    addresses = [address for one in found.people for address in one.addresses]
    context = {
        "family": found,
        "family_id": pk,
        "people": people,
        "title": ", ".join(one.name for one in found.people if one.name) or ", ".join(c.name for c in found.children),
        "told": told(addresses, family_id=pk),
        "purposes": list(Purpose),
        "may_edit": may(request.user.role, Act.EDIT_FAMILIES),
        "may_audit": may(request.user.role, Act.SEE_AUDIT),
    }
    return render(request, "console/family.html", context)


@allowed(Act.SEE_FAMILIES)
@require_safe
def contact(request: Request, pk: int) -> HttpResponse:
    """A staff member, who is in no family; a guardian's page is their family's."""
    found = scope.contact(request.user, pk)
    person = lookup.person(pk) if found is not None else None
    if found is None or person is None:
        raise Http404
    if found.kind == ContactKind.GUARDIAN and found.family_id is not None:
        return redirect("console:family", found.family_id)
    looking.saw(request, looks.OPENED, contacts=[pk])
    context = {
        "people": [(person, [])],
        "title": person.name,
        "told": told(person.addresses, contact_ids=[pk]),
        "purposes": list(Purpose),
        "may_edit": may(request.user.role, Act.EDIT_FAMILIES),
    }
    return render(request, "console/family.html", context)


class Adding(forms.Form):
    """One more address of somebody."""

    address = forms.CharField(
        label=gettext_lazy("Phone or email address"),
        max_length=320,
        help_text=gettext_lazy("A mobile phone, or an email address."),
    )
    why = forms.CharField(
        label=gettext_lazy("How you know"),
        max_length=300,
        help_text=gettext_lazy("Such as: she called on 3 September."),
    )


@allowed(Act.EDIT_FAMILIES)
@require_http_methods(["GET", "HEAD", "POST"])
def add_address(request: Request, pk: int) -> HttpResponse:
    """GET asks for an address of a contact, POST keeps it."""
    found = scope.contact(request.user, pk)
    if found is None:
        raise Http404
    looking.saw_people(request, looks.OPENED, [found])
    form = Adding(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told_us, region = form.cleaned_data, SETTINGS.district.district.region
        try:
            corrections.add(pk, told_us["address"], by=request.user.email, why=told_us["why"], region=region)
        except BadInput as error:
            form.add_error("address", str(error))
        else:
            messages.success(request, _("Added. It is written to from now on."))
            return to(found)
    return render(request, "console/address_adding.html", {"form": form, "contact": found})


def to(found: Contact) -> HttpResponse:
    """The way back to somebody's page."""
    if found.family_id is not None:
        return redirect("console:family", found.family_id)
    return redirect("console:contact", found.pk)
