"""The standing copy list: a copy of what goes to the whole district, outside of every figure of reach."""

import csv
from pathlib import Path

import pytest

from broadcaster.delivery.models import Delivery, Member
from broadcaster.district import Copy
from broadcaster.kinds import Channel
from broadcaster.reports import export, snapshot
from broadcaster.reports.counts import report
from broadcaster.roster.models import Contact
from broadcaster.settings import SETTINGS
from tests import builders
from tests.delivery.plan.test_planning import plan

pytestmark = pytest.mark.django_db

COPIES = (
    Copy(name="Superintendent", address="super@example.org"),
    Copy(name="Help desk", address="+16125550177"),
)


@pytest.fixture(autouse=True)
def _copies(monkeypatch: pytest.MonkeyPatch) -> None:
    district = SETTINGS.district.model_copy(update={"copies": COPIES})
    monkeypatch.setitem(vars(SETTINGS), "district", district)


def sent(schools: int, **fields: object) -> int:
    builders.families(3)
    made = builders.broadcast(counts={"schools": schools, "families": 3}, **fields)  # type: ignore[arg-type]
    plan(made.pk)
    return made.pk


def copied(broadcast_id: int) -> set[str]:
    found = Delivery.objects.filter(broadcast_id=broadcast_id, contact_id__in=Contact.objects.filter(kind="copy"))
    return set(found.values_list("address", flat=True))


def test_what_goes_to_the_whole_district_goes_to_the_copy_list() -> None:
    assert copied(sent(2)) == {"super@example.org", "+16125550177"}


def test_one_schools_notice_and_what_differs_by_family_are_not_copied() -> None:
    assert copied(sent(1)) == set()
    assert copied(sent(2, sms="Dear parents of [[student_names]]")) == set()


def test_a_copy_counts_for_nothing_but_a_delivery_and_is_marked(tmp_path: Path) -> None:
    made = sent(2)
    Delivery.objects.filter(broadcast_id=made).update(status="delivered", ended_at=1.0)
    found = report(made)
    assert (found.families.total, found.families.reached, found.people.total, found.people.reached) == (3, 3, 0, 0)
    assert (sum(found.totals.values()), found.copies) == (8, 2)
    assert snapshot.snapshot(made).people.reached == 0
    assert not Member.objects.filter(contact_id__in=Contact.objects.filter(kind="copy")).exists()
    export.write_csv(tmp_path / "messages.csv", made)
    with (tmp_path / "messages.csv").open(newline="") as file:
        rows = {row["address"]: row["copy"] for row in csv.DictReader(file)}
    assert (rows["super@example.org"], rows["family0@example.org"]) == ("copy", "")


def test_a_copy_for_who_is_a_parent_too_is_one_message() -> None:
    builders.student(builders.guardian(email="super@example.org"))
    made = sent(2, channels=[Channel.EMAIL])
    assert Delivery.objects.filter(broadcast_id=made, address="super@example.org").count() == 1
