"""The district's file: what it may not say of its senders, and that it is told so."""

import pytest
from pydantic import ValidationError

from broadcaster.district import District

SMS = {"channel": "sms", "address": "+16125550199", "rate": 100}
MAIL = {"channel": "email", "address": "notices@example.org", "rate": 500}


@pytest.mark.parametrize("address", ["+16125550199", "612612", "88788"])
def test_texts_go_out_from_a_number_or_a_short_code(address: str) -> None:
    (sender,) = District(senders=[SMS | {"address": address}]).senders  # type: ignore[list-item]
    assert sender.address == address


@pytest.mark.parametrize(
    ("sender", "says"),
    [
        (SMS | {"address": "notices@example.org"}, "the channel is sms"),
        (SMS | {"address": "MPS Alerts"}, "should be a number"),
        (SMS | {"address": "6125550199"}, "should be a number"),
        (MAIL | {"address": "+16125550199"}, "the channel is email"),
        (MAIL | {"address": "notices at example.org"}, "should be a mail address"),
        (SMS | {"channel": "fax"}, "'email' or 'sms'"),
        (SMS | {"rate": 0}, "greater than 0"),
        (SMS | {"rate": "inf"}, "finite"),
    ],
)
def test_a_sender_that_its_channel_does_not_know_is_refused(sender: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        District(senders=[sender])  # type: ignore[list-item]


def test_a_sender_named_twice_is_refused_because_it_has_one_rate() -> None:
    with pytest.raises(ValidationError, match="there twice"):
        District(senders=[MAIL, SMS, MAIL | {"address": "Notices@example.org"}])  # type: ignore[list-item]
