"""How people sign in: accounts of our own, made by an administrator, that need nobody else's systems."""

from collections.abc import Mapping
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from broadcaster.broadcasts import audit
from broadcaster.people.models import Person


def address_tried(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """Whose password somebody tries, for axes to count by: in the form it is `login`, and allauth passes it on as
    `email`. Without it everybody behind one address of the network would be locked out together.
    """
    tried = (credentials or {}).get("email") or request.POST.get("login", "")
    return str(tried).strip().lower()


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """allauth, with the doors of a public site closed, and in our words."""

    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("An administrator has switched this account off."),
        "email_password_mismatch": _("Address and password do not go together. Capital letters count in the password."),
        "enter_current_password": _("This is not the password that you have now."),
        "incorrect_password": _("This is not your password."),
        "rate_limited": _("That was too often in a short time. Wait a minute, then try again."),
        "too_many_login_attempts": _("That was too often in a short time. Wait a minute, then try again."),
    }

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Nobody makes an account for themselves."""
        return False

    def get_login_redirect_url(self, _request: HttpRequest) -> str:
        """Home, where what waits for this person stands first."""
        return reverse("console:home")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mail may be what is down; what an account's owner should know is in the audit log."""

    def post_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> Any:
        """Keep in the audit log who signed in."""
        audit.write(user.email, "signed in")
        return super().post_login(request, user, **kwargs)


class SignOn(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """The district's own sign-on: it lets in whom an administrator added, by an address it vouches for, nobody else."""

    def is_open_for_signup(self, _request: HttpRequest, _sociallogin: SocialLogin) -> bool:
        """Nobody gets an account by it."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the person by an address that is verified there. Raises ImmediateHttpResponse where there is none."""
        if sociallogin.is_existing:
            return
        verified = [one.email.lower() for one in sociallogin.email_addresses if one.verified]
        person = Person.objects.filter(email__in=verified, is_active=True).first()
        if person is None:
            raise ImmediateHttpResponse(render(request, "console/not_ours.html", status=403))
        sociallogin.connect(request, person)
        audit.write(person.email, "signed in by the district's sign-on for the first time")

    def send_notification_mail(self, *_: Any, **__: Any) -> None:
        """Into the audit log instead."""


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Authenticator apps, passkeys and recovery codes."""

    error_messages: ClassVar[dict[str, Any]] = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": _("It is your only second factor: set up another one first."),
        "cannot_generate_recovery_codes": _("Set up an app or a passkey first: recovery codes stand in for it."),
        "incorrect_code": _("This code does not hold, or not any more: codes of the app change every half minute."),
    }

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys are for the address that people type, whatever host the request names."""
        from broadcaster.settings import SETTINGS

        return {"id": SETTINGS.public_host or "localhost", "name": SETTINGS.district.district.name}

    def generate_authenticator_name(self, user: Person, type: Any) -> str:  # noqa: A002 - allauth's name
        """For a passkey that nobody named."""
        return _("Passkey %(number)d") % {"number": Authenticator.objects.filter(user=user, type=type).count() + 1}

    def send_notification_mail(self, template_prefix: str, user: Person, **_: Any) -> None:
        """Into the audit log instead: a stolen session that changes factors shows there."""
        audit.write(user.email, template_prefix.rpartition("/")[2].replace("_", " "))
