"""Whatever a roster holds: importing twice changes nothing, the order of rows does not count, nothing is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from broadcaster.roster.models import Contact, ContactPoint, Guardianship, Student
from tests.roster.rosters import counts, pair, run, write

pytestmark = pytest.mark.django_db

few = settings(max_examples=25, deadline=None)

STUDENTS, CONTACTS = st.sampled_from(["S1", "S2", "S3", "S4"]), st.sampled_from(["A", "B", "C", "D"])


@st.composite
def rosters(draw: st.DrawFn) -> list[list[str]]:
    """Rows in which each pair comes once and a contact says the same of themselves each time."""
    pairs = draw(st.lists(st.tuples(STUDENTS, CONTACTS), min_size=1, max_size=10, unique=True))
    phones = {contact: draw(st.sampled_from(["", "612-555-0101", "(612) 555-0102", "n/a"])) for contact in "ABCD"}
    allowed = [draw(st.sampled_from(["", "yes", "no"])) for _ in pairs]
    return [
        pair(student, contact, phone=phones[contact], may_contact=may)
        for (student, contact), may in zip(pairs, allowed, strict=True)
    ]


def everything() -> list[object]:
    """The roster by the district's own ids, without our ids."""
    people = list(Contact.objects.order_by("source_id").values_list("source_id", "name", "language", "left_at"))
    children = list(Student.objects.order_by("source_id").values_list("source_id", "name", "grade", "school__name"))
    points = ContactPoint.objects.order_by("contact__source_id", "channel", "rank")
    ties = Guardianship.objects.order_by("student__source_id", "contact__source_id")
    families: dict[int | None, set[str]] = {}
    for source, family in Contact.objects.values_list("source_id", "family_id"):
        families.setdefault(family, set()).add(source)
    return [
        people,
        children,
        list(points.values_list("contact__source_id", "channel", "address", "rank")),
        list(ties.values_list("student__source_id", "contact__source_id", "may_contact")),
        sorted(sorted(members) for members in families.values()),
    ]


@contextmanager
def example() -> Iterator[Path]:
    """A file to import, in a transaction that is undone, so that the next example starts on an empty roster."""
    with TemporaryDirectory() as name, transaction.atomic():
        yield Path(name) / "families.csv"
        transaction.set_rollback(True)


@few
@given(rows=rosters())
def test_importing_twice_changes_nothing(rows: list[list[str]]) -> None:
    with example() as path:
        first = run(write(path, rows))
        once = everything()
        assert first.created == len({row[4] for row in rows})
        assert counts(run(path)) == (0, 0, 0, first.created)
        assert everything() == once


@few
@given(rows=rosters(), data=st.data())
def test_the_order_of_rows_does_not_count(rows: list[list[str]], data: st.DataObject) -> None:
    with example() as path:
        run(write(path, rows))
        once = everything()
        result = run(write(path, data.draw(st.permutations(rows))))
        assert counts(result) == (0, 0, 0, len({row[4] for row in rows}))
        assert everything() == once


@few
@given(before=rosters(), after=rosters())
def test_a_sync_ends_where_a_fresh_load_would(before: list[list[str]], after: list[list[str]]) -> None:
    with example() as path:
        run(write(path, after))
        fresh = everything()
    with example() as path:
        run(write(path, before))
        result = run(write(path, after), force=True)
        assert result.created + result.updated + result.unchanged == len({row[4] for row in after})
        Contact.objects.exclude(left_at=None).delete()
        Student.objects.exclude(left_at=None).delete()
        assert everything() == fresh


@few
@given(rows=rosters())
def test_every_row_is_in_the_roster_or_among_the_rejected(rows: list[list[str]]) -> None:
    with example() as path:
        result = run(write(path, rows))
        ties = Guardianship.objects.values_list("student__source_id", "contact__source_id")
        assert set(ties) == {(row[0], row[4]) for row in rows}
        assert [(r.line, r.column) for r in result.rejected] == [
            (place, "phone") for place, row in enumerate(rows, start=2) if row[9] == "n/a"
        ]
