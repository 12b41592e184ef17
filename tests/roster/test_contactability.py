"""How well families can be reached, whom the office has to call, and how that went since the last imports."""

import csv
import json
from pathlib import Path

import pytest

from broadcaster.cli.contactability import contactability as command
from broadcaster.kinds import Channel, Purpose
from broadcaster.roster import consent, contactability
from broadcaster.roster.contactability import Share
from broadcaster.roster.models import RosterImport
from tests.roster.rosters import pair, run, write

pytestmark = pytest.mark.django_db

PHONE = "+16125550101"


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    """Families with both, with an email alone, with nothing, with nobody, and with nobody who may be contacted."""
    rows = [
        pair("S1", "C1", phone=PHONE, email="c1@example.org"),
        pair("S2", "C2", school="Oak School", language="so"),
        pair("S1", "C1", school="Elm School", email="c1@example.org", phone=PHONE),
        pair("S3", "C3", email="n/a", language="so"),
        pair("S4", "", school="Oak School"),
        pair("S5", "C5", may_contact="no"),
    ]
    path = write(tmp_path / "families.csv", rows)
    run(path)
    return path


def test_families_are_counted_at_each_of_their_schools_and_in_each_language(roster: Path) -> None:
    found = contactability.now()
    assert found.district == Share(families=5, phone=1, email=2, neither=3)
    assert found.schools == {"Elm School": Share(3, 1, 1, 2), "Oak School": Share(2, 0, 1, 1)}
    assert found.languages == {"en": Share(1, 1, 1, 0), "so": Share(2, 0, 1, 1)}


def test_a_dead_address_and_an_opt_out_do_not_work(roster: Path) -> None:
    consent.suppress(Channel.SMS, PHONE, "landline")
    consent.opt_out_everything(Channel.EMAIL, "c1@example.org", "told the office")
    assert contactability.now().district == Share(5, 0, 1, 4)


def test_consent_counts_for_its_purpose_alone(roster: Path) -> None:
    from broadcaster.roster.models import ConsentState

    consent.record(Channel.SMS, PHONE, Purpose.GENERAL, ConsentState.OPTED_OUT, "text")
    assert contactability.now(Purpose.EMERGENCY).district.phone == 1
    assert contactability.now(Purpose.GENERAL).district.phone == 0


def test_the_call_list_says_why_of_each_family(roster: Path) -> None:
    consent.suppress(Channel.SMS, PHONE, "landline")
    consent.suppress(Channel.EMAIL, "c1@example.org", "bounced")
    assert [(call.school, call.why) for call in contactability.call_list()] == [
        ("Elm School", "email: bounced, sms: landline"),
        ("Elm School", "no phone and no email on file"),
        ("Elm School", "nobody on file may be contacted"),
        ("Oak School", "nobody is on file"),
    ]
    assert [call.school for call in contactability.call_list(schools=["Oak School"])] == ["Oak School"]


def test_each_import_keeps_how_it_stood_after_it(roster: Path) -> None:
    run(write(roster, [pair(f"S{n}", f"C{n}") for n in range(1, 6)]))
    assert [one.contactability.district.neither for one in contactability.trend()] == [3, 0]
    assert [one.import_id for one in contactability.trend(1)] == [RosterImport.objects.order_by("-pk")[0].pk]


def test_the_command_says_it_and_writes_a_sheet_that_is_safe_to_open(
    roster: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command(calls=tmp_path / "calls.csv", json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["district"] == {"families": 5, "phone": 1, "email": 2, "neither": 3}
    assert told["trend"][0]["contactability"]["schools"]["Oak School"]["neither"] == 1
    with (tmp_path / "calls.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["why"] for row in rows] == [
        "no phone and no email on file",
        "nobody on file may be contacted",
        "nobody is on file",
    ]
    command(school="Oak School")
    assert "50.0%" in capsys.readouterr().out
