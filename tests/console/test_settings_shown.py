"""The settings page: what is set, where it is from, and of keys no more than four characters."""

import pytest
from django.urls import reverse
from pydantic import SecretStr

from broadcaster.console.settings_shown import last_four
from broadcaster.people.roles import Role
from broadcaster.settings import SETTINGS
from tests.browser.people import signed_in

pytestmark = pytest.mark.django_db

KEY = "SG.a-key-that-nobody-should-see.9876"


def test_keys_show_their_last_four_characters_and_passwords_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SETTINGS, "sendgrid_api_key", SecretStr(KEY))
    monkeypatch.setattr(SETTINGS, "broker_url", "redis://us:a-password@127.0.0.1:6379/0")
    page = signed_in(Role.ADMINISTRATOR).get(reverse("console:settings")).content.decode()
    assert "…9876" in page
    assert "nobody-should-see" not in page
    assert "a-password" not in page
    assert "redis://…@127.0.0.1:6379/0" in page


def test_every_setting_is_named_with_its_source() -> None:
    page = signed_in(Role.COMMUNICATIONS).get(reverse("console:settings")).content.decode()
    assert all(name.upper() in page for name in type(SETTINGS).model_fields)
    assert "environment" in page
    assert "default" in page


@pytest.mark.parametrize(("key", "shown"), [("", ""), ("short", "…"), ("123456789012", "…9012")])
def test_a_short_key_shows_nothing(key: str, shown: str) -> None:
    assert last_four(key) == shown
