"""One's own account: how one signs in, where one is signed in, and the language of the pages."""

from collections import Counter
from typing import cast

from allauth.mfa.models import Authenticator
from allauth.usersessions.middleware import UserSessionsMiddleware
from allauth.usersessions.models import UserSession
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from broadcaster.broadcasts import audit
from broadcaster.console.guard import Answer, Request, signed_in
from broadcaster.people.models import Person
from broadcaster.people.roles import Act, may

#: seconds between two notes that a session was used
_SEEN_EVERY = 300


class Language:
    """Somebody who is signed in reads the pages in the language they chose, whatever their browser asks for."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page in that language."""
        if not request.user.is_authenticated:
            return self._answer(request)
        with translation.override(request.user.language):
            return self._answer(request)


class LastSeen(UserSessionsMiddleware):  # type: ignore[misc]  # allauth ships no types
    """Keeps when a session was last used, to five minutes: a page in a storm of receipts waits for no writer."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page, noted now and then."""
        key = request.session.session_key
        answer = super().__call__ if key and cache.add(f"seen-{key}", 1, _SEEN_EVERY) else self.get_response
        return cast("HttpResponse", answer(request))


class Choosing(forms.Form):
    """The language that the pages speak to somebody."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect, required=True
    )


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: Request) -> HttpResponse:
    """GET shows it, POST keeps the language."""
    form = Choosing(request.POST or None, initial={"language": request.user.language})
    if request.method == "POST" and form.is_valid():
        request.user.language = form.cleaned_data["language"]
        request.user.save(update_fields=["language"])
        with translation.override(request.user.language):
            messages.success(request, _("The pages speak English from now on."))
        return redirect("console:account")
    context = {"form": form, "factors": factors(request.user), "sessions": sessions(request.user)}
    return render(request, "console/account.html", context)


@signed_in
@require_POST
def end_session(request: Request, pk: int) -> HttpResponse:
    """Sign somebody out somewhere: oneself, or another where one manages people."""
    found = get_object_or_404(UserSession.objects.select_related("user"), pk=pk)
    own = found.user_id == request.user.pk
    if not own and not may(request.user.role, Act.MANAGE_PEOPLE):
        raise PermissionDenied
    found.end()
    audit.write(request.user.email, "ended a session", detail={"of": found.user.email})
    messages.success(request, _("That session is over."))
    return redirect("console:account") if own else redirect("console:person", found.user_id)


def sessions(person: Person) -> list[UserSession]:
    """Where somebody is signed in, the newest first."""
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return list(UserSession.objects.filter(user=person, session_key__in=alive).order_by("-last_seen_at"))


def factors(person: Person) -> dict[str, int]:
    """How many second factors of each kind somebody has."""
    return dict(Counter(Authenticator.objects.filter(user=person).values_list("type", flat=True)))
