"""The console as somebody sees it: opens pages, and hears what the browser complains of."""

from dataclasses import dataclass, field

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from broadcaster.people.models import Person
from broadcaster.people.roles import Role
from tests.browser import people

#: pixels
PHONE, DESK = 380, 1280
#: milliseconds: a page that is not there by then hangs
_PATIENCE = 10_000


@dataclass
class Console:
    """Opens pages for one test. `complaints` are what the browser said as errors."""

    browser: Browser
    url: str
    complaints: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def open(
        self,
        where: str,
        who: Role | Person | None,
        *ids: object,
        width: int = DESK,
        dark: bool = False,
        javascript: bool = True,
        language: str = "en",
    ) -> Page:
        """A page of the console, by name (with the ids it takes) or by address; None is somebody not signed in."""
        page = self.visit(who, width=width, dark=dark, javascript=javascript, language=language)
        page.goto(self.address(where, *ids))
        return page

    def visit(
        self,
        who: Role | Person | None,
        *,
        width: int = DESK,
        dark: bool = False,
        javascript: bool = True,
        language: str = "en",
    ) -> Page:
        """A browser of somebody's own, with nothing open yet."""
        context = self.browser.new_context(
            base_url=self.url,
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            locale=language,
            reduced_motion="reduce",
        )
        context.set_default_timeout(_PATIENCE)
        self._contexts.append(context)
        if who is not None:
            person = people.somebody(who) if isinstance(who, Role) else who
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": people.session_of(person), "url": self.url}
            context.add_cookies([cookie])  # type: ignore[list-item]  # a TypedDict of playwright's own
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def address(self, where: str, *ids: object) -> str:
        """The address of a page by its name."""
        try:
            return self.url + reverse(where, args=ids)
        except NoReverseMatch:
            return self.url + where

    def close(self) -> None:
        """Close every browser of the test."""
        for context in self._contexts:
            context.close()

    def _hear(self, message: ConsoleMessage) -> None:
        # a page that answers with an error is what some tests are about
        if message.type == "error" and "the server responded with a status of 4" not in message.text:
            self.complaints.append(message.text)
