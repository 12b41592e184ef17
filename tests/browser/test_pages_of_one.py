"""The pages of one report, family, address, template and person: axe finds nothing, and a phone is wide enough."""

from broadcaster.delivery.status import DeliveryStatus
from broadcaster.kinds import Channel
from broadcaster.people.roles import Role
from broadcaster.roster import consent
from tests import builders
from tests.browser import axe, look
from tests.browser.console import PHONE, Console
from tests.browser.people import SCHOOL, somebody
from tests.reports.builders import APPROVED, broadcast, delivery, family, meant


def test_pages_of_one_thing_are_for_everybody(console: Console) -> None:
    sent, one = broadcast(settled_at=APPROVED + 60), family(builders.school(SCHOOL))
    point = one.points.get(channel="sms")
    meant(sent, one)
    delivery(sent, one, DeliveryStatus.UNDELIVERED, address=point.address, reason="handset unreachable")
    consent.suppress(Channel.SMS, point.address, "landline")
    pages: list[tuple[str, Role, tuple[object, ...]]] = [
        ("console:report", Role.COMMUNICATIONS, (sent.pk,)),
        ("console:calls", Role.OFFICE, (sent.pk,)),
        ("console:family", Role.OFFICE, (one.family_id,)),
        ("console:address", Role.COMMUNICATIONS, (point.pk,)),
        ("console:add-address", Role.COMMUNICATIONS, (one.pk,)),
        ("console:template", Role.COMMUNICATIONS, ("bus-delay",)),
        ("console:edit-template", Role.COMMUNICATIONS, ("bus-delay", "es.md")),
        ("console:withdrawing", Role.COMMUNICATIONS, ("bus-delay",)),
        ("console:person", Role.ADMINISTRATOR, (somebody(Role.COMMUNICATIONS).pk,)),
        ("console:ask-person", Role.ADMINISTRATOR, (somebody(Role.COMMUNICATIONS).pk, "reset-factors")),
    ]
    for name, role, ids in pages:
        page = console.open(name, role, *ids)
        axe.has_no_complaint(page)
        page.set_viewport_size({"width": PHONE, "height": 800})
        look.fits(page)
        page.close()


def test_a_template_is_checked_without_javascript_and_nothing_typed_is_lost(console: Console) -> None:
    page = console.open("console:edit-template", Role.COMMUNICATIONS, "bus-delay", "en.md", javascript=False)
    text = page.get_by_label("Text of the file")
    text.fill(text.input_value().replace("{{ route }}", "{{ rout }}", 1))
    page.get_by_role("button", name="Check and preview").click()
    assert "{{ rout }}" in page.get_by_label("Text of the file").input_value()
    assert page.get_by_role("heading", name="What the checker says").is_visible()


def test_a_family_is_found_and_its_address_put_right_by_keyboard_alone(console: Console) -> None:
    one = family(builders.school(SCHOOL))
    page = console.open("console:roster", Role.COMMUNICATIONS)
    page.get_by_label("Name, phone").focus()
    page.keyboard.type(one.name)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=one.name, exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Change").first.focus()
    page.keyboard.press("Enter")
    page.get_by_label("The right address").focus()
    page.keyboard.type("put.right@example.org")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("she called")
    page.keyboard.press("Enter")
    page.get_by_role("rowheader", name="put.right@example.org").wait_for()
