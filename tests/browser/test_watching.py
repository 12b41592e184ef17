"""A broadcast while it goes out: numbers that move by themselves, and what can be done about it."""

import re

import pytest

from broadcaster.broadcasts.models import Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.kinds import Channel
from broadcaster.people.roles import Role
from tests import builders
from tests.browser import axe, look, sending
from tests.browser.console import PHONE, Console
from tests.delivery import worker
from tests.sandbox.stage import Stage


@pytest.fixture
def going_out(console: Console) -> Broadcast:
    """A broadcast to six families of two schools, planned, with nothing sent yet."""
    for index in range(6):
        made = builders.guardian(email=f"family{index}@example.org", sms=builders.phone(index))
        builders.student(made, at=builders.school("South High" if index % 2 else "Lake Harriet Elementary"))
    broadcast = builders.broadcast()
    worker.plan(broadcast.pk)
    return broadcast


def test_the_numbers_move_while_one_looks_and_what_one_reads_stays(
    console: Console, going_out: Broadcast, vendors: Stage
) -> None:
    page = console.open("console:broadcast", Role.COMMUNICATIONS, going_out.pk)
    page.get_by_text("0 of 6 families reached.").wait_for()
    page.get_by_text("12 messages have yet to leave.").wait_for()
    page.locator("summary", has_text="English").click()
    axe.has_no_complaint(page)
    sending.send(vendors, Channel.EMAIL)
    sending.deliver(Channel.EMAIL)
    page.get_by_text("6 of 6 families reached.").first.wait_for()
    assert page.locator("details[open]").count() == 1, "what was opened stays open"
    axe.has_no_complaint(page)
    look.picture(page, "broadcast")
    page.set_viewport_size({"width": PHONE, "height": 800})
    look.fits(page)
    look.picture(page, "phone-broadcast")


def test_it_is_paused_goes_on_and_is_cancelled_after_being_asked(console: Console, going_out: Broadcast) -> None:
    page = console.open("console:broadcast", Role.COMMUNICATIONS, going_out.pk)
    page.get_by_role("button", name="Pause").click()
    page.get_by_text("paused by communications@district.example.org").wait_for()
    page.get_by_role("button", name="Resume").click()
    page.get_by_role("button", name="Pause").wait_for()
    page.get_by_role("link", name="Cancel what has not left").click()
    axe.has_no_complaint(page)
    page.get_by_role("button", name="Cancel it").click()
    look.picture(page, "cancelled")
    page.get_by_text("cancelled by communications@district.example.org").wait_for()
    going_out.refresh_from_db()
    assert going_out.status == BroadcastStatus.CANCELLED


def test_the_kill_switch_is_seen_on_every_page_until_it_is_lifted(console: Console, going_out: Broadcast) -> None:
    page = console.open("console:stop", Role.COMMUNICATIONS)
    page.get_by_label("Why").fill("The wrong list")
    page.get_by_role("button", name="Stop everything").click()
    axe.has_no_complaint(page)
    look.picture(page, "kill-switch")
    page.get_by_role("link", name="Home").click()
    page.get_by_text(re.compile("The kill switch is thrown")).wait_for()
    page.goto(console.address("console:stop"))
    page.get_by_role("button", name="Lift it").click()
    page.get_by_text("everything goes on where it stopped").wait_for()
    assert page.locator(".stopped").count() == 0
