"""What `doctor` says of the mail's domain and of the public address."""

import pytest

from broadcaster.cli import outside
from broadcaster.providers.asking import Standing

ALL = {
    ("mail.example.org", "TXT"): ['"v=spf1 include:sendgrid.net ~all"'],
    ("_dmarc.mail.example.org", "TXT"): ['"v=DMARC1; p=none"'],
    ("s1._domainkey.mail.example.org", "CNAME"): ["s1.domainkey.example.org."],
}


@pytest.mark.parametrize(
    ("without", "ok", "word"),
    [
        ("", True, "SPF, DKIM and DMARC"),
        ("mail.example.org", False, "no SPF"),
        ("s1._domainkey.mail.example.org", False, "no DKIM"),
        ("_dmarc.mail.example.org", False, "no DMARC"),
    ],
)
def test_what_the_domain_of_the_mail_lacks_is_named(
    monkeypatch: pytest.MonkeyPatch, without: str, ok: bool, word: str
) -> None:
    told = {key: records for key, records in ALL.items() if key[0] != without}
    monkeypatch.setattr(outside, "_records", lambda name, kind: told.get((name, kind), []))
    check = outside._mail_domain("mail.example.org")
    assert (check.ok, word in check.say) == (ok, True), check


def test_where_no_name_server_answers_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "_records", lambda *_: None)
    check = outside._mail_domain("mail.example.org")
    assert check.ok
    assert "not known" in check.say


@pytest.mark.parametrize(
    ("url", "clear"),
    [
        ("http://alerts.example.org", True),
        ("https://alerts.example.org", False),
        ("http://127.0.0.1:8025", False),
        ("http://10.0.0.5", False),
        ("http://localhost:8025", False),
        ("http://1.1.1.1", True),
    ],
)
def test_an_address_that_others_read_along_is_found(url: str, clear: bool) -> None:
    assert outside.in_the_clear(url) is clear


@pytest.mark.parametrize(
    ("ahead", "ok", "word"),
    [
        (None, True, "not known"),
        (0.0, True, "agrees"),
        (4.9, True, "agrees"),
        (75.0, False, "75 s ahead of"),
        (-75.0, False, "75 s behind"),
    ],
)
def test_a_clock_that_is_not_the_vendors_is_found(ahead: float | None, ok: bool, word: str) -> None:
    check = outside._clock_of("Twilio", Standing(True, "", ahead))
    assert (check.name, check.ok, word in check.say) == ("clock of Twilio", ok, True), check
