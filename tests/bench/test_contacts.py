"""Everybody writes to the same people; audiences have the sizes that are asked for."""

import csv
from collections.abc import Iterable
from pathlib import Path

from bench.contacts import District, Families, contacts, share


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def in_audience(rows: Iterable[dict[str, str]], audience: str) -> int:
    return sum(audience == "district" or f'"{row["school"]}"' in audience for row in rows)


def test_the_contacts_are_shared_out_and_nobody_has_another_ones_address() -> None:
    everybody = contacts(1_000)
    assert len({address for person in everybody for address in person}) == 2_000
    assert sorted(share(1_000, 0, 2) + share(1_000, 1, 2)) == sorted(everybody)


def test_an_audience_of_each_size_can_be_asked_for(tmp_path: Path) -> None:
    district = District((10, 30, 100))
    district.write(tmp_path / "roster.csv")
    found = rows(tmp_path / "roster.csv")
    assert [in_audience(found, district.audience(size)) for size in (10, 30, 100)] == [10, 30, 100]
    assert [(row["phone"], row["email"]) for row in found] == contacts(100)


def test_families_have_one_to_three_phones_that_stand_in_their_roster(tmp_path: Path) -> None:
    families = Families(6)
    assert [len(phones) for phones in families.phones] == [1, 2, 3, 1, 2, 3]
    families.write(tmp_path / "roster.csv")
    by_student: dict[str, list[str]] = {}
    for row in rows(tmp_path / "roster.csv"):
        by_student.setdefault(row["student_id"], []).append(row["phone"])
    assert [tuple(phones) for phones in by_student.values()] == families.phones
