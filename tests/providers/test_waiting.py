"""How long the vendor asks us to wait."""

from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.providers.waiting import LONGEST_SECONDS, retry_after

NOW = 1_790_000_000.0


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    monkeypatch.setattr("broadcaster.clock.now", lambda: NOW)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "0.5"}, 0.5),
        ({"Retry-After": formatdate(NOW + 30, usegmt=True)}, 30.0),
        ({"Retry-After": formatdate(NOW - 30, usegmt=True)}, 0.0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "-3"}, 0.0),
        ({"Retry-After": "99999"}, LONGEST_SECONDS),
        ({"X-RateLimit-Reset": str(int(NOW) + 12)}, 12.0),
        ({"X-RateLimit-Reset": str(int(NOW) - 12)}, 0.0),
        ({"Retry-After": "2", "X-RateLimit-Reset": str(int(NOW) + 12)}, 2.0),
        ({"Retry-After": "soon", "X-RateLimit-Reset": str(int(NOW) + 12)}, 12.0),
    ],
)
def test_the_wait_is_what_the_vendor_says(headers, seconds):
    assert retry_after(headers) == seconds


@given(st.text(max_size=30))
def test_whatever_it_says_the_wait_is_a_sane_number_or_none(value):
    wait = retry_after({"Retry-After": value, "X-RateLimit-Reset": value})
    assert wait is None or 0 <= wait <= LONGEST_SECONDS
