"""The people everybody writes to: made up, each with one phone and one mail address that nobody else has."""

import csv
from itertools import islice
from pathlib import Path
from random import Random

from broadcaster.demo.addresses import Addresses

HEADER = ("student_id", "student_name", "school", "grade", "contact_id", "contact_name", "relationship", "language")


def contacts(number: int) -> list[tuple[str, str]]:
    """Phone and mail address of so many contacts; always the same ones."""
    addresses = Addresses(Random(1))
    return [(addresses.phone(), f"guardian{place}@example.org") for place in range(number)]


def share(number: int, part: int, parts: int) -> list[tuple[str, str]]:
    """Every so many-th contact, for one of several processes."""
    return list(islice(contacts(number), part, None, parts))


def write_roster(path: Path, number: int) -> None:
    """The same contacts as a roster for `broadcaster import`: a student each, twenty schools."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow((*HEADER, "email", "phone", "may_contact"))
        for place, (phone, email) in enumerate(contacts(number)):
            student = (f"S{place}", f"Child {place}", f"School {place % 20}", str(place % 12 + 1))
            rows.writerow((*student, f"C{place}", f"Adult {place}", "guardian", "en", email, phone, "yes"))
