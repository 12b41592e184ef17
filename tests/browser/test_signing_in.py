"""The real way in: a password and then the six digits of an app, a passkey, or a recovery code."""

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page

from broadcaster.people.models import Person
from broadcaster.people.roles import Role
from broadcaster.settings import SETTINGS
from tests.browser import axe, look, people
from tests.browser.console import PHONE, Console

EMAIL = "communications@district.example.org"


@pytest.fixture
def new_here() -> Person:
    """Somebody in district communications who has no second factor yet."""
    made = people.somebody(Role.COMMUNICATIONS)
    Authenticator.objects.all().delete()
    return made


def give_a_fingerprint_reader(page: Page) -> None:
    """An authenticator that always says yes (WebDriver's virtual ones, over the DevTools protocol)."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_password_and_six_digits_lead_to_the_page_that_was_asked_for(console: Console) -> None:
    people.somebody(Role.COMMUNICATIONS)
    page = console.open("console:home", None)
    axe.has_no_complaint(page)
    look.picture(page, "sign-in")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password").fill(people.PASSWORD)
    page.get_by_role("button", name=people.SIGN_IN).click()
    axe.has_no_complaint(page)
    look.picture(page, "sign-in-second-step")
    page.get_by_label("code").fill("000000")
    page.get_by_role("button", name=people.SIGN_IN).click()
    page.get_by_text("This code does not hold").wait_for()
    page.get_by_label("code").fill(people.digits())
    page.get_by_role("button", name=people.SIGN_IN).click()
    page.wait_for_url("**/console/home")
    assert page.get_by_role("heading", level=1).inner_text() == "Home"


def test_a_passkey_is_set_up_and_lets_in_alone(
    console: Console, new_here: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vars(SETTINGS), "public_base_url", console.url)  # a passkey is for the name that people type
    page = console.open("console:home", new_here)
    give_a_fingerprint_reader(page)
    page.get_by_role("link", name="Use a passkey or security key").click()
    page.get_by_role("heading", name="Is it still you?").wait_for()
    page.get_by_label("Your password").fill(people.PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("What you call it").fill("Office laptop")
    page.get_by_label("It alone lets me in").check()
    axe.has_no_complaint(page)
    look.picture(page, "passkey-adding")
    page.get_by_role("button", name="Add it").click()
    page.get_by_text("The passkey is known now.").wait_for()
    page.goto(console.address("mfa_list_webauthn"))
    assert page.get_by_role("rowheader").inner_text() == "Office laptop"
    axe.has_no_complaint(page)
    look.picture(page, "passkeys")

    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/console/home")


def test_an_app_is_set_up_on_a_phone_and_a_recovery_code_lets_in_once(console: Console, new_here: Person) -> None:
    page = console.open("console:home", new_here, width=PHONE)
    page.get_by_role("link", name="Use an app on my phone").click()
    page.get_by_label("Your password").fill(people.PASSWORD)
    page.get_by_role("button", name="Go on").click()
    axe.has_no_complaint(page)
    look.fits(page)
    look.picture(page, "phone-app")
    page.get_by_label("code").fill(people.digits(page.locator("#authenticator_secret").input_value()))
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("The app is set up.").wait_for()
    page.goto(console.address("mfa_view_recovery_codes"))
    look.picture(page, "recovery-codes")
    code = page.locator("#recovery_codes").inner_text().split()[0]
    for lets_in in (True, False):
        page.get_by_role("button", name="Sign out").click()
        page.get_by_label("Email").fill(EMAIL)
        page.get_by_label("Password").fill(people.PASSWORD)
        page.get_by_role("button", name=people.SIGN_IN).click()
        page.get_by_label("code").fill(code)
        page.get_by_role("button", name=people.SIGN_IN).click()
        if lets_in:
            page.wait_for_url("**/console/home")
        else:
            page.get_by_text("This code does not hold").wait_for()
            break
