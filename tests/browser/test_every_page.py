"""Every page that takes no id, as an administrator sees it: axe finds nothing, and a phone is wide enough."""

import pytest

from broadcaster.console.addresses import pages
from broadcaster.people.roles import Role
from tests.browser import axe, look
from tests.browser.console import PHONE, Console


@pytest.mark.parametrize("address", pages())
def test_axe_has_no_complaint_and_nothing_sticks_out_on_a_phone(console: Console, address: str) -> None:
    page = console.open(address, Role.ADMINISTRATOR)
    axe.has_no_complaint(page)
    page.set_viewport_size({"width": PHONE, "height": 800})
    look.fits(page)
    look.picture(page, f"page-{address.strip('/').replace('/', '-')}")
