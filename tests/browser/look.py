"""Pictures of pages, for people to look at."""

from pathlib import Path

from playwright.sync_api import Page

#: set by conftest.py
FOLDER = Path()


def picture(page: Page, name: str) -> Path:
    """Take a picture of the whole page."""
    path = FOLDER / f"{name}.png"
    page.screenshot(path=path, full_page=True, animations="disabled")
    return path


def fits(page: Page) -> None:
    """Nothing sticks out to the side: who reads on a phone scrolls down and nowhere else."""
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert over <= 0, f"{page.url} is {over} pixels too wide"
