"""The page that an invitation opens: somebody chooses a password and is in."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django import forms
from django.contrib.auth import password_validation
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from broadcaster import clock
from broadcaster.broadcasts import audit
from broadcaster.console.guard import open_to_all
from broadcaster.people import invitations
from broadcaster.people.invitations import Invited
from broadcaster.people.models import Person
from broadcaster.people.roles import Role


class Choosing(forms.Form):
    """A password of one's own."""

    password = forms.CharField(
        label=_("A password of your own"),
        help_text=_("At least 12 characters. A sentence is easy to remember and hard to guess."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: object, person: Person | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments
        self._person = person

    def clean_password(self) -> str:
        """Held to the rules of AUTH_PASSWORD_VALIDATORS."""
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self._person)
        return password


class Beginning(Choosing):
    """The first administrator."""

    name = forms.CharField(label=_("Your name"), max_length=100, help_text=_("As the audit log should show it."))
    email = forms.EmailField(label=_("Your email address"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    field_order = ("name", "email", "password")


@open_to_all
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks for a password, POST sets it, signs in, and goes on to the second factor."""
    invited = invitations.opened(token)
    if invited is None:
        return render(request, "console/welcome_over.html", status=404)
    form_class = Choosing if invited.person else Beginning
    form = form_class(request.POST or None, person=invited.person)
    if request.method == "POST" and form.is_valid():
        person = _let_in(invited, form)
        if person is None:
            return render(request, "console/welcome_over.html", status=404)
        record_authentication(request, person, method="password", reauthenticated=True)
        answer: HttpResponse = perform_login(request, person)  # which asks for the second factor of whoever has one
        return answer
    return render(request, "console/welcome.html", {"form": form, "person": invited.person})


def _let_in(invited: Invited, form: forms.Form) -> Person | None:
    """None where somebody else used the link meanwhile."""
    password = form.cleaned_data["password"]
    with transaction.atomic():
        person = invited.person
        if person is None:
            if Person.objects.exists():
                return None
            person = Person.objects.create_user(
                form.cleaned_data["email"],
                password,
                name=form.cleaned_data["name"],
                role=Role.ADMINISTRATOR,
                added_at=clock.now(),
            )
            audit.write(person.email, "became the first administrator")
            return person
        person.set_password(password)
        person.save(update_fields=["password"])
        audit.write(person.email, "chose a password")
    return person
