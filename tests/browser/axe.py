"""What axe says of a page: WCAG 2.1 AA and its own best practices."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_AXE = Axe()
#: where it has looked just now it is still there, and need not be read again: half a megabyte
_AXE_AGAIN = Axe(axe_script="")
_ONLY_COLOURS = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}


def has_no_complaint(page: Page) -> None:
    """No violation in light, and none in dark, where only the colours are others."""
    page.emulate_media(color_scheme="light")
    found = _AXE.run(page)
    assert not found.violations_count, f"{page.url} in light: {found.generate_report()}"
    page.emulate_media(color_scheme="dark")
    found = _AXE_AGAIN.run(page, options=_ONLY_COLOURS)
    page.emulate_media(color_scheme="light")
    assert not found.violations_count, f"{page.url} in dark: {found.generate_report()}"
