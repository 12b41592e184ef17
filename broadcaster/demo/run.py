"""The demo's main job: start everything, import, send two broadcasts, kill a worker on the way, and count what came of
it.
"""

import json
import time
import urllib.request
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from broadcaster import clock
from broadcaster.broadcasts import approval, drafting
from broadcaster.broadcasts.models import Broadcast
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery import wake
from broadcaster.demo import district
from broadcaster.kinds import BadInput
from broadcaster.reports import counts, unreached
from broadcaster.reports.report import Report
from broadcaster.reports.snapshot import Snapshot, snapshot
from broadcaster.roster import consent, importing
from broadcaster.roster.models import ConsentState
from broadcaster.running.supervisor import Supervisor
from broadcaster.settings import SETTINGS

ACTOR = "demo"
#: the worker dies when this share of the first broadcast's messages has left
KILL_AT = 0.3
_LOOK_EVERY = 0.1
#: the demo gives up when nothing has moved for so long, in seconds
_PATIENCE = 180.0


class StoodStill(BadInput):
    """The demo did not get to its end. The message says what stood still."""


class Watcher(Protocol):
    """Shows how broadcasts stand."""

    def update(self) -> None:
        """Look again and show."""
        ...


Watch = Callable[[int], AbstractContextManager[Watcher]]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Finished:
    """What the demo leaves: a report per broadcast, what the vendors counted, and where to look further."""

    reports: list[Report]
    sandbox: dict[str, Any]
    killed: int | None
    call_list: Path
    not_reached: int


def run(students: int, supervisor: Supervisor, say: Say, watch: Watch) -> Finished:
    """Do the main job with the parts that `supervisor` has started. Raises StoodStill."""
    home = SETTINGS.broadcaster_home
    made = _import(home / "roster", students, say)
    if not supervisor.wait_until_ready():
        raise StoodStill(f"the parts did not start: see {home / 'logs'}")
    first = _send("mps-technical-difficulties", "district", {})
    killed = _follow(first, watch, supervisor, say)
    second = _send("clever-issues", f'school:"{made.notice_school}"', {"programs": "Lexia, Seesaw, Dreambox, ST Math"})
    _follow(second, watch)
    call_list = home / "not-reached.csv"
    not_reached = unreached.write_csv(call_list, first)
    reports = [counts.report(broadcast_id) for broadcast_id in (first, second)]
    return Finished(reports, _vendor_counts(supervisor.sandbox_url), killed, call_list, not_reached)


def _import(folder: Path, students: int, say: Say) -> district.DemoDistrict:
    began = time.monotonic()
    made = district.write(folder, students)
    policies = SETTINGS.district.policies
    done = importing.run(
        folder, region=SETTINGS.district.district.region, removal_share=policies.removal_share, actor=ACTOR
    )
    consent.record_all(
        consent.Choice(channel, address, purpose, ConsentState.OPTED_OUT, ACTOR, clock.now())
        for channel, address, purpose in made.opted_out
    )
    roster = done.roster
    say(
        f"Imported {roster.students:,} students of {roster.schools:,} schools, {roster.guardians:,} guardians and "
        f"{roster.staff:,} staff in {time.monotonic() - began:.1f} s; {len(done.rejected):,} values could not be used."
    )
    return made


def _send(template: str, audience: str, values: dict[str, str]) -> int:
    broadcast = drafting.draft(drafting.Order(template=template, audience=audience, values=values), ACTOR)
    approval.submit(broadcast, ACTOR)
    wake.wake(broadcast.pk)
    return broadcast.pk


def _follow(
    broadcast_id: int, watch: Watch, supervisor: Supervisor | None = None, say: Say | None = None
) -> int | None:
    """Show progress until every receipt is in. With a supervisor one worker is killed on the way; its pid is
    returned.
    """
    killed = None
    last, moved_at = None, time.monotonic()
    with watch(broadcast_id) as view:
        while not _settled(broadcast_id):
            view.update()
            seen = snapshot(broadcast_id)
            if seen.channels != last:
                last, moved_at = seen.channels, time.monotonic()
            if time.monotonic() - moved_at > _PATIENCE:
                raise StoodStill(f"broadcast {broadcast_id} has stood still for {_PATIENCE:.0f} s: {seen.channels}")
            if supervisor and say and killed is None and _is_well_under_way(seen):
                killed = supervisor.kill("worker")
                say(
                    f"kill -9 {killed}: one of the workers is dead in the middle of its work. Watch what becomes of it."
                )
            time.sleep(_LOOK_EVERY)
    return killed


def _is_well_under_way(seen: Snapshot) -> bool:
    return seen.planned and seen.left >= KILL_AT * (seen.left + seen.waiting)


def _settled(broadcast_id: int) -> bool:
    found = Broadcast.objects.get(pk=broadcast_id)
    if found.status in (BroadcastStatus.PAUSED, BroadcastStatus.CANCELLED):
        raise StoodStill(f"broadcast {broadcast_id} is {found.status}: {found.status_reason}")
    return found.settled_at is not None


def _vendor_counts(sandbox_url: str) -> dict[str, Any]:
    """What the simulated vendors themselves counted, asked over HTTP."""
    with urllib.request.urlopen(f"{sandbox_url}/sandbox/counts", timeout=10) as answer:  # noqa: S310 - our own sandbox
        found: dict[str, Any] = json.load(answer)
        return found
