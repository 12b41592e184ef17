"""Lists are kept as long as a broadcast names them."""

import pytest

from broadcaster import clock
from broadcaster.audiences.models import Listed, PeopleList, Upload
from broadcaster.roster import leavers
from tests import builders

pytestmark = pytest.mark.django_db


def test_a_list_that_no_broadcast_names_is_forgotten_after_a_while() -> None:
    old = clock.now() - 10 * leavers.DAY
    unused, used, new = (
        PeopleList.objects.create(name="a.csv", digest=str(n), by="tester", at=at)
        for n, at in enumerate((old, old, clock.now()))
    )
    for one in (unused, used):
        Listed.objects.create(people_list=one, student_id=1)
    builders.broadcast(audience=f'list:"a.csv#{used.pk}"')
    leavers.forget(5)
    assert set(PeopleList.objects.values_list("pk", flat=True)) == {used.pk, new.pk}
    assert Listed.objects.get().people_list_id == used.pk


def test_an_upload_that_nobody_said_yes_to_is_forgotten_after_a_day() -> None:
    now = clock.now()
    for by, at in (("a@example.org", now - 2 * leavers.DAY), ("b@example.org", now)):
        Upload.objects.create(by=by, at=at, name="a", digest="", rows=1, students=1, contacts=0, left_out=0)
    leavers.forget(365)
    assert Upload.objects.get().by == "b@example.org"
