"""What an import does to the roster."""

from pathlib import Path

import pytest

from broadcaster.kinds import Channel, Purpose
from broadcaster.roster import consent
from broadcaster.roster.importing import ImportRefused, RosterCounts, steps
from broadcaster.roster.models import (
    Consent,
    ConsentState,
    Contact,
    ContactPoint,
    Guardianship,
    RosterImport,
    School,
    StagedChanges,
    Student,
    Suppression,
)
from tests.roster.rosters import FAMILIES, STAFF, counts, pair, people, run, staff_row, write

pytestmark = pytest.mark.django_db


def points(contact: str) -> list[tuple[str, str, int]]:
    """Addresses of a contact by channel and rank."""
    rows = ContactPoint.objects.filter(contact__source_id=contact).order_by("channel", "rank")
    return list(rows.values_list("channel", "address", "rank"))


def test_a_first_import_brings_everybody(tmp_path: Path) -> None:
    rows = [pair("S1", "C1"), pair("S1", "C2"), pair("S2", "C1", school="Oak School"), pair("S3", "")]
    result = run(write(tmp_path / "families.csv", rows))
    assert counts(result) == (2, 0, 0, 0)
    assert result.roster == RosterCounts(schools=2, students=3, guardians=2, staff=0, guardianships=3)
    assert result.rejected == ()


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    path = write(
        tmp_path / "families.csv", [pair(f"S{n}", f"C{n}", phone="(612) 555-0101; 612-555-0102") for n in range(5)]
    )
    first = run(path)
    second = run(path)
    assert counts(second) == (0, 0, 0, 5)
    assert second.roster == first.roster
    assert RosterImport.objects.count() == 2


def test_a_dry_run_counts_and_changes_nothing(tmp_path: Path) -> None:
    result = run(write(tmp_path / "families.csv", [pair()]), dry_run=True)
    assert counts(result) == (1, 0, 0, 0)
    assert result.roster.students == 0
    assert not RosterImport.objects.exists()
    assert not School.objects.exists()


def test_a_changed_address_is_an_update_and_the_old_one_goes(tmp_path: Path) -> None:
    rows = [pair(f"S{n}", f"C{n}") for n in range(3)]
    run(write(tmp_path / "families.csv", rows))
    rows[0] = pair("S0", "C0", email="new@example.org", phone="612-555-0103")
    result = run(write(tmp_path / "families.csv", rows))
    assert counts(result) == (0, 1, 0, 2)
    assert points("C0") == [("email", "new@example.org", 1), ("sms", "+16125550103", 1)]


def test_a_child_who_moves_up_is_no_change_of_the_contact(tmp_path: Path) -> None:
    run(write(tmp_path / "families.csv", [pair(grade="4")]))
    result = run(write(tmp_path / "families.csv", [pair(grade="5", school="Oak School")]))
    assert counts(result) == (0, 0, 0, 1)
    assert Student.objects.get().grade == "5"
    assert Student.objects.get().school == School.objects.get(name="Oak School")


def test_who_is_missing_has_left_and_comes_back_when_seen_again(tmp_path: Path) -> None:
    everybody = [pair(f"S{n}", f"C{n}") for n in range(6)]
    path = write(tmp_path / "families.csv", everybody)
    run(path)
    gone = run(write(path, everybody[1:]))
    assert counts(gone) == (0, 0, 1, 5)
    assert (gone.roster.students, gone.roster.guardians, gone.roster.guardianships) == (5, 5, 5)
    assert Contact.objects.get(source_id="C0").left_at is not None
    back = run(write(path, everybody))
    assert counts(back) == (0, 1, 0, 5)
    assert back.roster.guardianships == 6
    assert Contact.objects.get(source_id="C0").left_at is None
    assert points("C0") == [("email", "c0@example.org", 1)]


def test_a_tie_that_ended_goes_while_both_people_stay(tmp_path: Path) -> None:
    path = write(tmp_path / "families.csv", [pair("S1", "C1"), pair("S1", "C2"), pair("S2", "C2")])
    run(path)
    result = run(write(path, [pair("S1", "C1"), pair("S2", "C2")]))
    assert counts(result) == (0, 1, 0, 1)
    assert list(Guardianship.objects.values_list("student__source_id", "contact__source_id").order_by("id")) == [
        ("S1", "C1"),
        ("S2", "C2"),
    ]


def test_a_families_file_leaves_staff_alone_and_the_other_way_round(tmp_path: Path) -> None:
    families = write(tmp_path / "families.csv", [pair()])
    staff = write(tmp_path / "staff.csv", [staff_row("T1"), staff_row("T2")], STAFF)
    run(tmp_path)
    assert counts(run(families)) == (0, 0, 0, 1)
    result = run(staff)
    assert counts(result) == (0, 0, 0, 2)
    assert (result.roster.guardians, result.roster.staff) == (1, 2)


def test_a_staff_member_who_is_a_parent_is_two_contacts(tmp_path: Path) -> None:
    write(tmp_path / "families.csv", [pair("S1", "77")])
    write(tmp_path / "staff.csv", [staff_row("77")], STAFF)
    assert counts(run(tmp_path)) == (2, 0, 0, 0)
    assert sorted(Contact.objects.values_list("kind", flat=True)) == ["guardian", "staff"]


def test_one_no_among_repeated_rows_is_a_no_for_the_pair_alone(tmp_path: Path) -> None:
    rows = [pair("S1", "C1"), pair("S1", "C1", may_contact="no"), pair("S1", "C1", may_contact="yes"), pair("S2", "C1")]
    run(write(tmp_path / "families.csv", rows))
    assert dict(Guardianship.objects.values_list("student__source_id", "may_contact")) == {"S1": False, "S2": True}


