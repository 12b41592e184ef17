"""How people sign in: accounts of our own, made by an administrator, that need nobody else's systems."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
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
