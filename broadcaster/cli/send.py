"""`send`: a broadcast from the command line, by the operating-system user."""

import time
from typing import Annotated

import typer

from broadcaster import clock
from broadcaster.broadcasts import approval, drafting, due, wordings
from broadcaster.broadcasts.models import Broadcast
from broadcaster.broadcasts.outlook import outlook
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.cli import languages, output, people_lists, snapshot
from broadcaster.cli.broadcasts import operating_system_user
from broadcaster.cli.forecast import lines
from broadcaster.cli.values import Change, pairs
from broadcaster.delivery import progress, wake
from broadcaster.delivery.forecasting.forecast import forecast
from broadcaster.delivery.plan import copies
from broadcaster.delivery.queue import quiet
from broadcaster.delivery.word import releasing
from broadcaster.kinds import BadInput, Channel, Purpose
from broadcaster.roster import snapshot as roster
from broadcaster.settings import SETTINGS
from broadcaster.templating import changing

#: how long `--wait` goes on for receipts after the last message went out, in seconds
RECEIPTS_WAIT = 60.0
_LOOK_EVERY = 0.2


def send(
    template: Annotated[str, typer.Argument(help="A template's name: see `broadcaster templates list`.")],
    audience: Annotated[
        str, typer.Option(help="Who: for example `district` or 'school:\"Lake Harriet\" and grade:3-5'.")
    ] = "",
    values: Annotated[
        list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="A field of the template.")
    ] = None,
    channels: Annotated[
        str, typer.Option(help="email, sms or both, comma separated; default: all the template has.")
    ] = "",
    at: Annotated[
        str, typer.Option(metavar="TIME", help="HH:MM or YYYY-MM-DD HH:MM, in the district's time zone.")
    ] = "",
    drill: Annotated[bool, typer.Option("--drill", help="Rehearse: everything happens, but at the sandbox.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for the end and print the report.")] = False,
    reason: Annotated[str, typer.Option(help="Release it without a second person, and say why.")] = "",
    unreviewed: Annotated[
        str, typer.Option(metavar="LANGUAGES", help="Send these though nobody has reviewed them, such as es,so.")
    ] = "",
    change: Change = None,
    follows: Annotated[
        int, typer.Option(metavar="ID", help="An update of this broadcast, to all who got it and to the audience.")
    ] = 0,
    corrects: Annotated[
        int, typer.Option(metavar="ID", help="As --follows; and what has not gone out of that one is cancelled.")
    ] = 0,
    public: Annotated[
        bool | None, typer.Option("--public/--private", help="Whether it stands on the public notice board.")
    ] = None,
    json: output.Json = False,
) -> int:
    """Send wording to an audience, or hand it in for approval where policy wants a second person."""
    if follows and corrects:
        raise BadInput(f"--follows {follows} and --corrects {corrects}: give one of the two")
    if not (audience or follows or corrects):
        raise BadInput("--audience is missing: say who gets it, for example district")
    order = drafting.Order(
        template=template,
        audience=people_lists.taken(audience).expression if audience else "",
        values=pairs(values or []),
        channels=_channels(channels),
        due_at=_instant(at),
        drill=drill,
        unreviewed=languages.tags(unreviewed),
        changes=changing.read_all(change or []),
        follows=follows or corrects or None,
        corrects=bool(corrects),
        public=public,
    )
    actor = operating_system_user()
    broadcast = drafting.draft(order, actor)
    if not json:
        output.say(snapshot.line(roster.snapshot()))
        _say_who_reads_what(broadcast, order)
    wake.be_ready()
    status = approval.submit(broadcast, actor, reason, order.unreviewed)
    if status is BroadcastStatus.APPROVED:
        wake.wake(broadcast.pk)
        if reason:
            releasing.tell_all()  # here and now: there may be no worker
        if wait:
            return _follow(broadcast.pk, json=json)
    if json:
        facts = snapshot.facts(roster.snapshot())
        output.document({"id": broadcast.pk, "status": status.value, "roster": facts})
    else:
        _say_what_happens(broadcast, order, status)
    return 0


def _say_who_reads_what(broadcast: Broadcast, order: drafting.Order) -> None:
    """Before anything is approved: which families would not get what was written for them, and how to change that."""
    drafted, purpose = broadcast.wordings.all(), Purpose(broadcast.purpose)
    for line in languages.lines(outlook(drafted, purpose, broadcast.audience, order.unreviewed)):
        output.say(line)


def _say_what_happens(broadcast: Broadcast, order: drafting.Order, status: BroadcastStatus) -> None:
    broadcast.refresh_from_db()
    texts = wordings.texts(wordings.of(broadcast))
    ahead = forecast(broadcast.audience, Purpose(broadcast.purpose), broadcast.channel_list, texts, broadcast.pk)
    if status is BroadcastStatus.IN_REVIEW:
        also = f", who also decides on --unreviewed {','.join(sorted(order.unreviewed))}" if order.unreviewed else ""
        output.say(
            f"Broadcast {broadcast.pk} waits for a second person{also}. To release it alone: send again with --reason."
        )
        output.say(" ".join(lines(ahead)))
        return
    counts = broadcast.counts
    to = f"{counts['families']:,} families ({counts['email']:,} email addresses, {counts['sms']:,} phones)"
    when = ""
    if broadcast.due_at:
        when = f" at {_wall(broadcast.due_at)}"
    output.say(f"Broadcast {broadcast.pk} “{broadcast.title}” goes to {to}{when}.")
    if copied := copies.of(broadcast):
        output.say(f"A copy goes to {', '.join(copy.name for copy in copied)}.")
    output.say(" ".join(lines(ahead)))
    if broadcast.public:
        output.say(f"It stands on the public notice board with the code #{broadcast.code}.")
    peace = quiet.ends(broadcast.due_at or clock.now())
    if peace and broadcast.purpose == Purpose.GENERAL:
        output.say(f"It waits for the end of the quiet hours, {_wall(peace)}: it is no emergency.")
    output.say(f"Watch it: broadcaster report {broadcast.pk}")


def _wall(instant: float) -> str:
    return f"{clock.local(instant, SETTINGS.district.district.time_zone):%A %d %B, %H:%M %Z}"


def _follow(broadcast_id: int, *, json: bool) -> int:
    """Show progress until it is over, then the report. 1 where it did not get to its end."""
    from broadcaster.cli import show

    with show.progress([broadcast_id]) as view:
        while not _is_over(broadcast_id):
            view.update()
            time.sleep(_LOOK_EVERY)
    show.print_report(broadcast_id, json=json)
    return 0 if Broadcast.objects.get(pk=broadcast_id).status == BroadcastStatus.COMPLETED else 1


def _is_over(broadcast_id: int) -> bool:
    found = Broadcast.objects.get(pk=broadcast_id)
    if found.status in (BroadcastStatus.PAUSED, BroadcastStatus.CANCELLED) or progress.waits_for_a_person(broadcast_id):
        return True
    given_up = found.finished_at is not None and clock.now() - found.finished_at > RECEIPTS_WAIT
    return found.settled_at is not None or given_up


def _channels(given: str) -> tuple[Channel, ...]:
    names = [name.strip().lower() for name in given.split(",") if name.strip()]
    known = {channel.value: channel for channel in Channel}
    for name in names:
        if name not in known:
            raise BadInput(f"channel {name!r} is none of ours: {', '.join(known)}")
    return tuple(dict.fromkeys(known[name] for name in names))


def _instant(given: str) -> float | None:
    if not given:
        return None
    try:
        return due.instant(given)
    except BadInput as error:
        raise BadInput(f"--at {error}") from None
