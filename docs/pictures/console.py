"""Pictures of the console: `python docs/pictures/console.py HOME`, the data folder that `make demo` left.
It needs Debian's chromium and the packages of `make setup-dev`. People who sign in are made in that folder.

Each page as somebody in district communications sees it; some in the dark, and some on a phone.
"""

import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from broadcaster.running import ports

OUT = Path(__file__).with_name("console")
#: pixels; what stands below is cut
DESK, PHONE, TALLEST = 1200, 380, 1500


def main(home: str) -> None:
    """Start the web process, photograph its pages, end it."""
    if not (Path(home) / "demo").exists():
        sys.exit(f"{home} is not what `make demo` left")
    OUT.mkdir(exist_ok=True)
    bind = f"{ports.LOOPBACK}:{ports.free()}"
    ours = {"BROADCASTER_HOME": home, "BROADCASTER_BIND": bind, "DJANGO_SETTINGS_MODULE": "broadcaster.web.settings"}
    os.environ.update(ours)
    web = subprocess.Popen([sys.executable, "-m", "broadcaster", "web"], stderr=subprocess.DEVNULL)
    try:
        _wait(f"http://{bind}/health")
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        session, pages = _prepare()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            for name, (address, width, scheme) in pages.items():
                photograph(browser, f"http://{bind}", session, name, address, width=width, scheme=scheme)
            browser.close()
    finally:
        web.terminate()
        web.wait()


def _wait(address: str) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(address, timeout=1).close()  # noqa: S310 - our own
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit("the web process does not answer")


def _prepare() -> tuple[str, dict[str, tuple[str, int, str]]]:
    """Somebody who has signed in, and the pages."""
    import django

    django.setup()
    from allauth.mfa.models import Authenticator
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse

    from broadcaster import clock
    from broadcaster.people.models import Person
    from broadcaster.roster.models import ContactPoint
    from broadcaster.settings import SETTINGS

    staff = (("Cora Comstock", "communications"), ("Carl Castillo", "communications"), ("Ada Adams", "administrator"))
    for name, role in staff:
        email = f"{name.split()[0].lower()}@mps.example.org"
        if not Person.objects.filter(email=email).exists():
            made = Person.objects.create_user(email, name=name, role=role, added_at=clock.now(), added_by="the picture")
            Authenticator.objects.create(user=made, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"})
    client = Client(SERVER_NAME=SETTINGS.broadcaster_bind.partition(":")[0])
    person = Person.objects.get(email="cora@mps.example.org")
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    point = ContactPoint.objects.filter(contact__family__isnull=False, channel="sms").order_by("pk")[3]
    family = reverse("console:family", args=[point.contact.family_id])
    report = reverse("console:report", args=[1])
    editor = reverse("console:edit-template", args=["bus-delay", "es.md"])
    return client.cookies[settings.SESSION_COOKIE_NAME].value, {
        "home": (reverse("console:home"), DESK, "light"),
        "home-phone": (reverse("console:home"), PHONE, "light"),
        "new": (reverse("console:new"), DESK, "light"),
        "broadcast": (reverse("console:broadcast", args=[1]), DESK, "light"),
        "report": (report, DESK, "light"),
        "report-dark": (report, DESK, "dark"),
        "calls": (f"{reverse('console:calls', args=[1])}?school=1", DESK, "light"),
        "library": (reverse("console:library"), DESK, "light"),
        "template": (f"{reverse('console:template', args=['mps-technical-difficulties'])}?language=so", DESK, "light"),
        "editor": (editor, DESK, "light"),
        "family": (family, DESK, "light"),
        "family-phone": (family, PHONE, "dark"),
        "address": (reverse("console:address", args=[point.pk]), DESK, "light"),
        "audit": (reverse("console:audit"), DESK, "light"),
        "audit-looks": (reverse("console:audit-looks"), DESK, "light"),
        "settings": (reverse("console:settings"), DESK, "light"),
        "stop": (reverse("console:stop"), DESK, "light"),
    }


def photograph(browser: Browser, url: str, session: str, name: str, address: str, *, width: int, scheme: str) -> None:
    """One page."""
    dark = scheme == "dark"
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light")
    context.add_cookies([{"name": "broadcaster_session", "value": session, "url": url}])
    page = context.new_page()
    page.goto(url + address)
    page.wait_for_load_state("networkidle")
    page.wait_for_function("!document.body.innerText.includes('Being counted')")
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
    page.set_viewport_size({"width": width, "height": height})
    page.screenshot(path=OUT / f"{name}.png", animations="disabled")
    context.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