def test_addresses_from_several_rows_are_all_kept_in_their_order(tmp_path: Path) -> None:
    rows = [
        pair("S1", "C1", email="a@example.org", phone="612-555-0101"),
        pair("S2", "C1", email="b@Example.ORG", phone="(612) 555-0101"),
        pair("S3", "C1", email="a@example.org", phone="6125550102"),
    ]
    run(write(tmp_path / "families.csv", rows))
    assert points("C1") == [
        ("email", "a@example.org", 1),
        ("email", "b@example.org", 2),
        ("sms", "+16125550101", 1),
        ("sms", "+16125550102", 2),
    ]
    assert ContactPoint.objects.get(address="+16125550101").as_given == "612-555-0101"


def test_the_first_language_that_is_understood_counts(tmp_path: Path) -> None:
    rows = [
        pair("S1", "C1", language="Klingonese"),
        pair("S2", "C1", language="Somali"),
        pair("S3", "C1", language="es"),
    ]
    result = run(write(tmp_path / "families.csv", rows))
    assert Contact.objects.get().language == "so"
    assert result.rejected == ()


def test_schools_differ_by_more_than_capitals(tmp_path: Path) -> None:
    rows = [pair("S1", "C1", school="Elm School"), pair("S2", "C2", school="ELM  school"), pair("S3", "C3", school="")]
    assert run(write(tmp_path / "families.csv", rows)).roster.schools == 1
    assert School.objects.get().name == "Elm School"
    assert Student.objects.get(source_id="S3").school is None


def test_an_import_never_touches_what_families_chose(tmp_path: Path) -> None:
    path = write(tmp_path / "families.csv", [pair(email="a@example.org")])
    run(path)
    consent.record(Channel.EMAIL, "a@example.org", Purpose.GENERAL, ConsentState.OPTED_OUT, "test")
    consent.suppress(Channel.EMAIL, "a@example.org", "bounced")
    run(write(path, [pair(email="b@example.org")]))
    run(write(path, [pair(email="a@example.org")]))
    assert Consent.objects.get().state == ConsentState.OPTED_OUT
    assert Suppression.objects.get().lifted_at is None


def test_removing_too_many_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "families.csv", [pair(f"S{n}", f"C{n}") for n in range(10)])
    before = run(path).roster
    write(path, [pair(f"S{n}", f"C{n}") for n in range(7)])
    for dry_run in (True, False):
        with pytest.raises(ImportRefused, match=r"families\.csv: would remove 3 of 10 guardians \(30%\)"):
            run(path, dry_run=dry_run)
    assert steps.roster_counts() == before
    forced = run(path, force=True)
    assert counts(forced) == (0, 0, 3, 7)


def test_a_share_at_the_limit_passes(tmp_path: Path) -> None:
    path = write(tmp_path / "families.csv", [pair(f"S{n}", f"C{n}") for n in range(10)])
    run(path)
    assert run(write(path, [pair(f"S{n}", f"C{n}") for n in range(8)])).removed == 2


def test_one_school_that_is_missing_is_refused_though_the_district_is_large(tmp_path: Path) -> None:
    small = [pair(f"S{n}", f"C{n}", school="Elm School") for n in range(10)]
    large = [pair(f"S{n}", f"C{n}", school="Oak School") for n in range(10, 110)]
    path = write(tmp_path / "families.csv", small + large)
    run(path)
    with pytest.raises(ImportRefused, match="would remove 10 of 10 families of Elm School"):
        run(write(path, large))
    assert run(write(path, small[:8] + large)).removed == 2


def test_few_families_of_a_small_school_may_leave(tmp_path: Path) -> None:
    small = [pair(f"S{n}", f"C{n}", school="Elm School") for n in range(9)]
    large = [pair(f"S{n}", f"C{n}", school="Oak School") for n in range(10, 110)]
    path = write(tmp_path / "families.csv", small + large)
    run(path)
    assert run(write(path, small[:4] + large)).removed == 5


def test_an_import_planned_on_an_older_roster_is_not_written(tmp_path: Path) -> None:
    ours, theirs = write(tmp_path / "ours.csv", [pair("S1", "C1")]), write(tmp_path / "theirs.csv", [pair("S2", "C2")])

    def they_are_quicker(stage: str, _: int) -> None:
        if stage == "staging":
            run(theirs)

    with pytest.raises(ImportRefused, match=r"ours\.csv: another import came between; nothing was changed"):
        run(ours, progress=they_are_quicker)
    assert set(people()) == {"C2"}
    assert not StagedChanges.objects.exists()


def test_an_unknown_format_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="unknown format 'excel'; known: auto, csv, oneroster, clever, sds, edfi"):
        run(write(tmp_path / "families.csv", [pair()]), format="excel")


def test_progress_is_told_in_stages(tmp_path: Path) -> None:
    said: list[tuple[str, int]] = []
    rows = [pair(f"S{n}", "C1") for n in range(1500)]
    run(write(tmp_path / "families.csv", rows, FAMILIES), progress=lambda stage, number: said.append((stage, number)))
    changes = 1500 + 1500 + 3  # students, ties; the mother, her address, their home: one family, in two chunks
    assert said == [
        ("reading", 1000),
        ("comparing", 1),
        ("staging", 2501),
        ("staging", changes),
        ("writing", 2501),
        ("writing", changes),
    ]
