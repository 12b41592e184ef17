"""Whatever a roster holds: importing twice changes nothing, the order of rows does not count, nothing is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadcaster.roster import corrections, duplicates
from broadcaster.roster.models import Contact, ContactPoint, Guardianship, Student
from tests.roster.rosters import counts, everything, on_an_empty_roster, pair, run, write

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


@few
@given(rows=rosters())
def test_importing_twice_changes_nothing(rows: list[list[str]]) -> None:
    with on_an_empty_roster("families.csv") as path:
        first = run(write(path, rows))
        once = everything()
        assert first.created == len({row[4] for row in rows})
        assert counts(run(path)) == (0, 0, 0, first.created)
        assert everything() == once


@few
@given(rows=rosters(), data=st.data())
def test_the_order_of_rows_does_not_count(rows: list[list[str]], data: st.DataObject) -> None:
    with on_an_empty_roster("families.csv") as path:
        run(write(path, rows))
        once = everything()
        result = run(write(path, data.draw(st.permutations(rows))))
        assert counts(result) == (0, 0, 0, len({row[4] for row in rows}))
        assert everything() == once


@few
@given(before=rosters(), after=rosters())
def test_a_sync_ends_where_a_fresh_load_would(before: list[list[str]], after: list[list[str]]) -> None:
    with on_an_empty_roster("families.csv") as path:
        run(write(path, after))
        fresh = everything()
    with on_an_empty_roster("families.csv") as path:
        run(write(path, before))
        result = run(write(path, after), force=True)
        assert result.created + result.updated + result.unchanged == len({row[4] for row in after})
        Contact.objects.exclude(left_at=None).delete()
        Student.objects.exclude(left_at=None).delete()
        assert everything() == fresh


@few
@given(rows=rosters())
def test_every_row_is_in_the_roster_or_among_the_rejected(rows: list[list[str]]) -> None:
    with on_an_empty_roster("families.csv") as path:
        result = run(write(path, rows))
        ties = Guardianship.objects.values_list("student__source_id", "contact__source_id")
        assert set(ties) == {(row[0], row[4]) for row in rows}
        assert [(r.line, r.column) for r in result.rejected] == [
            (place, "phone") for place, row in enumerate(rows, start=2) if row[9] == "n/a"
        ]


@few
@given(rows=rosters(), data=st.data())
def test_what_people_said_is_undone_by_no_import_and_no_order_of_rows(
    rows: list[list[str]], data: st.DataObject
) -> None:
    with on_an_empty_roster("families.csv") as path:
        run(write(path, rows))
        who = sorted(Contact.objects.values_list("pk", flat=True))
        if len(who) > 1:
            kept, other = data.draw(st.permutations(who))[:2]
            duplicates.merge(kept, other, by="office", why="one person")
        point = ContactPoint.objects.filter(contact__left_at=None, channel="email").order_by("pk").first()
        if point is not None and data.draw(st.booleans()):
            corrections.correct(point.pk, f"right.{point.pk}@example.org", by="office", why="", region="US")
        said = everything()
        here = Contact.objects.filter(left_at=None).count()
        for order in (rows, data.draw(st.permutations(rows))):
            assert counts(run(write(path, order))) == (0, 0, 0, here)
            assert everything() == said
