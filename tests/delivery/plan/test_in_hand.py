"""A broadcast that is being planned finds the roster still."""

from collections.abc import Callable
from pathlib import Path

import pytest

from broadcaster import clock
from broadcaster.delivery.models import Delivery, Plan
from broadcaster.delivery.plan import in_hand, planning
from broadcaster.roster import forward
from broadcaster.roster.importing import applying
from broadcaster.roster.models import Contact, ContactPoint, RosterImport
from tests import builders
from tests.roster.rosters import pair, run, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def decided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """An import that is decided, and of which nothing is written yet: its process is gone."""

    def decide(*rows: list[str]) -> None:
        with monkeypatch.context() as dying:
            dying.setattr(forward, "finish", lambda _say: None)
            run(write(tmp_path / "families.csv", rows), force=True)
        RosterImport.objects.update(worked_at=0)

    return decide


def test_an_import_waits_until_the_plan_is_done(decided: Callable[..., None], tmp_path: Path) -> None:
    run(write(tmp_path / "families.csv", [pair("S1", "C1")]))
    decided(pair("S1", "C1", email="new@example.org"))
    made = builders.broadcast()
    assert planning.hold(made.pk, clock.now())
    forward.finish_left_behind(1.0)
    assert ContactPoint.objects.get().address == "c1@example.org"
    while planning.advance(made.pk):
        forward.finish_left_behind(1.0)
    assert Delivery.objects.get(channel="email").address == "c1@example.org"
    RosterImport.objects.update(worked_at=0)
    forward.finish_left_behind(1.0)
    assert ContactPoint.objects.get().address == "new@example.org"


def test_an_import_waits_for_the_plan_of_a_planner_that_died_until_it_is_surely_left(
    decided: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = builders.broadcast()
    assert planning.hold(made.pk, clock.now())
    decided(pair("S1", "C1"))
    lease_ends = Plan.objects.get(broadcast_id=made.pk).lease_until
    for seconds, waits in ((-1.0, True), (1.0, True), (10.0, False)):
        monkeypatch.setattr(clock, "now", lambda later=seconds: lease_ends + later)
        assert in_hand.is_planning() is waits
    assert applying.version()
    assert Contact.objects.get().source_id == "C1"
