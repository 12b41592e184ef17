"""Uploading a list of people in a real browser: from the file to the *Who* step of a broadcast."""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from broadcaster.audiences.models import PeopleList
from broadcaster.broadcasts.models import Draft
from broadcaster.people.roles import Role
from broadcaster.roster.models import Student
from tests import builders
from tests.browser import axe, look
from tests.browser.console import PHONE, Console
from tests.browser.people import SCHOOL


@pytest.fixture
def absent(console: Console, tmp_path: Path) -> Path:
    """Three students of the school, one of another, one whom nobody knows, and one without a day."""
    for name, number in ((SCHOOL, 4), ("South High", 1)):
        for index in range(number):
            made = builders.guardian(email=f"{name[:4].lower()}{index}@example.org")
            builders.student(made, at=builders.school(name), grade="3")
    ids = list(Student.objects.order_by("pk").values_list("source_id", flat=True))
    rows = [*ids[:3], ids[4], "S-99", ids[3]]
    days = ["2026-11-24", "2026-11-24", "2026-11-23", "2026-11-24", "2026-11-24", ""]
    path = tmp_path / "absent today, from the attendance office.csv"
    path.write_text(
        "Student Number;Absence Date\r\n" + "".join(f"{a};{b}\r\n" for a, b in zip(rows, days, strict=True))
    )
    return path


def fine(page: Page, name: str) -> None:
    axe.has_no_complaint(page)
    look.picture(page, name)
    page.set_viewport_size({"width": PHONE, "height": 800})
    look.fits(page)
    look.picture(page, f"phone-{name}")
    page.set_viewport_size({"width": 1280, "height": 800})


def test_an_office_uploads_its_absent_students_and_writes_to_them(console: Console, absent: Path) -> None:
    page = console.open("console:lists", Role.OFFICE)
    fine(page, "lists-empty")
    page.get_by_role("button", name="Look at it first").click()
    page.get_by_text("Choose a file first.").wait_for()
    fine(page, "lists-wrong")
    page.get_by_label("CSV file").set_input_files(absent)
    page.get_by_label("Name of the list").fill("absent on 24 November")
    page.get_by_role("button", name="Look at it first").click()
    page.get_by_role("heading", name="absent on 24 November").wait_for()
    assert page.get_by_role("row", name=f"is not of {SCHOOL}").is_visible()
    fine(page, "list-looked")
    page.get_by_role("button", name="Save the list").click()
    page.get_by_role("status").get_by_text("is saved, with 3 people").wait_for()
    fine(page, "lists")
    page.get_by_role("status").get_by_role("link", name="Write a broadcast to it").click()
    look.picture(page, "new-to-a-list")
    page.get_by_role("button", name="Absence notice").click()
    page.goto(console.address("console:draft-who", Draft.objects.get().pk))
    assert page.get_by_label("A list of people").is_checked()
    page.locator("#live").get_by_text("3 families").wait_for()
    fine(page, "who-a-list")


def test_it_goes_without_javascript_from_a_draft_and_back(console: Console, absent: Path) -> None:
    page = console.open("console:new", Role.COMMUNICATIONS, javascript=False, width=PHONE)
    page.get_by_role("button", name="Schools closed for weather").click()
    page.goto(console.address("console:draft-who", Draft.objects.get().pk))
    page.get_by_role("link", name="Upload a list of people").click()
    page.get_by_label("CSV file").set_input_files(absent)
    page.get_by_role("button", name="Look at it first").click()
    page.get_by_role("button", name="Save the list and go on with the draft").click()
    page.get_by_text("It is picked here.").wait_for()
    assert page.get_by_label("A list of people").is_checked()
    assert PeopleList.objects.get().name == absent.name
    look.fits(page)


def test_it_goes_by_the_keyboard_alone(console: Console, absent: Path) -> None:
    page = console.open("console:lists", Role.COMMUNICATIONS)
    with page.expect_file_chooser() as chooser:
        page.get_by_label("CSV file").focus()
        page.keyboard.press("Enter")
    chooser.value.set_files(absent)
    page.keyboard.press("Tab")
    page.keyboard.type("absent today")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="absent today").wait_for()
    page.get_by_role("button", name="Save the list").focus()
    page.keyboard.press("Enter")
    page.get_by_role("status").get_by_text("is saved, with 4 people").wait_for()
    assert page.url.endswith(reverse("console:lists"))
