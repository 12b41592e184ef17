"""A made-up district in two CSV files, with the faults that real rosters have. The same on every run.

Of families: three in a hundred can't be reached at all (no usable address, or all of them opted out or dead), some
parents live apart, a few may not be contacted, some share a phone. Of values: missing, wrong, doubled.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from broadcaster.demo.addresses import Addresses
from broadcaster.demo.households import Households
from broadcaster.demo.names import PEOPLE, STAFF_ROLES
from broadcaster.demo.sites import Sites
from broadcaster.kinds import Channel, Purpose

FAMILIES_HEADER = (
    *("student_id", "student_name", "school", "grade", "contact_id", "contact_name", "relationship", "language"),
    *("email", "phone", "may_contact", "lives_with"),
)
STAFF_HEADER = ("staff_id", "staff_name", "role", "school", "language", "email", "phone")

_STAFF_PER_STUDENT = 6_500 / 29_077  # as in Minneapolis
_AT_THE_DISTRICT = 0.06  # of the staff work for no one school
_SEED = "a made-up district"


@dataclass(frozen=True, slots=True)
class DemoDistrict:
    """What was written, for the demo to go on with.

    `notice_school` is the one that gets the building-level notice. `opted_out` are (channel, normalised address,
    purpose) to record before sending. `wrong_values` is how many cells an import rejects. `unreachable` is how many
    families no general message reaches: without an address, opted out, or each address meets a fault of the sandbox.
    """

    schools: tuple[str, ...]
    notice_school: str
    students: int
    families: int
    guardians: int
    staff: int
    unreachable: int
    wrong_values: int
    opted_out: tuple[tuple[Channel, str, Purpose], ...]


def write(folder: Path, students: int = 2000, seed: str = _SEED) -> DemoDistrict:
    """Write `families.csv` and `staff.csv` of a district with so many students into the folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    dice = Random(seed)  # noqa: S311 - made-up people, the same on every run
    sites, addresses = Sites.for_students(students), Addresses(dice)
    households = Households(dice, sites, addresses)
    staff = round(students * _STAFF_PER_STUDENT)
    _write(folder / "families.csv", FAMILIES_HEADER, households.rows(students))
    _write(folder / "staff.csv", STAFF_HEADER, _staff_rows(staff, dice, sites, addresses, households))
    return DemoDistrict(
        schools=sites.names,
        notice_school=sites.elementary[0],
        students=students,
        families=households.families,
        guardians=households.guardians,
        staff=staff,
        unreachable=households.unreachable,
        wrong_values=households.wrong_values,
        opted_out=tuple(households.opted_out),
    )


def _write(path: Path, header: tuple[str, ...], rows: Iterator[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def _staff_rows(
    number: int, dice: Random, sites: Sites, addresses: Addresses, households: Households
) -> Iterator[list[str]]:
    """Staff; some of them are parents too, with the same name and phone."""
    parents = iter(households.parents_on_staff)
    for place in range(number):
        parent = next(parents, None) if place % 10 == 0 else None
        people = dice.choices(PEOPLE, [group.share for group in PEOPLE])[0]
        name = parent.name if parent else f"{dice.choice(people.given)} {dice.choice(people.family)}"
        phone = parent.phone if parent else addresses.phone() if dice.random() < 0.9 else ""
        school = "" if dice.random() < _AT_THE_DISTRICT else sites.names[place % len(sites.names)]
        email = addresses.email(name, "staff.example.org")
        role = dice.choice(STAFF_ROLES)
        yield [f"E{50_000 + place}", name, role, school, "English", email, phone and addresses.written(phone)]
