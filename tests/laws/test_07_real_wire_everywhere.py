"""Law 7: the sandbox is reached through the same SDK path as the vendors, and a drill holds no live provider."""

import pytest
from pydantic import SecretStr

from broadcaster.delivery.accounts import accounts
from broadcaster.kinds import Channel
from broadcaster.providers import registry
from broadcaster.settings import Settings


def live() -> Settings:
    return Settings(
        twilio_account_sid="AC" + "1" * 32,
        twilio_auth_token=SecretStr("live-token"),
        sendgrid_api_key=SecretStr("SG.live"),
        secret_key=SecretStr("tests"),
    )


def test_only_address_and_keys_differ_between_the_sandbox_and_the_vendors() -> None:
    real, rehearsed = accounts(live()), accounts(live(), drill=True)
    assert real.status_url == rehearsed.status_url
    assert real.from_name == rehearsed.from_name
    assert real.twilio_sid != rehearsed.twilio_sid


def test_a_drill_knows_no_live_key_and_no_vendors_address() -> None:
    settings = live()
    rehearsed = repr(vars_of(accounts(settings, drill=True)))
    for secret in (settings.twilio_account_sid, "live-token", "SG.live", "twilio.com", "sendgrid.com"):
        assert secret not in rehearsed


def test_a_drill_refuses_a_sandbox_that_is_a_vendor() -> None:
    with pytest.raises(registry.LiveInDrill):
        registry.Sandbox("https://api.twilio.com", "sid", "token", "key")


def vars_of(found: registry.Accounts) -> dict[str, object]:
    return {name: getattr(found, name) for name in found.__dataclass_fields__}


def test_a_channel_without_a_key_uses_the_sandbox() -> None:
    settings = Settings(secret_key=SecretStr("tests"))
    assert not any(settings.live(channel) for channel in Channel)
    assert accounts(settings).twilio_base_url == settings.sandbox_url
