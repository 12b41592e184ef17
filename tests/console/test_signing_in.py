"""Signing in: whoever guesses is locked out for a while, and the pages speak our words, in Spanish too."""

import re
from http import HTTPStatus
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from broadcaster.broadcasts.models import AuditEntry
from broadcaster.people import invitations
from broadcaster.people.models import Person
from broadcaster.people.roles import Role
from broadcaster.settings import SETTINGS
from tests.browser.people import PASSWORD, digits, signed_in, somebody

pytestmark = pytest.mark.django_db

#: pages that allauth would fill with its own words
PAGES = (
    "mfa_index",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_generate_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "account_change_password",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "account_logout",
)
#: what they say there
STIFF = re.compile(
    r"two-factor|authenticator app|reauthenticat|deactivate auth|passwordless|security keys? have|confirm access",
    re.IGNORECASE,
)


@pytest.fixture(autouse=True)
def nobody_asked_before() -> None:
    """How often somebody asked is remembered by their number, and numbers begin anew in each test."""
    cache.clear()


def attempt(password: str, email: str = "communications@district.example.org") -> str:
    answer = Client().post(reverse("account_login"), {"login": email, "password": password}, follow=True)
    return answer.content.decode()


def page(client: Client, name: str) -> str:
    """What stands on it; where it first asks whether it is still them, that is answered."""
    if name == "mfa_activate_totp":  # whoever has an app is led to where it is taken away
        Authenticator.objects.all().delete()
    answer = client.get(reverse(name), follow=True)
    if answer.redirect_chain:
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        answer = client.get(reverse(name), follow=True)
    assert not answer.redirect_chain, f"it led to {answer.redirect_chain}"
    main: str = answer.content.decode().partition("<main")[2].partition("<footer")[0]
    return re.sub(r"<script.*?</script>", "", main, flags=re.DOTALL)


def test_eight_wrong_passwords_lock_an_address_out_until_an_administrator_lets_it_try_again() -> None:
    cora = somebody(Role.COMMUNICATIONS)
    said = [attempt("a guess") for _ in range(8)]
    assert "do not go together" in said[0]
    assert "Wait a quarter of an hour" in said[-1]
    assert "Wait a quarter of an hour" in attempt(PASSWORD), "the right one neither"
    administrator = signed_in(Role.ADMINISTRATOR)
    assert "wrong passwords lately" in administrator.get(reverse("console:person", args=[cora.pk])).content.decode()
    administrator.post(reverse("console:act-person", args=[cora.pk, "unlock"]))
    assert "The second step" in attempt(PASSWORD)
    assert AuditEntry.objects.filter(act="let a person try passwords again").exists()


def test_the_others_in_the_same_house_are_not_locked_out_with_whoever_guesses() -> None:
    somebody(Role.COMMUNICATIONS)
    somebody(Role.OFFICE)
    for spelled in ("Communications@district.example.org", "communications@district.example.org") * 4:
        attempt("a guess", spelled)
    assert "Wait a quarter of an hour" in attempt(PASSWORD)
    assert "The second step" in attempt(PASSWORD, "office@district.example.org")


def test_an_address_that_nobody_has_and_a_wrong_password_say_the_same() -> None:
    somebody(Role.COMMUNICATIONS)
    wrong, nobody = (
        re.findall(r'role="alert">(.*?)</div>', attempt("a guess", email))
        for email in ("communications@district.example.org", "nobody@district.example.org")
    )
    assert wrong == nobody
    assert wrong


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_speak_our_words(name: str) -> None:
    shown = page(signed_in(Role.COMMUNICATIONS), name)
    assert "<h1" in shown
    assert not STIFF.findall(re.sub(r"<[^>]*>", " ", shown))


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_speak_spanish(name: str) -> None:
    somebody(Role.COMMUNICATIONS)
    english = page(signed_in(Role.COMMUNICATIONS), name)
    Person.objects.update(language="es")
    spanish = page(signed_in(Role.COMMUNICATIONS), name)
    headings = [re.findall(r"<h1>(.*?)</h1>", shown) for shown in (english, spanish)]
    assert headings[0] != headings[1]
    left = {line.strip() for line in re.findall(r">([^<>{}]{12,})<", english)} & {
        line.strip() for line in re.findall(r">([^<>{}]{12,})<", spanish)
    }
    assert not {line for line in left if " " in line}


def test_who_was_switched_off_reads_why() -> None:
    somebody(Role.COMMUNICATIONS)
    Person.objects.update(is_active=False)
    assert "This account is switched off" in attempt(PASSWORD)


def test_who_has_no_second_factor_can_do_nothing_before_there_is_one() -> None:
    client = signed_in(Role.COMMUNICATIONS)
    Authenticator.objects.all().delete()
    assert "One more thing before you go on" in client.get(reverse("console:home"), follow=True).content.decode()


@pytest.mark.parametrize(("ago", "lets_in"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_the_six_digits_of_the_half_minute_before_and_after_count_too(
    monkeypatch: pytest.MonkeyPatch, ago: int, lets_in: bool
) -> None:
    still = SimpleNamespace(time=lambda: 1_800_000_000.0)
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time", still)
    monkeypatch.setattr("tests.browser.people.time", still)
    somebody(Role.COMMUNICATIONS)
    client = Client()
    client.post(reverse("account_login"), {"login": "communications@district.example.org", "password": PASSWORD})
    answer = client.post(reverse("mfa_authenticate"), {"code": digits(ago=ago)})
    assert (answer.status_code == HTTPStatus.FOUND) == lets_in
    assert lets_in or "This code does not hold" in answer.content.decode()


def test_passkeys_are_offered_only_where_people_come_by_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """No browser makes one for a number: the button would only lead into its refusal."""
    person = signed_in(Role.COMMUNICATIONS)
    for address, offered in (("http://localhost:80", True), ("http://127.0.0.1:80", False), ("http://[::1]:80", False)):
        monkeypatch.setitem(vars(SETTINGS), "public_base_url", address)
        assert (reverse("mfa_add_webauthn") in person.get(reverse("console:account")).content.decode()) == offered
        assert ("passkey_login" in Client().get(reverse("account_login")).content.decode()) == offered
        assert ("PUBLIC_BASE_URL" in page(person, "mfa_index")) != offered


def test_an_invitation_leads_to_its_page() -> None:
    assert reverse("console:welcome", args=["x:y"]) == f"{invitations.PAGE}x:y"
