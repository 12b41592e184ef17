"""Before each send the roster's age is said."""

import pytest

from broadcaster import clock
from broadcaster.cli import snapshot as said
from broadcaster.roster import snapshot
from broadcaster.roster.models import RosterImport

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("hours", "stale"), [(3, False), (72, True)])
def test_the_rosters_age_is_said_and_a_missed_night_warned_of(hours: int, stale: bool) -> None:
    made = RosterImport.objects.create(at=clock.now() - hours * 3600 - 60, actor="it", source="night.zip")
    found = snapshot.snapshot()
    assert found is not None
    line, facts = said.line(found), said.facts(found)
    assert ("It has missed a night" in line, "night.zip" in line) == (stale, True)
    assert facts is not None
    assert (facts["version"], facts["stale"], facts["age"] // 3600) == (made.pk, stale, hours)
