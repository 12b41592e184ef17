"""One chromium and one server for all tests of this folder, and a console for each."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.browser import look
from tests.browser.console import Console

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's chromium. Its loop stays in this thread while it runs, which Django has to be told."""
    program = shutil.which("chromium")
    if program is None:
        assert not os.environ.get("CI"), "chromium is not installed: apt-get install chromium"
        pytest.skip("chromium is not installed")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def console(chromium: Browser, live_server: LiveServer) -> Iterator[Console]:
    """Opens the console's pages; at the end nothing may have gone wrong in the browser."""
    opened = Console(chromium, live_server.url)
    yield opened
    opened.close()
    assert not opened.complaints, opened.complaints


@pytest.fixture(scope="session", autouse=True)
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pictures of this run go."""
    asked = os.environ.get("PICTURES")
    look.FOLDER = Path(asked).resolve() if asked else tmp_path_factory.mktemp("pictures")
    look.FOLDER.mkdir(parents=True, exist_ok=True)
    return look.FOLDER
