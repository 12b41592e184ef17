"""People and their roles: who there is, and letting somebody new in."""

from typing import Any, cast

from allauth.mfa.models import Authenticator
from django import forms
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from broadcaster import clock
from broadcaster.broadcasts import audit
from broadcaster.console import words
from broadcaster.console.guard import Request, allowed
from broadcaster.people import invitations
from broadcaster.people.models import Person
from broadcaster.people.roles import Act, Role, needs_second_factor
from broadcaster.roster.models import School


class Describing(forms.Form):
    """What somebody is here: a school's role with its school, a district's without one."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("As the audit log should show it.")
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), widget=forms.RadioSelect)
    school = forms.ModelChoiceField(
        School.objects.order_by("name"),
        label=gettext_lazy("School"),
        required=False,
        empty_label=gettext_lazy("none: the whole district"),
        help_text=gettext_lazy("For a school office or a viewer: whose families and reports they see."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role = cast("forms.ChoiceField", self.fields["role"])
        role.choices = [(value, f"{name}: {duty}") for value, (name, duty) in words.ROLES.items()]

    def clean(self) -> dict[str, Any]:
        """Held to the constraint of Person, with the mistake beside the field."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        role, school = told.get("role"), told.get("school")
        if role in Role.of_a_school() and school is None:
            self.add_error("school", _("Choose the school that this person belongs to."))
        if role in Role.of_the_district() and school is not None:
            self.add_error("school", _("This role sees the whole district: choose no school."))
        return told


class Adding(Describing):
    """Somebody new."""

    email = forms.EmailField(
        label=gettext_lazy("Email address"),
        max_length=254,
        help_text=gettext_lazy("They sign in with it. Nothing is sent there."),
    )
    field_order = ("name", "email", "role", "school")

    def clean_email(self) -> str:
        """Addresses are kept in small letters: nobody is there twice."""
        email: str = self.cleaned_data["email"].lower()
        if Person.objects.filter(email=email).exists():
            raise forms.ValidationError(_("Somebody has this address already."))
        return email


@allowed(Act.MANAGE_PEOPLE)
@require_safe
def people(request: Request) -> HttpResponse:
    """Everybody, those who left at the end."""
    factor = Authenticator.objects.filter(user=OuterRef("pk"))
    found = Person.objects.select_related("school").annotate(has_factor=Exists(factor))
    lines = list(found.order_by("-is_active", "name"))
    lacking = [one for one in lines if one.is_active and needs_second_factor(one.role) and not one.has_factor]
    senders = [one for one in lines if one.is_active and one.role == Role.COMMUNICATIONS]
    context = {"lines": lines, "lacking": lacking, "too_few": len(senders) < 2, "senders": senders}
    return render(request, "console/people.html", context)


@allowed(Act.MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Request) -> HttpResponse:
    """GET asks who it is; POST adds them and goes to their page, which shows the link that lets them in."""
    form = Adding(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        with transaction.atomic():
            person = Person.objects.create_user(
                told["email"],
                name=told["name"],
                role=told["role"],
                school=told["school"],
                language=request.user.language,
                added_at=clock.now(),
                added_by=request.user.email,
            )
            detail = {"of": person.email, "role": person.role, "school": person.school.name if person.school else ""}
            audit.write(request.user.email, "added a person", detail=detail)
        hand_over(request, person)
        return redirect("console:person", person.pk)
    return render(request, "console/adding.html", {"form": form})


def hand_over(request: Request, person: Person) -> None:
    """Keep a fresh link in this session: the person's page shows it once."""
    request.session["link"] = [person.pk, invitations.link(person)]
