"""The key of the house is changed: what was made with the old one is worth nothing from then on."""

import pytest
from django.core.signing import BadSignature, TimestampSigner
from django.test import override_settings

from broadcaster.delivery.send import links
from broadcaster.settings import SETTINGS


def test_links_and_signed_cookies_of_the_old_key_die_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    token = links.unsubscribe("epoch-17").rpartition("/")[2]
    assert links.opened(token) == "epoch-17"
    signed = TimestampSigner().sign("somebody")
    links._key.cache_clear()
    monkeypatch.setitem(vars(SETTINGS), "key", "another key of the house")
    with override_settings(SECRET_KEY="another key of the house"):
        assert links.opened(token) is None
        assert links.opened(links.unsubscribe("epoch-17").rpartition("/")[2]) == "epoch-17"
        with pytest.raises(BadSignature):
            TimestampSigner().unsign(signed)
    links._key.cache_clear()
