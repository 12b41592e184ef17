"""The menu on a phone: the three pages that everybody wants, and the others in groups behind one touch."""

from broadcaster.people.roles import Role
from tests.browser import axe, look, people
from tests.browser.console import PHONE, Console


def test_on_a_phone_the_other_pages_are_behind_one_touch_without_javascript(console: Console) -> None:
    page = console.open("console:home", Role.COMMUNICATIONS, width=PHONE, javascript=False)
    links = page.get_by_role("navigation", name="Pages").get_by_role("link")
    assert links.all_inner_texts() == ["Home", "Broadcasts", "Reports"]
    page.locator("summary", has_text="More").click()
    assert set(links.all_inner_texts()) >= {"Roster", "Replies", "Library", "In doubt", "Kill switch", "Audit log"}
    look.fits(page)
    links.get_by_text("Roster").click()
    assert page.locator("summary.here").inner_text() == "Roster", "one sees where one is"


def test_the_open_menu_is_for_everybody_and_a_viewer_has_none(console: Console) -> None:
    page = console.open("console:people", Role.ADMINISTRATOR, width=PHONE)
    page.locator("summary.here").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Settings").wait_for()
    axe.has_no_complaint(page)
    look.picture(page, "phone-menu")
    page.emulate_media(color_scheme="dark")
    look.picture(page, "phone-menu-dark")
    page.set_viewport_size({"width": 768, "height": 800})
    look.fits(page)
    look.picture(page, "tablet-menu")
    ada = people.somebody(Role.ADMINISTRATOR)
    ada.language = "es"
    ada.save()
    page = console.open("console:settings", ada, width=PHONE)
    look.fits(page)
    look.picture(page, "phone-menu-es")
    page = console.open("console:home", Role.VIEWER, width=PHONE)
    assert not page.locator("details.more").count()
