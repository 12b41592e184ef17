"""`kill-switch`: one command stops every broadcast at once."""

from enum import StrEnum
from typing import Annotated

import typer

from broadcaster import clock
from broadcaster.broadcasts import kill_switch as switch
from broadcaster.cli import output
from broadcaster.cli.broadcasts import operating_system_user
from broadcaster.delivery import wake
from broadcaster.kinds import Channel


class Position(StrEnum):
    """Where it is put; `show` leaves it where it is."""

    ON = "on"
    OFF = "off"
    SHOW = "show"


def kill_switch(
    position: Annotated[Position, typer.Argument(help="on: nothing leaves any more; off: everything goes on.")] = (
        Position.SHOW
    ),
    reason: Annotated[str, typer.Option(help="Why, for the audit log.")] = "",
    json: output.Json = False,
) -> None:
    """Stop every broadcast at once, within two seconds, or let them go on where they stopped."""
    if position is Position.ON:
        switch.throw(operating_system_user(), reason)
    elif position is Position.OFF:
        switch.lift(operating_system_user())
        for channel in Channel:
            wake.wake_channel(channel)
    stop = switch.present()
    if json:
        since = clock.iso(stop.at) if stop else None
        output.document({"on": stop is not None, "since": since, "by": stop and stop.by, "why": stop and stop.why})
    elif stop:
        output.say(f"The kill switch is on, thrown by {stop.by}: nothing leaves until `broadcaster kill-switch off`.")
    else:
        output.say("The kill switch is off: broadcasts go out.")
