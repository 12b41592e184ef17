"""An address: whose it is, why nothing goes there, what was chosen for it; put right, choices entered, let go."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from broadcaster.broadcasts import looks
from broadcaster.console import looking, scope, words
from broadcaster.console.family import to
from broadcaster.console.guard import Request, allowed
from broadcaster.kinds import BadInput, Channel, Purpose
from broadcaster.people.roles import Act
from broadcaster.roster import consent, corrections, lookup
from broadcaster.roster.models import ConsentState, Contact, ContactPoint
from broadcaster.settings import SETTINGS

_SAID = (
    ("by phone", gettext_lazy("by phone")),
    ("on paper", gettext_lazy("on paper")),
    ("in person", gettext_lazy("in person")),
)


class Correcting(forms.Form):
    """What the address is in truth, or that it is nobody's; and how one knows."""

    address = forms.CharField(label=gettext_lazy("The right address"), required=False, max_length=320)
    remove = forms.BooleanField(label=gettext_lazy("It is not theirs: take it away"), required=False)
    why = forms.CharField(label=gettext_lazy("How you know"), max_length=300)

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(told.get("address")) == bool(told.get("remove")):
            self.add_error("address", _("Type the right address, or say that it is not theirs."))
        return told


class Choosing(forms.Form):
    """What a family wants for a purpose, and what shows it."""

    purpose = forms.ChoiceField(label=gettext_lazy("Messages"))
    state = forms.ChoiceField(
        label=gettext_lazy("They want them"),
        choices=[(ConsentState.OPTED_OUT, gettext_lazy("no")), (ConsentState.OPTED_IN, gettext_lazy("yes"))],
        widget=forms.RadioSelect,
    )
    source = forms.ChoiceField(label=gettext_lazy("They said so"), choices=_SAID)
    evidence = forms.CharField(
        label=gettext_lazy("What shows it"),
        max_length=300,
        help_text=gettext_lazy("Such as: form of 2 September, in the binder."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.value, words.PURPOSES[one]) for one in Purpose]
        self.fields["purpose"].choices = choices  # type: ignore[attr-defined]


class Lifting(forms.Form):
    """Why it is written to again."""

    why = forms.CharField(
        label=gettext_lazy("Why it works again"),
        max_length=300,
        help_text=gettext_lazy("Such as: the mailbox was full, she has cleared it."),
    )


_FORMS: dict[str, type[forms.Form]] = {"correct": Correcting, "choose": Choosing, "lift": Lifting}


@allowed(Act.EDIT_FAMILIES)
@require_safe
def address(request: Request, pk: int) -> HttpResponse:
    """All that is known of it."""
    point, contact = _point(request, pk)
    return _page(request, point, contact)


@allowed(Act.EDIT_FAMILIES)
@require_POST
def act(request: Request, pk: int, name: str) -> HttpResponse:
    """Put it right, enter a choice, or write there again."""
    point, contact = _point(request, pk)
    if name not in _FORMS:
        raise Http404
    form = _FORMS[name](request.POST, auto_id=f"{name}_%s")
    if not form.is_valid():
        return _page(request, point, contact, name, form)
    try:
        _ACTS[name](point, form.cleaned_data, request.user.email)
    except BadInput as error:
        form.add_error(next(iter(form.fields)), str(error))
        return _page(request, point, contact, name, form)
    messages.success(request, _("Saved. It counts from the next message on."))
    return to(contact) if name == "correct" else redirect("console:address", pk)


def _page(
    request: Request, point: ContactPoint, contact: Contact, name: str = "", wrong: forms.Form | None = None
) -> HttpResponse:
    people = lookup.by_address(Channel(point.channel), point.address)
    contacts = {one.contact_id: scope.contact(request.user, one.contact_id) for one in people}
    looking.saw_people(request, looks.ADDRESS, [contact, *filter(None, contacts.values())])
    seen = [one for one in people if contacts[one.contact_id]]
    found = next(one for person in seen for one in person.addresses if one.point_id == point.pk)
    shown = {one: form(auto_id=f"{one}_%s") for one, form in _FORMS.items()}
    if name and wrong is not None:
        shown[name] = wrong
    context = {
        "point": point,
        "contact": contact,
        "address": found,
        "sharers": [one for one in seen if one.contact_id != contact.pk],
        "unseen": len(people) - len(seen),
        "choices": [(one, found.choices.get(one)) for one in Purpose],
        "carrier": found.dead == consent.CARRIER_STOP,
        **shown,
    }
    return render(request, "console/address.html", context)


def _point(request: Request, pk: int) -> tuple[ContactPoint, Contact]:
    """The address and whose it is. Raises Http404, for those whom somebody does not see too."""
    point = ContactPoint.objects.filter(pk=pk).first()
    found = scope.contact(request.user, point.contact_id) if point else None
    if point is None or found is None:
        raise Http404
    return point, found


def _correct(point: ContactPoint, told: dict[str, Any], by: str) -> None:
    if told["address"]:
        region = SETTINGS.district.district.region
        corrections.correct(point.pk, told["address"], by=by, why=told["why"], region=region)
    else:
        corrections.remove(point.pk, by=by, why=told["why"])


def _choose(point: ContactPoint, told: dict[str, Any], by: str) -> None:
    consent.enter(
        Channel(point.channel),
        point.address,
        Purpose(told["purpose"]),
        ConsentState(told["state"]),
        by=by,
        source=told["source"],
        evidence=told["evidence"],
    )


def _lift(point: ContactPoint, told: dict[str, Any], by: str) -> None:
    consent.lift(Channel(point.channel), point.address, by=by, why=told["why"])


_ACTS = {"correct": _correct, "choose": _choose, "lift": _lift}
