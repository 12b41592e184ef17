"""Which account a channel is sent from: live keys only where they belong, and never in a drill."""

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.delivery.accounts import accounts, sandbox_keys
from broadcaster.providers.registry import LiveInDrill
from broadcaster.settings import Settings

TWILIO = {"twilio_account_sid": "AC" + "1" * 32, "twilio_auth_token": "live-token"}
SENDGRID = {"sendgrid_api_key": "SG.live-key"}
STUBS = {"twilio_base_url": "http://127.0.0.1:9001", "sendgrid_base_url": "http://127.0.0.1:9002"}
LIVE = {TWILIO["twilio_account_sid"], TWILIO["twilio_auth_token"], SENDGRID["sendgrid_api_key"]}


def settings(**given: Any) -> Settings:
    return Settings(secret_key="made-up", broadcaster_bind="127.0.0.1:8025", **given)


def test_without_keys_both_channels_use_the_sandbox() -> None:
    ours, keys = accounts(settings()), sandbox_keys(settings())
    assert (ours.twilio_sid, ours.twilio_token, ours.sendgrid_key) == (keys.account_sid, keys.auth_token, keys.api_key)
    assert ours.twilio_base_url == ours.sendgrid_base_url == settings().sandbox_url
    assert ours.status_url == "http://127.0.0.1:8025/webhooks/twilio/status"


def test_with_a_key_a_channel_uses_the_vendors_own_address_and_the_other_one_the_sandbox() -> None:
    ours = accounts(settings(**TWILIO))
    assert (ours.twilio_sid, ours.twilio_base_url) == (TWILIO["twilio_account_sid"], "")
    assert ours.sendgrid_base_url == settings().sandbox_url


def test_an_address_of_its_own_is_used_with_and_without_a_key() -> None:
    for given_keys in ({}, {**TWILIO, **SENDGRID}):
        ours = accounts(settings(**STUBS, **given_keys))
        assert (ours.twilio_base_url, ours.sendgrid_base_url) == tuple(STUBS.values())


@given(st.sets(st.sampled_from(["texts", "mail", "stubs"])))
def test_a_drill_holds_nothing_live(what: set[str]) -> None:
    given_settings: dict[str, str] = {}
    for name, values in (("texts", TWILIO), ("mail", SENDGRID), ("stubs", STUBS)):
        given_settings |= values if name in what else {}
    ours = accounts(settings(**given_settings), drill=True)
    assert not LIVE & {ours.twilio_sid, ours.twilio_token, ours.sendgrid_key}
    assert ours.twilio_base_url
    assert ours.sendgrid_base_url


def test_a_drill_refuses_a_vendors_address() -> None:
    with pytest.raises(LiveInDrill):
        accounts(settings(twilio_base_url="https://api.twilio.com"), drill=True)


def test_the_sandboxs_keys_are_the_same_everywhere_and_others_with_another_secret() -> None:
    first, again = sandbox_keys(settings()), sandbox_keys(settings())
    assert (first.account_sid, first.events_public) == (again.account_sid, again.events_public)
    other = sandbox_keys(Settings(secret_key="another"))
    assert {other.account_sid, other.auth_token, other.api_key, other.events_public}.isdisjoint(
        {first.account_sid, first.auth_token, first.api_key, first.events_public}
    )


def test_the_sandboxs_keys_look_like_the_vendors() -> None:
    keys = sandbox_keys(settings())
    assert keys.account_sid.startswith("AC")
    assert len(keys.account_sid) == 34
    public = load_der_public_key(base64.b64decode(keys.events_public))
    assert isinstance(public, ec.EllipticCurvePublicKey)
    assert isinstance(public.curve, ec.SECP256R1)
    assert "auth_token" not in repr(keys)
