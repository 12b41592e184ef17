"""One person: what they are here, how they sign in, and what an administrator can do about either."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from broadcaster.broadcasts import audit
from broadcaster.console import account
from broadcaster.console.guard import Request, allowed
from broadcaster.console.people import Describing, hand_over
from broadcaster.people.models import Person
from broadcaster.people.roles import Act, needs_second_factor


@allowed(Act.MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: Request, pk: int) -> HttpResponse:
    """GET shows somebody, POST changes their name, role or school."""
    found = get_object_or_404(Person.objects.select_related("school"), pk=pk)
    form = Describing(request.POST or None, initial={"name": found.name, "role": found.role, "school": found.school_id})
    if request.method == "POST" and form.is_valid():
        if found.pk == request.user.pk and "role" in form.changed_data:
            form.add_error("role", _("You can't change your own role: another administrator can."))
        else:
            _keep(request, found, form)
            return redirect("console:person", pk)
    given, link = request.session.pop("link", (None, None))
    context = {
        "person": found,
        "form": form,
        "link": link if given == pk else None,
        "factors": account.factors(found),
        "needs_factor": needs_second_factor(found.role),
        "sessions": account.sessions(found),
        "locked_out": AccessAttempt.objects.filter(username=found.email).exists(),
        "is_me": found.pk == request.user.pk,
    }
    return render(request, "console/person.html", context)


def _keep(request: Request, found: Person, form: Describing) -> None:
    told = form.cleaned_data
    changed = {name: str(told[name] or "") for name in form.changed_data if name != "name"}
    with transaction.atomic():
        Person.objects.filter(pk=found.pk).update(name=told["name"], role=told["role"], school=told["school"])
        audit.write(request.user.email, "changed a person", detail={"of": found.email, **changed})
    messages.success(request, _("Saved."))


#: what can be asked of a person's page, each with a page of its own that says what it means
_ASKS = ("deactivate", "reset-factors")


@allowed(Act.MANAGE_PEOPLE)
@require_safe
def asking(request: Request, pk: int, name: str) -> HttpResponse:
    """Says what it means, and asks."""
    found = get_object_or_404(Person, pk=pk)
    if name not in _ASKS or found.pk == request.user.pk:
        raise Http404
    return render(request, "console/person_asking.html", {"person": found, "name": name})


@allowed(Act.MANAGE_PEOPLE)
@require_POST
def act(request: Request, pk: int, name: str) -> HttpResponse:
    """Do one of `_ACTS`; to oneself none of them."""
    found = get_object_or_404(Person, pk=pk)
    if name not in _ACTS or found.pk == request.user.pk:
        raise Http404
    with transaction.atomic():
        said, done = _ACTS[name]
        done(found)
        audit.write(request.user.email, said, detail={"of": found.email})
    if name == "link":
        hand_over(request, found)
    else:
        messages.success(request, _("Done."))
    return redirect("console:person", pk)


def _deactivate(found: Person) -> None:
    Person.objects.filter(pk=found.pk).update(is_active=False)
    _sign_out(found)


def _reactivate(found: Person) -> None:
    Person.objects.filter(pk=found.pk).update(is_active=True)


def _reset_factors(found: Person) -> None:
    Authenticator.objects.filter(user=found).delete()
    _sign_out(found)


def _sign_out(found: Person) -> None:
    for session in UserSession.objects.filter(user=found):
        session.end()


def _unlock(found: Person) -> None:
    AccessAttempt.objects.filter(username=found.email).delete()


def _nothing(_found: Person) -> None:
    """The link itself is handed over by `act`."""


#: name in the address -> what the audit log says, and what is done
_ACTS = {
    "link": ("made a link to sign in", _nothing),
    "deactivate": ("deactivated a person", _deactivate),
    "reactivate": ("reactivated a person", _reactivate),
    "reset-factors": ("reset the second factor of a person", _reset_factors),
    "sign-out": ("ended all sessions of a person", _sign_out),
    "unlock": ("let a person try passwords again", _unlock),
}
