"""Somebody of each role who has signed in, second factor and all, without walking through the pages that do it."""

import re
import time

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client
from playwright.sync_api import Page

from broadcaster import clock
from broadcaster.people.models import Person
from broadcaster.people.roles import Role
from tests import builders

#: of the school office and the viewer
SCHOOL = "Lake Harriet Elementary"
#: of everybody's authenticator app
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

#: everybody's password
PASSWORD = "a sentence nobody guesses"
SIGN_IN = re.compile("^sign in$", re.IGNORECASE)


def somebody(role: Role, *, email: str = "", school: str = SCHOOL) -> Person:
    """The person of that role and address, made if there is none."""
    email = email or f"{role.value}@district.example.org"
    known = Person.objects.filter(email=email).first()
    if known:
        return known
    made = Person.objects.create_user(
        email,
        name=f"{role.label} person",
        role=role,
        school=builders.school(school) if role in Role.of_a_school() else None,
        added_at=clock.now(),
    )
    # hashed once, not a million times: tests make many people
    made.password = PBKDF2PasswordHasher().encode(PASSWORD, "longEnoughToBeKeptAsItIs", iterations=1)
    made.save()
    Authenticator.objects.create(user=made, type=Authenticator.Type.TOTP, data={"secret": SECRET})
    return made


def session_of(person: Person) -> str:
    """The cookie of a session of theirs."""
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def signed_in(role: Role, **fields: str) -> Client:
    """Django's test client, as somebody of that role."""
    client = Client()
    client.force_login(somebody(role, **fields), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def digits(secret: str = SECRET, ago: int = 0) -> str:
    """What an authenticator app shows now, or showed so many half minutes ago."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // app_settings.TOTP_PERIOD - ago))


def sign_in(page: Page, email: str) -> None:
    """The real way in, on the page that asks for it: password, then the six digits of whoever has an app."""
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name=SIGN_IN).click()
    if "/2fa/" in page.url:
        page.get_by_label("code").fill(digits())
        page.get_by_role("button", name=SIGN_IN).click()
