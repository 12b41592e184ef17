"""`doubts` and `settle`: messages of which nobody knows whether they left, in one place, and what a person says."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated

import typer

from broadcaster import clock
from broadcaster.broadcasts.models import Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.cli import output
from broadcaster.cli.broadcasts import Number, operating_system_user
from broadcaster.delivery import wake
from broadcaster.delivery.unknown import deciding
from broadcaster.kinds import BadInput, Channel
from broadcaster.reports.doubts import InDoubt, happened, in_doubt, known
from broadcaster.reports.lookup import find
from broadcaster.reports.phrases import counted, duration, short_moment

_NOUNS = {Channel.EMAIL: ("mail", "mails"), Channel.SMS: ("text", "texts")}


def doubts(
    number: Annotated[str, typer.Argument(metavar="[ID]", help="Only of this broadcast.", show_default=False)] = "",
    json: output.Json = False,
) -> None:
    """What waits for a person to say whether it left, and what the providers are still being asked about."""
    found = in_doubt(find(number).pk if number else None)
    waiting, asked = [one for one in found if one.person], [one for one in found if not one.person]
    if json:
        output.document(
            {
                "waiting": [one.as_json() for one in waiting],
                "asked_about": [one.as_json() for one in asked],
            }
        )
        return
    if not found:
        output.say("Nothing is in doubt.")
    if waiting:
        _say_waiting(waiting)
    if asked:
        output.say("These are still being looked into. There is nothing to do:")
        for one in asked:
            _say_group(one)


def _say_waiting(waiting: Sequence[InDoubt]) -> None:
    output.say("These wait for a person. Look for them on the provider's own page of activity, by time and wording,")
    output.say("then say what you saw:")
    for one in waiting:
        _say_group(one)
        part = f" --request {one.request}" if one.request else f" --channel {one.channel}"
        output.say(f"    they went out:      broadcaster settle {one.broadcast_id} --sent{part}")
        output.say(f"    they did not:       broadcaster settle {one.broadcast_id} --send-again{part}")
    for (broadcast_id, channel), requests in Counter((one.broadcast_id, one.channel) for one in waiting).items():
        if requests > 1:
            output.say()
            output.say(
                f"    all {requests} requests at once: broadcaster settle {broadcast_id} --sent --channel {channel}"
            )
    output.say()


def _say_group(one: InDoubt) -> None:
    age = duration(max(0.0, clock.now() - one.since))
    output.say()
    output.say(
        f"{one.broadcast_id}  {one.title} ({one.status}): {counted(one.deliveries, *_NOUNS[one.channel])}, "
        f"in doubt for {age}, since {short_moment(one.since)}"
    )
    for sentence in (*map(happened, one.causes), *known(one)):
        output.say(f"    {sentence}")


def settle(
    number: Number,
    sent: Annotated[bool, typer.Option("--sent", help="They went out: count them as sent.")] = False,
    send_again: Annotated[bool, typer.Option("--send-again", help="They did not go out: send them again.")] = False,
    request: Annotated[
        str, typer.Option(metavar="NAME", help="Only this mail request, as `broadcaster doubts` names it.")
    ] = "",
    channel: Annotated[Channel | None, typer.Option(help="Only mail, or only texts.")] = None,
    reason: Annotated[str, typer.Option(help="How you know, for the audit log.")] = "",
    json: output.Json = False,
) -> None:
    """Say whether messages that wait for a person went out."""
    broadcast = find(number)
    if sent == send_again:
        raise BadInput(f"settle {broadcast.pk} needs to know what you saw: either --sent or --send-again")
    seen = deciding.Seen.SENT if sent else deciding.Seen.NOT_SENT
    settled = deciding.settle(broadcast, seen, operating_system_user(), reason, channel=channel, request=request)
    if send_again:
        wake.wake(broadcast.pk)
    broadcast.refresh_from_db()
    if json:
        output.document({"id": broadcast.pk, "status": broadcast.status, "settled": settled, "as": seen.value})
    else:
        output.say(_say_settled(broadcast, seen, settled))


def _say_settled(broadcast: Broadcast, seen: deciding.Seen, settled: int) -> str:
    messages = f"{counted(settled, 'message', 'messages')} of broadcast {broadcast.pk} “{broadcast.title}”"
    if seen is deciding.Seen.SENT:
        return f"{messages} {'counts' if settled == 1 else 'count'} as sent."
    later = " once it is resumed: it is paused" if broadcast.status == BroadcastStatus.PAUSED else ""
    return f"{messages} {'goes' if settled == 1 else 'go'} out again{later}."
