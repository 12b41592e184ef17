"""An address that a person put right stays right, whatever the next imports bring."""

from pathlib import Path

import pytest

from broadcaster.broadcasts.models import AuditEntry
from broadcaster.kinds import BadInput
from broadcaster.roster import corrections, lookup
from broadcaster.roster.models import Contact, ContactPoint
from tests.roster.rosters import counts, pair, run, write

pytestmark = pytest.mark.django_db

WHO = {"by": "office", "why": "they called"}


def points(contact: str = "C1") -> list[tuple[str, int]]:
    found = ContactPoint.objects.filter(contact__source_id=contact).order_by("channel", "rank")
    return list(found.values_list("address", "rank"))


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    """One family with two phones and an email."""
    path = write(tmp_path / "families.csv", [pair(email="wrong@example.org", phone="612-555-0101; 612-555-0102")])
    run(path)
    return path


def test_a_corrected_address_stays_where_it_was_and_survives_imports(roster: Path) -> None:
    wrong = ContactPoint.objects.get(address="+16125550101")
    corrections.correct(wrong.pk, "(612) 555-0109", region="US", **WHO)
    right = [("wrong@example.org", 1), ("+16125550109", 1), ("+16125550102", 2)]
    assert points() == right
    assert counts(run(roster)) == (0, 0, 0, 1)
    assert points() == right


def test_an_added_and_a_removed_address_survive_imports(roster: Path) -> None:
    corrections.add(Contact.objects.get().pk, "new@example.org", region="US", **WHO)
    corrections.remove(ContactPoint.objects.get(address="wrong@example.org").pk, **WHO)
    run(roster)
    assert [address for address, _ in points()] == ["new@example.org", "+16125550101", "+16125550102"]
    assert counts(run(roster)) == (0, 0, 0, 1)


def test_what_the_district_corrects_itself_is_believed(roster: Path, tmp_path: Path) -> None:
    wrong = ContactPoint.objects.get(address="wrong@example.org")
    corrections.correct(wrong.pk, "guess@example.org", region="US", **WHO)
    run(write(tmp_path / "families.csv", [pair(email="right@example.org")]))
    assert points() == [("right@example.org", 1)]


def test_a_correction_can_be_corrected(roster: Path) -> None:
    wrong = ContactPoint.objects.get(address="wrong@example.org")
    for address in ("second@example.org", "third@example.org", "wrong@example.org"):
        corrections.correct(wrong.pk, address, region="US", **WHO)
    run(roster)
    assert points()[0] == ("wrong@example.org", 1)


def test_an_import_that_was_planned_before_a_correction_begins_again(roster: Path) -> None:
    from broadcaster.roster.importing import ImportRefused

    def meanwhile(stage: str, _: int) -> None:
        if stage == "comparing":
            corrections.add(Contact.objects.get().pk, "new@example.org", region="US", **WHO)

    with pytest.raises(ImportRefused, match="a correction came between"):
        run(write(roster, [pair(language="so")]), progress=meanwhile)
    assert Contact.objects.get().language == "en"


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("nobody", "is no phone number"),
        ("+1 800 555 0100", "is a toll-free number, which is never texted"),
        ("612-555-0102", "is an address of theirs already"),
    ],
)
def test_an_address_that_can_not_be_used_is_refused_as_typed(roster: Path, raw: str, says: str) -> None:
    point = ContactPoint.objects.get(address="+16125550101")
    with pytest.raises(BadInput, match=says) as refused:
        corrections.correct(point.pk, raw, region="US", **WHO)
    assert repr(raw) in str(refused.value)
    assert ("+16125550101", 1) in points()


def test_corrections_are_in_the_log_without_the_address_and_on_the_familys_page(roster: Path) -> None:
    corrections.add(Contact.objects.get().pk, "new@example.org", region="US", **WHO)
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.act, entry.detail["reason"]) == ("office", "added an address", "they called")
    assert "new@" not in str(entry.detail)
    page = lookup.family(Contact.objects.get().family_id or 0)
    assert page is not None
    assert [one.address for one in page.people[0].addresses if one.corrected] == ["new@example.org"]
