"""Email addresses as rosters write them."""

import pytest
from email_validator import validate_email
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.text.emails import _PLAIN, BadEmail, likely_domain, normalise


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        ("amina@example.org", "amina@example.org"),
        ("Amina.Ali@Example.ORG", "amina.ali@example.org"),
        (" amina@example.org ; ", "amina@example.org"),
        ("mailto:amina@example.org", "amina@example.org"),
        ("Amina Ali <amina@example.org>", "amina@example.org"),
        ("amina+school@example.org", "amina+school@example.org"),
        ("o'brien@example.org", "o'brien@example.org"),
        ("a@exämple.org", "a@xn--exmple-cua.org"),
        ("a@school.test", "a@school.test"),
    ],
)
def test_the_usual_ways_to_write_an_address(raw: str, address: str) -> None:
    assert normalise(raw) == address
    assert normalise(address) == address


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", "no @"),
        ("n/a", "no @"),
        ("none", "no @"),
        ("amina.example.org", "no @"),
        ("amina@", "after the @"),
        ("amina@example", "period"),
        ("a b@example.org", "SPACE"),
        ("a..b@example.org", "two periods"),
        ("a@example.org; b@example.org", "more than one"),
        ("a@example.org b@example.org", "more than one"),
        ("ñandú@example.org", "letters before the @"),
        ("\n\n", "no @"),
    ],
)
def test_what_is_no_address_is_refused_with_its_reason(raw: str, reason: str) -> None:
    with pytest.raises(BadEmail, match=reason):
        normalise(raw)


def test_a_line_end_can_never_reach_a_mail_header() -> None:
    with pytest.raises(BadEmail):
        normalise("a@example.org\r\nBcc: b@example.org")


_part = st.text("ab1_.+-", min_size=1, max_size=20)


@given(_part, st.text("ab1.", min_size=1, max_size=70), st.sampled_from([".com", ".org", ".net", ".edu"]))
def test_the_quick_path_takes_only_what_email_validator_takes(local: str, domain: str, ending: str) -> None:
    address = f"{local}@{domain}{ending}"
    if _PLAIN.fullmatch(address):
        found = validate_email(address, check_deliverability=False, test_environment=True)
        assert normalise(address) == found.ascii_email


@pytest.mark.parametrize(
    ("domain", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("yahoo.con", "yahoo.com"),
        ("gmail.com", ""),
        ("example.org", ""),
        ("mail.gmial.com", ""),
    ],
)
def test_a_well_known_typo_of_a_domain_is_told(domain: str, meant: str) -> None:
    assert likely_domain(f"gmial.com@{domain}") == meant
