"""Looking a family up."""

from pathlib import Path

import pytest

from broadcaster.kinds import Channel, Purpose
from broadcaster.roster import consent, lookup
from broadcaster.roster.models import Contact, School
from tests.roster.rosters import STAFF, pair, run, staff_row, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _roster(tmp_path: Path) -> None:
    rows = [
        pair("S1", "C1", student_name="Émile Roe", contact_name="Ana Roe", phone="612-555-0101"),
        pair("S1", "C2", student_name="Émile Roe", contact_name="Bo Roe", school="Elm School"),
        pair("S2", "C3", school="Oak School", contact_name="Cy Doe"),
    ]
    write(tmp_path / "families.csv", rows)
    write(tmp_path / "staff.csv", [staff_row(staff_name="Ana Teacher")], STAFF)
    run(tmp_path)


@pytest.mark.parametrize("text", ["roe ana", "émile", "555-0101", "(612) 555-0101", "c1@example.org", "S1", "ana"])
def test_a_family_is_found_by_what_anybody_knows_of_it(text: str) -> None:
    found = lookup.search(text)
    assert ("Ana Roe", "Bo Roe") in [one.contacts for one in found]


def test_staff_are_found_too_and_nobody_else_is() -> None:
    assert [one.contacts for one in lookup.search("teacher")] == [("Ana Teacher",)]
    assert lookup.search("zzz") == lookup.search(" ") == []


def test_an_office_finds_its_own_schools_families_alone() -> None:
    oak = School.objects.get(name="Oak School").pk
    assert lookup.search("roe", [oak]) == []
    assert [one.contacts for one in lookup.search("doe", [oak])] == [("Cy Doe",)]


def test_the_page_says_what_stands_in_the_way_of_each_address() -> None:
    consent.suppress(Channel.SMS, "+16125550101", "landline")
    consent.opt_out_everything(Channel.EMAIL, "c1@example.org", "text")
    page = lookup.family(Contact.objects.get(source_id="C1").family_id or 0)
    assert page is not None
    assert [child.name for child in page.children] == ["Émile Roe"]
    mail, phone = page.people[0].addresses
    assert (phone.dead, phone.usable(Purpose.EMERGENCY)) == ("landline", False)
    assert (mail.choices[Purpose.GENERAL].state, mail.usable(Purpose.EMERGENCY)) == ("out", False)
    assert page.people[1].addresses[0].usable(Purpose.GENERAL)


def test_who_has_an_address_is_found_by_it() -> None:
    assert [one.name for one in lookup.by_address(Channel.SMS, "+16125550101")] == ["Ana Roe"]


def test_parents_who_live_apart_are_two_families_that_name_each_other(tmp_path: Path) -> None:
    header = ["student_id", "contact_id", "contact_name", "email", "lives_with"]
    rows = [["S1", "C1", "Ana", "a@example.org", "yes"], ["S1", "C2", "Bo", "b@example.org", "no"]]
    run(write(tmp_path / "families.csv", rows, header), force=True)
    ana, bo = (Contact.objects.get(name=name).family_id or 0 for name in ("Ana", "Bo"))
    page = lookup.family(ana)
    assert page is not None
    assert page.other_families == (bo,)
    assert lookup.family(999) is None
