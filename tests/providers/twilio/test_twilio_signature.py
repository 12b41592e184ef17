"""The form of a callback is read as the standard library reads it, and signed as Twilio's SDK says."""

from urllib.parse import parse_qsl, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import MultiDict
from twilio.request_validator import RequestValidator

from broadcaster.providers.errors import Forged
from broadcaster.providers.twilio.signature import pairs, signed_form

TOKEN = "5ecret"
PLAIN = "https://mps.example.org/hooks?d=e1-42"
WITH_PORT = "https://mps.example.org:443/hooks?d=e1-42"

pieces = st.one_of(st.text(max_size=6).map(quote_plus), st.sampled_from(["=", "&", "+", "%", "%2", "%C3%A9", "a", "ü"]))


@given(st.lists(pieces, max_size=8).map("".join))
def test_a_form_is_read_as_the_standard_library_reads_it(form: str) -> None:
    assert pairs(form) == parse_qsl(form, keep_blank_values=True)


@pytest.mark.parametrize(("signed", "called"), [(PLAIN, PLAIN), (WITH_PORT, PLAIN), (PLAIN, WITH_PORT)])
def test_a_signature_may_be_over_the_address_with_its_port_or_without(signed: str, called: str) -> None:
    signature = RequestValidator(TOKEN).compute_signature(signed, MultiDict({"MessageSid": "SM1"}))
    assert signed_form(called, b"MessageSid=SM1", signature, TOKEN) == MultiDict({"MessageSid": "SM1"})


@pytest.mark.parametrize("token", ["", "another"])
def test_a_signature_of_another_key_is_forged(token: str) -> None:
    signature = RequestValidator(TOKEN).compute_signature(PLAIN, MultiDict({"MessageSid": "SM1"}))
    with pytest.raises(Forged):
        signed_form(PLAIN, b"MessageSid=SM1", signature, token)
