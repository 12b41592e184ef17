"""The real way in: password, then the six digits of an app."""

from broadcaster.people.roles import Role
from tests.browser import axe, look, people
from tests.browser.console import Console


def test_a_password_and_six_digits_lead_to_the_page_that_was_asked_for(console: Console) -> None:
    people.somebody(Role.COMMUNICATIONS)
    page = console.open("console:home", None)
    axe.has_no_complaint(page)
    look.picture(page, "sign-in")
    page.get_by_label("Email").fill("communications@district.example.org")
    page.get_by_label("Password").fill(people.PASSWORD)
    page.get_by_role("button", name=people.SIGN_IN).click()
    axe.has_no_complaint(page)
    page.get_by_label("code").fill(people.digits())
    page.get_by_role("button", name=people.SIGN_IN).click()
    page.wait_for_url("**/console/home")
    assert page.get_by_role("heading", level=1).inner_text() == "Home"
