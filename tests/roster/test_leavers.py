"""People who left are kept until nothing refers to them, and then forgotten."""

from collections.abc import Callable
from pathlib import Path

import pytest

from broadcaster import clock
from broadcaster.delivery.models import Delivery, Member, SharedDelivery
from broadcaster.delivery.plan import planning
from broadcaster.kinds import Channel, Purpose
from broadcaster.replies.models import Reply, ReplyKind
from broadcaster.roster import consent, leavers, references, tasks
from broadcaster.roster.models import (
    Consent,
    ConsentState,
    Contact,
    ContactPoint,
    Family,
    Guardianship,
    RosterImport,
    School,
    Student,
)
from tests import builders
from tests.roster.rosters import pair, people, run, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def moved_away(tmp_path: Path) -> Callable[..., None]:
    """Families come and these of them leave, some days ago."""

    def leave(*gone: str, days: float = 200.0) -> None:
        rows = [pair(f"S{n}", f"C{n}", school=f"School {n}") for n in range(4)]
        path = write(tmp_path / "families.csv", rows)
        run(path)
        run(write(path, [row for row in rows if row[4] not in gone]), force=True)
        for model in (Contact, Student):
            model._default_manager.exclude(left_at=None).update(left_at=clock.now() - days * leavers.DAY)

    return leave


def test_who_left_long_ago_is_forgotten_with_all_that_hangs_on_them(moved_away: Callable[..., None]) -> None:
    moved_away("C0", "C1")
    consent.record(Channel.EMAIL, "c0@example.org", Purpose.GENERAL, ConsentState.OPTED_OUT, "test")
    assert leavers.forget(days=120) == 4
    assert set(Contact.objects.values_list("source_id", flat=True)) == {"C2", "C3"}
    assert set(Student.objects.values_list("source_id", flat=True)) == {"S2", "S3"}
    assert set(School.objects.values_list("name", flat=True)) == {"School 2", "School 3"}
    assert (ContactPoint.objects.count(), Guardianship.objects.count(), Family.objects.count()) == (2, 2, 2)
    assert Consent.objects.count() == 1  # the choice is of the address, whoever has it


def test_a_summer_is_not_long_ago(moved_away: Callable[..., None]) -> None:
    moved_away("C0", days=90)
    tasks.forget_leavers()
    assert Contact.objects.filter(source_id="C0").exists()


def test_the_district_says_how_long_leavers_are_kept(
    moved_away: Callable[..., None], policies: Callable[..., None]
) -> None:
    policies(keep_leavers_days=30)
    moved_away("C0", days=90)
    tasks.forget_leavers()
    assert not Contact.objects.filter(source_id="C0").exists()


def test_who_is_in_a_broadcast_or_has_written_to_us_is_kept(moved_away: Callable[..., None]) -> None:
    moved_away()
    made = builders.broadcast()
    assert planning.hold(made.pk, clock.now())
    while planning.advance(made.pk):
        pass
    moved_away("C0", "C1")
    asker = Contact.objects.get(source_id="C1")
    Reply.objects.create(
        provider_id="SM1", sender="+16125550101", at=clock.now(), kind=ReplyKind.OTHER, contact_ids=[asker.pk]
    )
    assert leavers.forget(days=120) == 0
    for model in (Delivery, Member):
        model._default_manager.all().delete()
    assert leavers.forget(days=120) == 3
    assert set(Contact.objects.values_list("source_id", flat=True)) == {"C1", "C2", "C3"}


def test_all_that_names_a_contact_keeps_them() -> None:
    naming = set(references.referring(Contact))
    assert {
        (Delivery, "contact_id"),
        (Member, "contact_id"),
        (SharedDelivery, "contact_id"),
        (Reply, "contact_ids"),
    } <= naming


def test_nobody_is_forgotten_while_an_import_is_written(moved_away: Callable[..., None]) -> None:
    moved_away("C0")
    RosterImport.objects.update(finished_at=None)
    assert leavers.forget(days=120) == 0
    assert "C0" not in people()
    assert Contact.objects.filter(source_id="C0").exists()
