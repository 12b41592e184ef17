"""One person from two sources: found, shown, merged by a person, and one at all imports to come."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.forms.models import model_to_dict

from broadcaster import clock
from broadcaster.kinds import BadInput
from broadcaster.roster import duplicates
from broadcaster.roster.models import Contact, ContactPoint, Guardianship, Student
from tests.roster.rosters import STAFF, counts, pair, run, staff_row, write

pytestmark = pytest.mark.django_db

WHO = {"by": "office", "why": "one person"}
TWICE = [
    pair("S1", "C1", contact_name="María García", email="maria@example.org", phone="612-555-0101"),
    pair("S2", "C2", contact_name="Garcia, Maria", email="maria@example.org", phone="612-555-0102"),
    pair("S2", "C3", contact_name="Leo Park", email="leo@example.org"),
]


def contact(source: str) -> Contact:
    return Contact.objects.get(source_id=source)


def standing() -> list[dict[str, Any]]:
    here = [model_to_dict(one, exclude=["left_at"]) for one in Contact.objects.filter(left_at=None).order_by("pk")]
    ties = [model_to_dict(one) for one in Guardianship.objects.order_by("student", "contact")]
    points = [model_to_dict(one) for one in ContactPoint.objects.order_by("contact", "channel", "rank")]
    return [*here, *ties, *points, *(model_to_dict(one) for one in Student.objects.order_by("pk"))]


@pytest.fixture
def twice(tmp_path: Path) -> Path:
    """A guardian under two ids, at two children."""
    path = write(tmp_path / "families.csv", TWICE)
    run(path)
    return path


def test_the_same_name_and_address_are_suspected_whatever_order_and_accents(twice: Path) -> None:
    (found,) = duplicates.suspected()
    assert (found.one, found.other) == (contact("C1").pk, contact("C2").pk)
    assert found.why == ("the same name", "the same email")


@pytest.mark.usefixtures("twice")
@pytest.mark.parametrize("decide", [duplicates.merge, duplicates.keep_apart])
def test_pairs_that_were_decided_since_they_were_found_are_left_out(decide: Callable[..., None]) -> None:
    found = [*duplicates.suspected(), duplicates.Duplicate(contact("C2").pk, contact("C3").pk, ("", ""), ())]
    at = clock.now()
    assert duplicates.undecided(found, since=at) == found
    decide(found[0].one, found[0].other, **WHO)
    of_whom_is_left = found[1:] if decide is duplicates.keep_apart else []
    assert duplicates.undecided(found, since=at) == of_whom_is_left
    assert duplicates.undecided(found, since=clock.now()) == found, "they were decided before"


@pytest.mark.parametrize(
    ("name", "alike"),
    [("M. Garcia", True), ("Maria Garcia Lopez", True), ("Mario Garcia", False), ("Garcia", False), ("", False)],
)
def test_a_short_name_with_a_shared_phone_is_suspected_a_different_one_is_not(
    tmp_path: Path, name: str, alike: bool
) -> None:
    rows = [("C1", "Maria Garcia"), ("C2", name)]
    run(
        write(
            tmp_path / "f.csv",
            [pair(f"S{source}", source, contact_name=called, phone="612-555-0101") for source, called in rows],
        )
    )
    assert bool(duplicates.suspected()) is alike


def test_a_teacher_who_is_a_parent_is_both_and_no_duplicate(tmp_path: Path) -> None:
    write(tmp_path / "families.csv", [pair("S1", "C1", contact_name="Ana Roe", email="ana@example.org")])
    write(tmp_path / "staff.csv", [staff_row("T1", staff_name="Ana Roe", email="ana@example.org")], STAFF)
    run(tmp_path)
    assert Contact.objects.filter(left_at=None).count() == 2
    assert duplicates.suspected() == []


def test_an_address_that_a_whole_shelter_shares_says_nothing(tmp_path: Path) -> None:
    rows = [pair(f"S{n}", f"C{n}", contact_name="Pat Doe", phone="612-555-0101", email="") for n in range(20)]
    run(write(tmp_path / "f.csv", rows))
    assert duplicates.suspected() == []


def test_a_merge_makes_one_person_of_one_family_and_the_next_import_changes_nothing(twice: Path) -> None:
    assert len({contact(source).family_id for source in ("C1", "C3")}) == 2
    duplicates.merge(contact("C1").pk, contact("C2").pk, **WHO)
    kept = contact("C1")
    assert list(kept.points.order_by("channel", "rank").values_list("address", "rank")) == [
        ("maria@example.org", 1),
        ("+16125550101", 1),
        ("+16125550102", 2),
    ]
    assert set(kept.guardianships.values_list("student__source_id", flat=True)) == {"S1", "S2"}
    assert contact("C3").family_id == kept.family_id
    assert contact("C2").left_at is not None
    before = standing()
    assert counts(run(twice)) == (0, 0, 0, 2)
    assert standing() == before
    assert duplicates.suspected() == []


def test_one_no_to_contact_is_enough_for_the_merged(tmp_path: Path) -> None:
    rows = [pair("S1", "C1", may_contact="yes"), pair("S1", "C2", may_contact="no")]
    path = write(tmp_path / "f.csv", rows)
    run(path)
    duplicates.merge(contact("C1").pk, contact("C2").pk, **WHO)
    assert not Guardianship.objects.get().may_contact
    run(path)
    assert not Guardianship.objects.get().may_contact


def test_a_merged_person_whose_first_row_is_gone_stays(twice: Path) -> None:
    duplicates.merge(contact("C1").pk, contact("C2").pk, **WHO)
    run(write(twice, [pair("S1", ""), *TWICE[1:]]), force=True)
    assert contact("C1").left_at is None
    assert contact("C2").left_at is not None


def test_families_apart_from_the_merged_stay_as_they_are(tmp_path: Path) -> None:
    rows = [*TWICE, pair("S7", "C7"), pair("S7", "C8"), pair("S2", "C8", lives_with="")]
    run(write(tmp_path / "f.csv", [*rows, pair("S9", "C9")]))
    alone = contact("C9").family_id
    duplicates.merge(contact("C1").pk, contact("C2").pk, **WHO)
    assert contact("C9").family_id == alone
    assert {contact(source).family_id for source in ("C1", "C3", "C7", "C8")} == {contact("C1").family_id}
    assert Contact.objects.filter(left_at=None).values("family").distinct().count() == 2


def test_an_undone_merge_brings_the_second_person_back_at_the_next_import(twice: Path) -> None:
    before = contact("C1"), contact("C2")
    duplicates.merge(before[0].pk, before[1].pk, **WHO)
    duplicates.undo(before[0].pk, before[1].pk, **WHO)
    run(twice)
    assert contact("C2").left_at is None
    assert list(contact("C1").guardianships.values_list("student__source_id", flat=True)) == ["S1"]
    assert len(duplicates.suspected()) == 1


def test_who_was_kept_apart_is_not_shown_again(twice: Path) -> None:
    duplicates.keep_apart(contact("C2").pk, contact("C1").pk, **WHO)
    assert duplicates.suspected() == []
    run(twice)
    assert Contact.objects.filter(left_at=None).count() == 3


def test_nobody_is_merged_with_themselves_or_with_who_left(twice: Path) -> None:
    first = contact("C1").pk
    with pytest.raises(BadInput, match=f"contact {first} can't be merged with themselves"):
        duplicates.merge(first, first, **WHO)
    with pytest.raises(BadInput, match="there is no guardian 999"):
        duplicates.merge(first, 999, **WHO)
