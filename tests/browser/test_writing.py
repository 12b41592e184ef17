"""A broadcast in four steps: what, who, when and how, check."""

import pytest
from playwright.sync_api import Page

from broadcaster.audiences import saved
from broadcaster.broadcasts.models import Broadcast, Draft
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.people.roles import Role
from tests import builders
from tests.browser import axe, look
from tests.browser.console import PHONE, Console


@pytest.fixture(autouse=True)
def district(console: Console) -> None:
    """Two schools with a few families each; some read Spanish, and one can't be reached."""
    for name, number in (("Lake Harriet Elementary", 6), ("South High", 4)):
        at = builders.school(name)
        for index in range(number):
            language = "es" if index % 3 == 2 else "en"
            made = builders.guardian(email=f"{name[:3].lower()}{index}@example.org".replace(" ", ""), language=language)
            builders.student(made, at=at, grade=str(index + 1))
    builders.student(at=builders.school("South High"), grade="9")
    saved.save("Both schools", "district", by="it@district.example.org")
    saved.save("South High, upper grades", 'school:"South High" and grade:2-4', by="it@district.example.org")


def test_the_four_steps_end_in_a_broadcast_that_waits_for_a_second_person(console: Console) -> None:
    page = console.open("console:new", Role.COMMUNICATIONS)
    look.picture(page, "new")
    axe.has_no_complaint(page)
    page.get_by_role("button", name="Schools closed for weather").click()
    page.get_by_label("Day schools are closed").fill("2026-12-01")
    page.locator(".phone").get_by_text("12/1/2026").or_(page.locator(".phone").get_by_text("Dec")).wait_for()
    page.get_by_role("button", name="Spanish").click()
    page.locator(".phone p[lang=es]").wait_for()
    axe.has_no_complaint(page)
    look.picture(page, "draft-what")
    page.get_by_role("button", name="Go on to who gets it").click()
    page.get_by_label("All families of the district").check()
    page.locator("#live").get_by_text("10 families").wait_for()
    page.get_by_label("A saved audience").check()
    page.get_by_label("South High, upper grades").check()
    page.locator("#live").get_by_text("3 families").wait_for()
    page.get_by_label("Both schools").check()
    page.locator("#live").get_by_text("10 families").wait_for()
    axe.has_no_complaint(page)
    look.picture(page, "draft-who")
    page.get_by_role("button", name="Go on to when and how").click()
    axe.has_no_complaint(page)
    look.picture(page, "draft-when")
    page.get_by_role("button", name="Go on to check it").click()
    page.get_by_text("This will text").wait_for()
    axe.has_no_complaint(page)
    look.picture(page, "draft-check")
    page.get_by_label("Type the number of families").fill("10")
    page.get_by_role("button", name="Hand it in for a second person").click()
    page.wait_for_url("**/broadcasts/*")
    look.picture(page, "broadcast-in-review")
    broadcast = Broadcast.objects.get()
    assert broadcast.status == BroadcastStatus.IN_REVIEW
    assert broadcast.audience == "(district)", "what the name meant when it was handed in"
    assert Draft.objects.get().handed_in_at is not None


def test_without_javascript_and_on_a_phone_the_steps_lead_to_the_same_end(console: Console) -> None:
    page = console.open("console:new", Role.COMMUNICATIONS, javascript=False, width=PHONE)
    look.fits(page)
    page.get_by_role("button", name="Schools closed for weather").click()
    page.get_by_role("button", name="Go on to who gets it").click()
    assert page.get_by_role("alert").get_by_role("link", name="Day schools are closed").is_visible()
    page.get_by_label("Day schools are closed").fill("2026-12-01")
    look.fits(page)
    look.picture(page, "phone-what")
    page.get_by_role("button", name="Spanish").click()
    assert "escuelas" in page.locator(".phone").inner_text()
    page.get_by_role("button", name="Go on to who gets it").click()
    page.get_by_label("A saved audience").check()
    page.get_by_label("Both schools").check()
    page.get_by_role("button", name="Count them").click()
    page.locator("#live").get_by_text("10 families").wait_for()
    look.fits(page)
    look.picture(page, "phone-who")
    page.get_by_role("button", name="Go on to when and how").click()
    page.get_by_label("This is a drill").check()
    page.get_by_role("button", name="Go on to check it").click()
    page.get_by_text("This will text").wait_for()
    look.fits(page)
    look.picture(page, "phone-check")
    assert "This is a drill" in page.locator(".band").inner_text()
    assert page.title().startswith("DRILL")
    page.get_by_role("button", name="Start the drill").click()
    broadcast = Broadcast.objects.get()
    assert (broadcast.drill, broadcast.status) == (True, BroadcastStatus.APPROVED)


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what is called so has the focus."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if name in page.evaluate("(e => e.labels?.[0]?.innerText || e.innerText || '')(document.activeElement)"):
            return
    raise AssertionError(f"Tab does not lead to {name!r}")


def test_the_four_steps_go_by_the_keyboard_alone(console: Console) -> None:
    page = console.open("console:home", Role.COMMUNICATIONS)
    tab_to(page, "Skip to the page")
    page.keyboard.press("Enter")
    tab_to(page, "New broadcast")
    page.keyboard.press("Enter")
    page.wait_for_url("**/new")
    tab_to(page, "Schools closed for weather")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="What does it say?").wait_for()
    tab_to(page, "Day schools are closed")
    page.keyboard.type("12012026")
    tab_to(page, "Go on to who gets it")
    page.keyboard.press("Enter")
    page.wait_for_url("**/who")
    tab_to(page, "Some families")
    page.keyboard.press("ArrowDown")
    page.locator("#live").get_by_text("10 families").wait_for()
    tab_to(page, "Go on to when and how")
    page.keyboard.press("Enter")
    page.wait_for_url("**/when")
    tab_to(page, "This is a drill")
    page.keyboard.press("Space")
    tab_to(page, "Go on to check it")
    page.keyboard.press("Enter")
    page.get_by_text("This will text").wait_for()
    tab_to(page, "Start the drill")
    page.keyboard.press("Enter")
    page.wait_for_url("**/broadcasts/*")
    assert Broadcast.objects.get().status == BroadcastStatus.APPROVED
