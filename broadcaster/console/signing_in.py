"""How people sign in: accounts of our own, made by an administrator, that need nobody else's systems."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse

from broadcaster.broadcasts import audit
from broadcaster.people.models import Person


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """allauth, with the doors of a public site closed."""

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

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys are for the address that people type, whatever host the request names."""
        from urllib.parse import urlsplit

        from broadcaster.settings import SETTINGS

        return {"id": urlsplit(SETTINGS.public_url).hostname or "localhost", "name": SETTINGS.district.district.name}

    def send_notification_mail(self, template_prefix: str, user: Person, **_: Any) -> None:
        """Into the audit log instead: a stolen session that changes factors shows there."""
        audit.write(user.email, template_prefix.rpartition("/")[2].replace("_", " "))
