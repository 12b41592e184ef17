"""`list`, `pause`, `resume`, `cancel`: what there is, and what becomes of it, by the operating-system user."""

import getpass
from typing import Annotated

import typer

from broadcaster.broadcasts import control
from broadcaster.broadcasts.models import Broadcast
from broadcaster.cli import output
from broadcaster.delivery import wake
from broadcaster.reports.lookup import find
from broadcaster.reports.overview import overview

Number = Annotated[str, typer.Argument(metavar="ID", help="The broadcast's number.")]


def list_(json: output.Json = False) -> None:
    """Broadcasts, the newest first."""
    from broadcaster.cli import show

    found = overview()
    if json:
        output.document({"broadcasts": [line.as_json() for line in found]})
    else:
        show.print_overview(found)


def pause(number: Number, json: output.Json = False) -> None:
    """Stop sending new messages of a broadcast, within two seconds."""
    broadcast = find(number)
    control.pause(broadcast, operating_system_user())
    _say_state(broadcast, json=json)


def resume(number: Number, json: output.Json = False) -> None:
    """Go on with a paused broadcast."""
    broadcast = find(number)
    control.resume(broadcast, operating_system_user())
    wake.wake(broadcast.pk)
    _say_state(broadcast, json=json)


def cancel(number: Number, json: output.Json = False) -> None:
    """Cancel what a broadcast has not yet sent."""
    broadcast = find(number)
    control.cancel(broadcast, operating_system_user())
    _say_state(broadcast, json=json)


def _say_state(broadcast: Broadcast, *, json: bool) -> None:
    if json:
        output.document({"id": broadcast.pk, "status": broadcast.status})
    else:
        output.say(f"Broadcast {broadcast.pk} “{broadcast.title}” is {broadcast.status}.")


def operating_system_user() -> str:
    """Who acts: the command line has no other sign-on, and works when the district's is down."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown user"
