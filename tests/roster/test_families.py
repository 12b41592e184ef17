"""Who is one family, and that a family keeps its id."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.roster import families
from broadcaster.roster.models import Contact, Family, Student
from tests.roster.rosters import FAMILIES, pair, run, write

pytestmark = pytest.mark.django_db

WITH_HOME = [*FAMILIES, "lives_with"]


def homes() -> dict[str, int]:
    """Family by the district's ids, of contacts and of students with nobody on file."""
    return {
        **dict(Contact.objects.exclude(family=None).values_list("source_id", "family_id")),
        **dict(Student.objects.exclude(family=None).values_list("source_id", "family_id")),
    }


def test_contacts_connected_through_shared_students_are_one_family(tmp_path: Path) -> None:
    rows = [pair("S1", "A"), pair("S1", "B"), pair("S2", "B"), pair("S2", "C"), pair("S3", "D")]
    run(write(tmp_path / "f.csv", rows))
    found = homes()
    assert found["A"] == found["B"] == found["C"] != found["D"]
    assert set(found) == {"A", "B", "C", "D"}


def test_a_parent_who_lives_elsewhere_is_a_family_of_their_own(tmp_path: Path) -> None:
    rows = [
        [*pair("S1", "A"), "yes"],
        [*pair("S1", "B"), "no"],
        [*pair("S2", "B"), ""],
        [*pair("S2", "C"), ""],
        [*pair("S3", "E"), "no"],
        [*pair("S3", "F"), "no"],
    ]
    run(write(tmp_path / "f.csv", rows, WITH_HOME))
    found = homes()
    assert found["A"] != found["B"] == found["C"]
    assert found["E"] != found["F"]


def test_a_student_with_nobody_on_file_is_a_family_until_somebody_is(tmp_path: Path) -> None:
    path = write(tmp_path / "f.csv", [pair("S1", ""), pair("S2", "A")])
    run(path)
    assert set(homes()) == {"S1", "A"}
    run(write(path, [pair("S1", "B"), pair("S2", "A")]))
    assert set(homes()) == {"A", "B"}


def test_family_ids_stay_when_families_grow_split_and_lose_members(tmp_path: Path) -> None:
    path = write(tmp_path / "f.csv", [pair("S1", "A"), pair("S1", "B"), pair("S2", "C")])
    run(path)
    before = homes()
    run(write(path, [pair("S1", "A"), pair("S3", "B"), pair("S2", "C"), pair("S2", "D")]), force=True)
    after = homes()
    assert (after["A"], after["C"]) == (before["A"], before["C"])
    assert after["D"] == before["C"]
    assert after["B"] not in before.values()
    run(write(path, [pair("S3", "B"), pair("S2", "C"), pair("S2", "D")]), force=True)
    assert homes() == after  # A has left, and reports of earlier broadcasts still find A's family


def test_nothing_is_written_when_nothing_moved(tmp_path: Path) -> None:
    path = write(tmp_path / "f.csv", [pair("S1", "A"), pair("S1", "B"), pair("S2", "")])
    run(path)
    before, made = homes(), Family.objects.count()
    staged: list[str] = []
    run(path, progress=lambda stage, _: staged.append(stage))
    assert "writing" not in staged
    run(write(path, [pair("S1", "A"), pair("S1", "B"), pair("S2", ""), pair("S3", "B")]))
    assert homes() == before
    assert Family.objects.count() == made


ties = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.sampled_from([None, True, False])), max_size=15)


@given(ties)
def test_families_are_the_connected_groups(ties: list[tuple[int, int, bool | None]]) -> None:
    people = dict.fromkeys(range(7))
    groups, tied = families._households(people, people, ties)  # the pure part, without a database
    assert sorted(member for group in groups for member in group) == list(range(7))
    assert tied == {student for student, _, _ in ties}
    group_of = {member: number for number, group in enumerate(groups) for member in group}
    at_home: dict[int, set[int]] = {}
    for student, contact, lives_with in ties:
        if lives_with is not False:
            at_home.setdefault(student, set()).add(contact)
    for together in at_home.values():
        assert len({group_of[contact] for contact in together}) == 1
    # and no group is larger than the ties make it: every group is reached from its first member
    for group in groups:
        reached = {group[0]}
        while more := {c for home in at_home.values() if home & reached for c in home} - reached:
            reached |= more
        assert reached == set(group)
