"""Somebody who uses the console: a viewer of a school, signed in. `python -m bench.storm.visitor` prints the cookie."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "broadcaster.web.settings")
django.setup()

from django.test import Client  # noqa: E402 - models need Django set up

from broadcaster import clock  # noqa: E402
from broadcaster.people.models import Person  # noqa: E402
from broadcaster.people.roles import Role  # noqa: E402
from broadcaster.roster.models import School  # noqa: E402
from broadcaster.settings import SETTINGS  # noqa: E402

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def cookie() -> str:
    """Sign in, without the form."""
    email = "viewer@example.org"
    person = Person.objects.filter(email=email).first() or Person.objects.create_user(
        email,
        "a password nobody uses",
        name="Vera Viewer",
        role=Role.VIEWER,
        school=School.objects.order_by("id").first(),
        added_at=clock.now(),
    )
    client = Client(headers={"host": SETTINGS.public_url.partition("//")[2]})
    client.force_login(person, backend=_BACKEND)
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


if __name__ == "__main__":
    print(cookie())
