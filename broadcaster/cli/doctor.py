"""`doctor`: what works and what does not, and the addresses of everything."""

from typing import Any
from urllib.parse import urlsplit

import typer

from broadcaster.cli import errors, output
from broadcaster.delivery.accounts import EVENTS_PATH, INBOUND_PATH, STATUS_PATH
from broadcaster.running import ledger, state
from broadcaster.running.supervisor import needs_sandbox
from broadcaster.settings import SETTINGS


def doctor(*, json: output.Json = False) -> None:
    """Look at everything this home needs. Exit 0 if all is well, 1 if something is not."""
    ledger.set_up()
    from broadcaster.cli.checks import all_checks
    from broadcaster.cli.looking import Looking

    serving = state.read(SETTINGS.broadcaster_home)
    at = Looking(SETTINGS, serving, state.broker_url())
    checks = list(all_checks(at))
    if json:
        found = [{"name": check.name, "ok": check.ok, "say": check.say} for check in checks]
        output.document({**_addresses(at.broker, serving), "checks": found})
    else:
        for check in checks:
            output.say(f"{'ok ' if check.ok else 'NO '} {check.name}: {check.say}")
        output.say("\nAddresses to give to the vendors:")
        for name, address in _webhooks().items():
            output.say(f"    {name:15} {address}")
    raise typer.Exit(errors.DONE if all(check.ok for check in checks) else errors.BROKEN)


def _pages() -> list[str]:
    from broadcaster.console.addresses import pages  # Django has to be set up before the pages are known

    return [SETTINGS.public_url + path for path in pages()]


def _addresses(broker: str | None, serving: state.Serving | None) -> dict[str, Any]:
    public = SETTINGS.public_url
    found: dict[str, Any] = {
        "urls": {
            "health": f"{public}/health",
            "ready": f"{public}/ready",
            "metrics": f"{public}/metrics",
            "console": f"{public}/console/",
            "console_pages": _pages(),
            "public_board": f"{public}/board",
        },
        "webhooks": _webhooks(),
        "broker": {"url": _without_password(broker)},
    }
    if needs_sandbox(SETTINGS):
        url = (serving.sandbox if serving else "") or SETTINGS.sandbox_url
        found["sandbox"] = {"url": url, "inbox": f"{url}/"}
    return found


def _webhooks() -> dict[str, str]:
    paths = {"sendgrid": EVENTS_PATH, "twilio_status": STATUS_PATH, "twilio_inbound": INBOUND_PATH}
    return {name: SETTINGS.public_url + path for name, path in paths.items()}


def _without_password(url: str | None) -> str | None:
    """The broker's address as anybody may read it."""
    if url is None:
        return None
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()
