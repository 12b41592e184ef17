"""The second person's page: what changed stands on it, and it is decided there, with the keyboard alone if need be."""

import pytest

from broadcaster.broadcasts import approval, drafts, submissions
from broadcaster.broadcasts.models import Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.people.roles import Role
from tests import builders
from tests.browser import axe, look, people
from tests.browser.console import PHONE, Console

WRITER = "writer@district.example.org"


@pytest.fixture
def handed_in_twice(console: Console) -> Broadcast:
    """A closure that was sent back for its date, and is handed in again with other words."""
    for index, language in enumerate(("en", "en", "es")):
        made = builders.guardian(email=f"family{index}@example.org", sms=builders.phone(index), language=language)
        builders.student(made, at=builders.school("South High" if index else people.SCHOOL))
    people.somebody(Role.COMMUNICATIONS, email=WRITER)
    draft = drafts.begin("weather-closure", WRITER)
    drafts.save(draft, 1, WRITER, values={"date": "2026-12-01"}, who={"kind": "district"}, audience="district")
    broadcast = drafts.hand_in(draft, draft.version, WRITER)
    approval.submit(broadcast, WRITER)
    broadcast.refresh_from_db()
    approval.send_back(broadcast, "second@district.example.org", "It is the second.")
    draft = drafts.reopen(broadcast, WRITER)
    words = {"en": {"sms": "{{ district }}: all schools are closed {{ date | short }}."}}
    drafts.save(draft, draft.version, WRITER, values={"date": "2026-12-02", "reason": "ice"}, changes=words)
    broadcast = drafts.hand_in(draft, draft.version, WRITER)
    approval.submit(broadcast, WRITER)
    return broadcast


def test_what_changed_is_seen_and_approved_with_the_keyboard(console: Console, handed_in_twice: Broadcast) -> None:
    page = console.open("console:approve", Role.COMMUNICATIONS, handed_in_twice.pk)
    page.get_by_text("This will text").wait_for()
    page.locator("del", has_text="snow").first.wait_for()
    axe.has_no_complaint(page)
    look.picture(page, "approve")
    page.set_viewport_size({"width": PHONE, "height": 800})
    look.fits(page)
    look.picture(page, "phone-approve")
    page.get_by_role("button", name="Approve: send it now").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Approved. It goes out now.").wait_for()
    handed_in_twice.refresh_from_db()
    assert handed_in_twice.status == BroadcastStatus.APPROVED


def test_whoever_wrote_it_takes_it_back_or_releases_it_and_does_not_approve(
    console: Console, handed_in_twice: Broadcast
) -> None:
    page = console.open("console:approve", people.somebody(Role.COMMUNICATIONS, email=WRITER), handed_in_twice.pk)
    page.get_by_text("You wrote it, so somebody else approves it.").wait_for()
    assert not page.get_by_role("button", name="Approve").count()
    axe.has_no_complaint(page)
    page.get_by_role("button", name="Take it back and change it").click()
    page.get_by_role("heading", name="What does it say?").wait_for()
    assert submissions.newest(handed_in_twice) is not None
