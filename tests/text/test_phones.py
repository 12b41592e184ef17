"""Phone numbers as rosters write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.text.phones import BadPhone, for_people, never_mobile, normalise

BRITAIN = "+44"


@pytest.mark.parametrize(
    "raw",
    [
        "6125550142",
        "612-555-0142",
        "(612) 555-0142",
        "(612)555-0142",
        "612.555.0142",
        "612 555 0142",
        "612/555-0142",
        "612–555–0142",
        "1-612-555-0142",
        "1 (612) 555-0142",
        "+1 612 555 0142",
        "+16125550142",
        "tel:+1-612-555-0142",
        "  612-555-0142;",
        "612-555-0142 (mom)",
        "cell: 612 555 0142",
        "(c) 612.555.0142",
        "6125550142.0",
    ],
)
def test_the_usual_ways_to_write_a_number_mean_the_same(raw: str) -> None:
    assert normalise(raw, "US") == "+16125550142"


@pytest.mark.parametrize("area", ["612", "200", "555", "999"])
def test_fictional_numbers_pass_in_any_area(area: str) -> None:
    assert normalise(f"{area}-555-0100", "US") == f"+1{area}5550100"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", "no phone number"),
        ("n/a", "no phone number"),
        ("none", "no phone number"),
        ("call the office", "no phone number"),
        ("12345", "too short"),
        ("555-0142", "no area code"),
        ("612-555-01422", "too long"),
        ("000-000-0000", "begins with 0 or 1"),
        ("123-456-7890", "begins with 0 or 1"),
        ("612-055-0142", "begins with 0 or 1"),
        ("612-555-0142 x123", "extension"),
        ("612-555-0142 ext. 5", "extension"),
        ("612-555-0142 / 612-555-0143", "more than one"),
        ("612-555-0142 or 651-555-0143", "more than one"),
        ("6.13E+09", "no phone number"),
        ("+6125550142", "country"),
        ("+999 1234567", "country code"),
    ],
)
def test_what_is_no_number_is_refused_with_its_reason(raw: str, reason: str) -> None:
    with pytest.raises(BadPhone, match=reason):
        normalise(raw, "US")


def test_a_number_of_another_country_keeps_its_prefix() -> None:
    assert normalise("+252 61 5550100", "US") == "+252615550100"
    assert normalise("020 7946 0958", "GB") == "+442079460958"


@given(st.text(alphabet="0123456789()+-. x/n", max_size=20))
def test_normalising_again_changes_nothing(raw: str) -> None:
    try:
        number = normalise(raw, "US")
    except BadPhone:
        return
    assert normalise(number, "US") == number
    assert number.startswith("+")
    assert number[1:].isdigit()


def test_people_read_a_number_as_they_write_it() -> None:
    assert for_people("+16125550100", "US") == "(612) 555-0100"
    assert for_people("+442079460958", "US") == "+44 20 7946 0958"


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("+18005550100", "a toll-free number"),
        ("+19005550100", "a premium-rate number"),
        ("+442079460958", "a landline"),
        (f"{BRITAIN}8001111111", "a toll-free number"),
        ("+16125550100", ""),
        (f"{BRITAIN}7700900123", ""),
        ("+252615550100", ""),
    ],
)
def test_what_no_mobile_has_is_told_by_its_digits(number: str, kind: str) -> None:
    assert never_mobile(number) == kind
