"""Who may open a page. A view says what it needs; one that says nothing is closed to everybody."""

from collections.abc import Callable
from enum import Enum
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from broadcaster.people.models import Person
from broadcaster.people.roles import Act, may, needs_second_factor
from broadcaster.settings import SETTINGS

View = Callable[..., HttpResponseBase]


class Request(HttpRequest):
    """A request of somebody who is signed in: what a view gets that is not open to all."""

    user: Person


Answer = Callable[[HttpRequest], HttpResponse]

#: allauth's pages that anybody may open, and those for whoever is signed in; its other pages stay closed
_OPEN = frozenset(
    {
        "account_login",
        "account_inactive",
        "mfa_authenticate",
        "mfa_login_webauthn",
        "openid_connect_login",
        "openid_connect_callback",
        "socialaccount_login_cancelled",
        "socialaccount_login_error",
    }
)
_OWN_ACCOUNT = frozenset(
    {
        "account_logout",
        "account_change_password",
        "account_reauthenticate",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_generate_recovery_codes",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_edit_webauthn",
        "mfa_remove_webauthn",
        "usersessions_list",
    }
)

#: where a session keeps what was typed before signing in, and how many characters of it
_TYPED = "typed"
_MOST_TYPED = 100_000

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

#: a year (RFC 6797)
_STRICT = "max-age=31536000"


class Needs(Enum):
    """What a page asks of somebody, where it is no act that roles allow."""

    NOTHING = "open to everybody"
    SIGNING_IN = "open to everybody who is signed in"


def open_to_all(view: View) -> View:
    """Anybody may open this page: families, vendors' mail programs, somebody who signs in."""
    return _marked(view, Needs.NOTHING)


def signed_in(view: View) -> View:
    """Whoever is signed in may open this page."""
    return _marked(view, Needs.SIGNING_IN)


def allowed(act: Act) -> Callable[[View], View]:
    """Whoever may do this act may open this page."""
    return lambda view: _marked(view, act)


def keeps_what_was_typed(view: View) -> View:
    """What is sent to this page by somebody whose session is over is there again once they have signed in."""
    view.keeps_what_was_typed = True  # type: ignore[attr-defined]  # the guard reads it
    return view


def typed_before_signing_in(request: HttpRequest) -> QueryDict | None:
    """What was sent to this address while nobody was signed in, once."""
    kept = request.session.get(_TYPED)
    if not kept or kept[0] != request.path:
        return None
    del request.session[_TYPED]
    return QueryDict(kept[1])


def no_page(view: View) -> View:
    """Nothing to look at by itself: an act, a part of a page, a way to another."""
    view.no_page = True  # type: ignore[attr-defined]  # `is_page` reads it
    return view


def is_page(view: View) -> bool:
    """Whether somebody may want to open it."""
    return not getattr(view, "no_page", False)


def _marked(view: View, needs: Needs | Act) -> View:
    view.needs = needs  # type: ignore[attr-defined]  # the guard reads it
    return view


class Guard:
    """Turns away whoever may not open a page. It knows every view, and what says nothing is closed."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing here: the view is not known yet."""
        return self._answer(request)

    def process_view(
        self, request: HttpRequest, view: View, _arguments: tuple[Any, ...], _named: dict[str, Any]
    ) -> HttpResponse | None:
        """None lets the request through."""
        needs = _needs(request, view)
        if needs is Needs.NOTHING:
            return None
        person = request.user
        if not person.is_authenticated:
            return _to_sign_in(request, view)
        if needs is Needs.SIGNING_IN:
            return None
        if needs is None or not may(person.role, needs):
            raise PermissionDenied
        if needs_second_factor(person.role) and not is_mfa_enabled(person):
            return redirect("console:second-factor")
        return None


def _to_sign_in(request: HttpRequest, view: View) -> HttpResponse:
    if request.method == "POST" and getattr(view, "keeps_what_was_typed", False):
        typed = request.POST.urlencode()
        if len(typed) <= _MOST_TYPED:
            request.session[_TYPED] = [request.path, typed]
    if request.headers.get("HX-Request"):  # a part of a page: the rest of it stays, with what is typed there
        return render(request, "console/signed_out.html", {"back": request.path})
    return redirect_to_login(request.get_full_path())


def _needs(request: HttpRequest, view: View) -> Needs | Act | None:
    said = getattr(view, "needs", None)
    if said is not None:
        return said  # type: ignore[no-any-return]
    name = request.resolver_match.url_name if request.resolver_match else None
    if name in _OPEN:
        return Needs.NOTHING
    return Needs.SIGNING_IN if name in _OWN_ACCOUNT else None


class Headers:
    """Nothing from elsewhere runs, and nothing is kept by a shared machine's cache. Where the public address has TLS,
    browsers come back with it or not at all: the proxy that ends it may not say so to us, hence not Django's own.
    """

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._strict = SETTINGS.public_url.startswith("https://")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, with what it has not said itself."""
        response = self._answer(request)
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers.setdefault("Cache-Control", "no-store")
        if self._strict:
            response.headers.setdefault("Strict-Transport-Security", _STRICT)
        return response
