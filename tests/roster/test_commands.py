"""`broadcaster import` and `broadcaster audience`, as a person and as a script see them."""

import json
from pathlib import Path

import pytest

from broadcaster.cli.roster import STAGES, audience, import_roster
from broadcaster.roster.importing import ImportRefused
from broadcaster.roster.models import RosterImport
from tests.roster.rosters import STAFF, pair, run, staff_row, write

pytestmark = pytest.mark.django_db

MISSPELT = "gmial.com"


@pytest.fixture
def families(tmp_path: Path) -> Path:
    """A file with one value that can't be used, beside a staff file."""
    write(tmp_path / "staff.csv", [staff_row()], STAFF)
    return write(tmp_path / "families.csv", [pair("S1", "C1", phone="612-55"), pair("S2", "C2", language="so")])


def test_import_json_is_the_contract(families: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import_roster(families.parent, json=True)
    printed = capsys.readouterr()
    assert json.loads(printed.out) == {
        "created": 3,
        "updated": 0,
        "removed": 0,
        "unchanged": 0,
        "rejected": [
            {
                "file": "families.csv",
                "line": 2,
                "column": "phone",
                "reason": "'612-55' is too short for a phone number",
            }
        ],
        "warnings": [],
        "roster": {"schools": 1, "students": 2, "guardians": 2, "staff": 1, "guardianships": 2},
    }
    assert printed.err == ""
    assert RosterImport.objects.get().actor


def test_import_says_what_it_did(families: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import_roster(families, dry_run=True)
    said = capsys.readouterr().out
    assert said.startswith("Nothing was changed. It would be: 2 contacts created, 0 updated, 0 removed, 0 unchanged.")
    assert "families.csv:2: phone: '612-55' is too short for a phone number" in said
    assert not RosterImport.objects.exists()


def test_a_long_list_of_rejections_is_cut_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import_roster(write(tmp_path / "families.csv", [pair(f"S{n}", f"C{n}", phone="n/a") for n in range(30)]))
    said = capsys.readouterr().out
    assert "30 rows or values could not be used:" in said
    assert said.endswith("and 20 more; all of them: --json\n")


def test_every_stage_of_an_import_has_words_for_whoever_watches(tmp_path: Path) -> None:
    said: set[str] = set()
    rows = [pair(f"S{n}", "C1") for n in range(1100)]
    run(write(tmp_path / "families.csv", rows), progress=lambda stage, _number: said.add(stage))
    assert said == set(STAGES)


def test_a_wrong_format_is_one_line(families: Path) -> None:
    with pytest.raises(ImportRefused) as refused:
        import_roster(families, format="excel")
    assert str(refused.value) == "unknown format 'excel'; known: auto, csv, oneroster, clever, sds, edfi"


def test_what_is_probably_wrong_is_listed_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import_roster(write(tmp_path / "families.csv", [pair(email=f"a@{MISSPELT}")]))
    said = capsys.readouterr().out
    assert "1 value is probably wrong:" in said
    assert f"families.csv:2: email: 'a@{MISSPELT}' may be meant for gmail.com; imported as given" in said


def test_audience_json_is_the_contract(families: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import_roster(families, json=True)
    capsys.readouterr()
    audience("district", json=True)
    assert json.loads(capsys.readouterr().out) == {
        "students": 2,
        "families": 2,
        "contacts": 2,
        "email": 2,
        "sms": 0,
        "unreachable": 0,
        "languages": {"en": 1, "so": 1},
        "schools": 1,
        "why_unreachable": {},
    }


def test_audience_is_a_table_for_people(families: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import_roster(families)
    audience("language:so")
    said = capsys.readouterr().out
    assert "Families" in said
    assert "in Somali" in said
