"""What every page does against the net: names of ours only, TLS once and for ever, forms of our own."""

import pytest
from django.test import Client

from broadcaster.settings import Settings, hosts

pytestmark = pytest.mark.django_db


def test_pages_answer_to_our_names_alone() -> None:
    found = hosts(Settings(public_base_url="https://alerts.example.org", broadcaster_bind="10.0.0.5:8025"))
    assert {"alerts.example.org", "10.0.0.5", "127.0.0.1", "localhost"} <= set(found)
    assert "*" not in found
    assert Client().get("/console/account/login/", headers={"Host": "evil.example.com"}).status_code == 400
    assert Client().get("/console/account/login/", headers={"Host": "127.0.0.1:8025"}).status_code == 200


def test_behind_a_proxy_that_ends_tls_browsers_are_told_to_keep_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    page = "/console/account/login/"
    assert "Strict-Transport-Security" not in Client().get(page).headers
    monkeypatch.setattr(Settings, "public_url", "https://alerts.example.org")
    assert Client().get(page).headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_form_without_its_token_is_refused() -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/console/account/login/", {"login": "a@example.org", "password": "x"})
    assert answer.status_code == 403


def test_cookies_stay_with_us(monkeypatch: pytest.MonkeyPatch) -> None:
    from broadcaster.web import settings

    assert settings.SESSION_COOKIE_SAMESITE == settings.CSRF_COOKIE_SAMESITE == "Lax"
    assert settings.CSRF_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SECURE is settings._OVER_TLS
