"""A school sees its own families, and nothing of anybody else's."""

import csv
import json
import re
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from broadcaster.delivery.status import DeliveryStatus
from broadcaster.reports import export, unreached
from broadcaster.reports.counts import report
from broadcaster.reports.lookup import UnknownSchool, find_school
from tests import builders as roster
from tests.reports import builders
from tests.reports.small_ledgers import (
    SCHOOLS,
    Guardian,
    Small,
    Written,
    address,
    child,
    child_name,
    ledgers,
    person,
    write,
)

pytestmark = pytest.mark.django_db
S = DeliveryStatus


@given(small=ledgers())
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
)
def test_whatever_the_ledger_holds_nothing_of_another_school_is_shown(
    small: Small, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("school")
    with transaction.atomic():
        written = write(small)
        for school in SCHOOLS:
            shown = everything_shown(written, school, folder)
            for secret in secrets(small, school):
                assert secret not in shown, (school, secret)
            for own in addresses(small, school):
                assert own in shown
        transaction.set_rollback(True)


def everything_shown(written: Written, number: int, folder: Path) -> str:
    """The report, and both files."""
    school, pk = written.schools[number], written.sent.pk
    document = report(pk, school).as_json()
    export.write_csv(folder / "messages.csv", pk, school)
    unreached.write_csv(folder / "calls.csv", pk, school)
    return json.dumps(document) + (folder / "messages.csv").read_text() + (folder / "calls.csv").read_text()


def secrets(small: Small, school: int) -> set[str]:
    """Names of other schools, of children who are not at this one, of contacts no child of it ties; their addresses."""
    own = small.of(school)
    seen: set[Guardian] = small.writable(school)
    children = {child(tie) for tie in small.ties if tie.child} - {child(tie) for tie in own if tie.child}
    others = {tie.guardian for tie in small.ties} - seen
    return {
        *(f"School {number}" for number in SCHOOLS if number != school),
        *(child_name(key) for key in children),
        *(person(guardian) for guardian in others),
        *(f"point-{family}-{number}@" for family, number in others),
        *({address(*one) for one in enumerate(small.messages)} - addresses(small, school)),
    }


def addresses(small: Small, school: int) -> set[str]:
    return {address(place, one) for place, one in enumerate(small.messages) if one in small.sent(school)}


def test_a_stepfather_whom_only_a_child_elsewhere_ties_to_the_family_is_not_shown_but_his_text_reached_it() -> None:
    sent, south, north = builders.broadcast(), roster.school("South High"), roster.school("North High")
    mother = builders.family(south)
    stepfather = roster.guardian(family=mother.family)
    roster.student(stepfather, at=north)
    builders.meant(sent, mother, stepfather)
    builders.delivery(sent, mother, S.FAILED)
    builders.delivery(sent, stepfather)
    found = report(sent.pk, south)
    assert (found.families.total, found.families.reached) == (1, 1)
    assert found.totals == {"failed": 1}
    assert list(found.school_families) == ["South High"]
    assert found.school_families["South High"].reached == report(sent.pk).school_families["South High"].reached


def test_a_message_about_a_child_elsewhere_is_not_shown_though_its_reader_is_known() -> None:
    sent, south, north = builders.broadcast(), roster.school("South High"), roster.school("North High")
    mother = builders.family(south)
    roster.student(mother, at=north)
    builders.meant(sent, mother)
    builders.delivery(sent, mother, subject="one", school_id=south.pk)
    builders.delivery(sent, mother, S.FAILED, subject="two", school_id=north.pk)
    assert report(sent.pk, south).totals == {"delivered": 1}
    assert report(sent.pk, north).totals == {"failed": 1}
    assert report(sent.pk).totals == {"delivered": 1, "failed": 1}


def test_a_father_who_may_not_be_written_to_about_its_child_is_not_shown_to_the_school(tmp_path: Path) -> None:
    sent, south, north = builders.broadcast(), roster.school("South High"), roster.school("North High")
    father = builders.family(north)
    roster.student(father, at=south, may_contact=False)
    builders.meant(sent, father)
    builders.delivery(sent, father, S.FAILED, address="+16125550123")
    assert export.write_csv(tmp_path / "south.csv", sent.pk, south) == 0
    assert export.write_csv(tmp_path / "north.csv", sent.pk, north) == 1
    [row] = unreached.unreached(sent.pk, south)
    assert (row.contacts, row.phones, row.tried) == ((), (), ())


def test_a_schools_file_names_the_school_alone_though_the_message_is_counted_elsewhere(tmp_path: Path) -> None:
    sent, south, north = builders.broadcast(), roster.school("South High"), roster.school("North High")
    mother = builders.family(north)
    roster.student(mother, at=south)
    builders.meant(sent, mother)
    builders.delivery(sent, mother)
    export.write_csv(tmp_path / "south.csv", sent.pk, south)
    with (tmp_path / "south.csv").open(newline="") as file:
        assert [row["school"] for row in csv.DictReader(file)] == ["South High"]


def test_a_school_is_found_by_its_name_in_capitals_or_not() -> None:
    south = roster.school("South High")
    assert find_school(" south  HIGH ") == south


def test_an_unknown_school_is_named_as_given_with_the_nearest() -> None:
    roster.school("South High")
    with pytest.raises(UnknownSchool, match=re.escape("there is no school 'Suoth High'; did you mean South High?")):
        find_school("Suoth High")
