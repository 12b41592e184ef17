"""The district's own sign-on: a provider over real HTTP lets in whom an administrator added, and nobody else."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from broadcaster.people.models import Person
from broadcaster.people.roles import Role
from tests.browser.people import somebody

pytestmark = pytest.mark.django_db


class Provider(BaseHTTPRequestHandler):
    """As much of OpenID Connect as a sign-in takes: who it is stands in `claims`."""

    claims: ClassVar[dict[str, object]] = {}

    def do_GET(self) -> None:
        """Discovery, and who has signed in."""
        here = f"http://{self.headers['Host']}"
        found: dict[str, object] = self.claims
        if "well-known" in self.path:
            found = {"issuer": here, "jwks_uri": f"{here}/keys"} | {
                f"{name}_endpoint": f"{here}/{name}" for name in ("authorization", "token", "userinfo")
            }
        self._say(found)

    def do_POST(self) -> None:
        """A token for a code."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self._say({"access_token": "a-token", "token_type": "Bearer"})

    def _say(self, found: dict[str, object]) -> None:
        body = json.dumps(found).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def provider(settings: object) -> Iterator[type[Provider]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    app = {"provider_id": "district", "name": "MPS Login", "client_id": "us", "secret": "s"}
    apps = [{**app, "settings": {"server_url": url}}]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": apps}}  # type: ignore[attr-defined]
    yield Provider
    server.shutdown()
    server.server_close()


def sign_in(client: Client) -> HttpResponse:
    sent = client.post(reverse("openid_connect_login", args=["district"]))
    state = parse_qs(urlsplit(sent.headers["Location"]).query)["state"][0]
    return client.get(reverse("openid_connect_callback", args=["district"]), {"code": "a-code", "state": state})


def test_who_was_added_comes_in_and_is_asked_for_the_second_factor(provider: type[Provider]) -> None:
    cora = somebody(Role.COMMUNICATIONS)
    provider.claims = {"sub": "17", "email": cora.email.upper(), "email_verified": True}
    client = Client()
    assert "MPS Login" in client.get(reverse("account_login")).content.decode()
    assert sign_in(client).headers["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("console:home")).status_code == 302


@pytest.mark.parametrize("verified", [True, False])
def test_nobody_gets_in_whom_no_administrator_added_or_whose_address_is_not_verified(
    provider: type[Provider], verified: bool
) -> None:
    somebody(Role.VIEWER)
    email = "stranger@district.example.org" if verified else "viewer@district.example.org"
    provider.claims = {"sub": "18", "email": email, "email_verified": verified}
    client = Client()
    answer = sign_in(client)
    assert answer.status_code == 403
    assert "nobody has added you" in answer.content.decode()
    assert client.get(reverse("console:home")).status_code == 302
    assert Person.objects.count() == 1


def test_who_was_deactivated_does_not_come_in_by_it(provider: type[Provider]) -> None:
    cora = somebody(Role.COMMUNICATIONS)
    Person.objects.update(is_active=False)
    provider.claims = {"sub": "19", "email": cora.email, "email_verified": True}
    assert sign_in(Client()).status_code == 403
