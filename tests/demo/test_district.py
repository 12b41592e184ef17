"""The made-up district: the same on every run, and as faulty as real ones."""

import csv
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from broadcaster.audiences import count
from broadcaster.demo import district
from broadcaster.demo.sites import Sites
from broadcaster.kinds import Purpose
from broadcaster.roster import consent, importing
from broadcaster.roster.models import ConsentState, Contact, ContactPoint, Guardianship
from broadcaster.sandbox.magic import mail_fate, text_fault
from broadcaster.text import phones

STUDENTS = 1000


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_it_is_the_same_on_every_run_whatever_the_hash_seed(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from broadcaster.demo import district; district.write(pathlib.Path(sys.argv[1]), 150)"
    )
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", program, str(tmp_path / seed)], check=True, env=os.environ | {"PYTHONHASHSEED": seed}
        )
    for name in ("families.csv", "staff.csv"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


@pytest.mark.parametrize("students", [1, 2, 30, 300])
def test_any_number_of_students_is_written_exactly(tmp_path: Path, students: int) -> None:
    made = district.write(tmp_path, students)
    written = {row["student_id"] for row in rows(tmp_path / "families.csv")}
    assert len(written) == made.students == students
    assert {row["school"] for row in rows(tmp_path / "families.csv")} <= set(made.schools)
    assert made.notice_school in made.schools


def test_the_real_size_has_a_hundred_schools_with_names_of_their_own() -> None:
    names = Sites.for_students(29_077).names
    assert len(names) == len(set(names)) == 100
    assert Counter(name.rsplit(" ", 1)[1] for name in names) == {"Elementary": 64, "K-8": 14, "High": 12, "Middle": 10}
    assert len(set(Sites.for_students(300_000).names)) == len(Sites.for_students(300_000).names)


def test_all_phones_are_fictional_and_nobody_has_the_districts_own(tmp_path: Path) -> None:
    district.write(tmp_path, STUDENTS)
    for row in rows(tmp_path / "families.csv") + rows(tmp_path / "staff.csv"):
        for one in row["phone"].split(";"):
            if any(char.isdigit() for char in one) and len(one) > 9 and not one.startswith("000"):
                number = phones.normalise(one, "US")
                assert number[5:10] == "55501"
                assert number not in ("+16125550100", "+16125550199")
        assert "@" not in row["email"] or row["email"].rpartition("@")[2].endswith(("example.org", "example"))


@pytest.mark.django_db
def test_the_roster_has_the_faults_of_a_real_one_and_the_counts_it_promises(tmp_path: Path) -> None:
    made = district.write(tmp_path, STUDENTS)
    result = importing.run(tmp_path, region="US", removal_share=0.2, actor="test")
    assert len(result.rejected) == made.wrong_values > 10
    assert (result.roster.guardians, result.roster.staff) == (made.guardians, made.staff)
    assert count("district").families == made.families

    before = count("district")
    consent.record_all(consent.Choice(*one, ConsentState.OPTED_OUT, "test", at=1.0) for one in made.opted_out)
    after = count("district", Purpose.GENERAL)
    assert after.unreachable > before.unreachable
    # what is left to reach is exactly what the sandbox delivers
    alive = [
        a for a in ContactPoint.objects.values_list("address", flat=True) if not text_fault(a) and not mail_fate(a)
    ]
    assert 0.95 < len(alive) / ContactPoint.objects.count() < 0.995
    assert 0.015 < made.unreachable / made.families < 0.045
    assert after.unreachable <= made.unreachable

    shared = Counter(ContactPoint.objects.values_list("address", flat=True)).most_common(1)[0][1]
    assert shared > 1
    assert Guardianship.objects.filter(may_contact=False).exists()
    assert Guardianship.objects.filter(lives_with=False).exists()
    by_language = Counter(Contact.objects.filter(kind="guardian").values_list("language", flat=True))
    share = {tag: number / made.guardians for tag, number in by_language.items()}
    assert 0.5 < share["en"] < 0.7
    assert 0.1 < share["es"] < 0.22
    assert share["so"] > 0.05
    assert {"hmn", "om", "am", "ar", ""} <= set(share)
