"""`broadcaster demo`: the whole product on one machine, on made-up people, with a worker killed on the way."""

import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from broadcaster.cli import output
from broadcaster.demo import home
from broadcaster.running import ports

if TYPE_CHECKING:
    from collections.abc import Mapping

    from broadcaster.demo.run import Finished

#: the real district has 29,077 students
MOST_STUDENTS = 1_000_000


def demo(
    students: Annotated[int, typer.Option(min=1, max=MOST_STUDENTS, help="How many students the district has.")] = 2000,
    json: output.Json = False,
) -> None:
    """Roster, sandbox, workers, two alerts, and the report: everything on this machine, and nobody is written to."""
    folder = home.prepare(bind=f"{ports.LOOPBACK}:{ports.free()}")
    signal.signal(signal.SIGTERM, _end)

    # only now: settings are read from what `prepare` has set
    from broadcaster import logs
    from broadcaster.running import ledger
    from broadcaster.running.supervisor import Supervisor
    from broadcaster.settings import SETTINGS

    logs.start(SETTINGS, quiet=True)
    output.note(f"A made-up district of {students:,} students in {folder}; the sandbox stands for Twilio and SendGrid.")
    with Supervisor(SETTINGS) as supervisor:
        ledger.set_up()
        ledger.make_ready()
        from broadcaster.cli import show
        from broadcaster.demo import run as job

        finished = job.run(students, supervisor, output.note, lambda broadcast_id: show.progress([broadcast_id]))
    if json:
        documents = [report.as_json() for report in finished.reports]
        output.document({"broadcasts": documents, "sandbox": finished.sandbox, "killed_worker": finished.killed})
        return
    for report in finished.reports:
        show.print_report(report.id)
        output.say()
    _close(finished)


def _close(finished: "Finished") -> None:
    """The proof, and the one sentence for the school board."""
    from broadcaster.settings import SETTINGS

    accepted = sum(finished.sandbox["accepted"].values())
    twice = finished.sandbox["twice"]["count"]
    lost = sum(_not_ended(report.totals) for report in finished.reports)
    output.say(
        f"Proof: a worker was killed (pid {finished.killed}) in the middle of the first broadcast. "
        f"The simulated vendors took {accepted:,} messages: {lost} lost, {twice} twice."
    )
    families = finished.reports[0].families
    seconds = (finished.reports[0].settled_at or 0) - (finished.reports[0].approved_at or 0)
    output.say(
        f"{families.reached:,} of {families.total:,} families reached in {seconds:.0f} s, "
        f"{families.total - families.reached:,} not: call list in {_short(finished.call_list)}"
    )
    output.say("To open the console on the same data, and what each family saw, follow the links that this prints:")
    output.say(f"    BROADCASTER_HOME={_short(SETTINGS.broadcaster_home)} {_short(sys.argv[0])} serve")


def _not_ended(totals: "Mapping[str, int]") -> int:
    """Messages without an end: nobody knows of them, or they wait."""
    return sum(totals.get(status, 0) for status in ("queued", "sending", "unknown", "sent"))


def _short(path: object) -> str:
    """A path as seen from here, where that is shorter."""
    relative = os.path.relpath(str(path))
    return relative if len(relative) < len(str(path)) else str(path)


def _end(*_: object) -> NoReturn:
    """SIGTERM ends the demo as Ctrl-C does: everything it started goes with it."""
    with suppress(ValueError):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt
