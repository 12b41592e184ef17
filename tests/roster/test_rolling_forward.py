"""While an import is written: each family is as it was or as it will be, whoever looks and whoever dies."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import connection, connections
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from broadcaster import clock, turns
from broadcaster.roster import forward, tasks
from broadcaster.roster.importing import ImportRefused, applying, staging
from broadcaster.roster.models import Contact, Guardianship, RosterImport, StagedChanges, Student
from broadcaster.running import ledger
from tests.roster.moving import District, View, halfway, view
from tests.roster.rosters import on_an_empty_roster, pair, run, write

#: no household of the district is larger, and few of them fit into a chunk
SMALL = 25


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many chunks, without a rest between them."""
    monkeypatch.setattr(staging, "ROWS", SMALL)
    monkeypatch.setattr(turns, "ASIDE", 0)


def at_each_chunk(look: Callable[[], None]) -> Callable[[str, int], None]:
    """Progress that looks after each chunk that was written."""

    def say(stage: str, _: int) -> None:
        if stage == "writing":
            look()

    return say


@pytest.fixture(autouse=True)
def nothing_to_migrate(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' database has other tables than a command looks for."""
    monkeypatch.setattr(ledger, "missing_migrations", set)


@contextmanager
def time_passed(monkeypatch: pytest.MonkeyPatch, seconds: float) -> Iterator[None]:
    """What happens inside happens so many seconds later."""
    now = clock.now
    with monkeypatch.context() as later:
        later.setattr(clock, "now", lambda: now() + seconds)
        yield


@pytest.mark.django_db
@settings(max_examples=15)
@given(seed=st.integers(0, 10_000))
def test_whoever_looks_meanwhile_finds_each_family_as_it_was_or_as_it_will_be(seed: int) -> None:
    with on_an_empty_roster("families.csv") as path:
        district = District(seed)
        run(write(path, district.rows()))
        before, seen = view(), list[View]()
        district.summer()
        run(write(path, district.rows()), force=True, progress=at_each_chunk(lambda: seen.append(view())))
        assume(len(seen) > 1)
        after = view()
        assert [halfway(one, before, after) for one in seen] == [[]] * len(seen)


@pytest.mark.django_db
def test_a_household_larger_than_a_chunk_is_written_to_only_with_its_home_and_addresses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "ROWS", 5)
    seen = list[tuple[int | None, int]]()

    def look() -> None:
        for contact in Contact.objects.exclude(guardianships=None):
            seen.append((contact.family_id, contact.points.count()))

    rows = [pair(f"S{n}", f"C{m}", phone=f"612-555-01{m:02}") for n in range(4) for m in range(4)]
    run(write(tmp_path / "families.csv", rows), progress=at_each_chunk(look))
    assert len(seen) > 4
    assert {(family is None, points) for family, points in seen} == {(False, 2)}


@pytest.mark.django_db
def test_what_is_taken_away_goes_before_anybody_arrives(tmp_path: Path) -> None:
    rows = [pair(f"S{n}", f"C{n}") for n in range(10)]
    path = write(tmp_path / "families.csv", rows)
    run(path)
    rows[8] = pair("S8", "C8", may_contact="no")
    rows[9] = pair("S9", "C9", email="new@example.org")
    arrivals = [pair(f"S{n}", f"C{n}") for n in range(100, 160)]
    seen = list[tuple[bool, bool, int]]()

    def look() -> None:
        may = Guardianship.objects.get(contact__source_id="C8").may_contact
        old = Contact.objects.filter(points__address="c9@example.org").exists()
        seen.append((may, old, Student.objects.count()))

    run(write(path, arrivals + rows), progress=at_each_chunk(look))
    may, old, students = seen[0]
    assert not may
    assert not old
    assert students < 70


# ---- a process that dies ----


#: how a statement begins, and how many of the kind get through before the process dies
Death = tuple[str, int]
#: the decision, a chunk just written and not yet forgotten, the end
TURNS = [
    ('INSERT INTO "roster_rosterimport"', 0),
    ('DELETE FROM "roster_stagedchanges"', 0),
    ('DELETE FROM "roster_stagedchanges"', 1),
    ('UPDATE "roster_rosterimport" SET "finished_at"', 0),
]


def _import_and_die(path: Path, death: Death) -> None:
    """Import, and die by SIGKILL when the database is to get that statement."""
    beginning, left = death

    def die(execute: Callable[..., Any], statement: str, *arguments: Any) -> Any:
        nonlocal left
        if statement.startswith(beginning):
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return execute(statement, *arguments)

    with connection.execute_wrapper(die):
        run(path, force=True)
    os._exit(0)


def killed(path: Path, death: Death) -> bool:
    """Whether an importing process of its own died so; False: it was done before."""
    connections.close_all()  # a child must not share them
    process = get_context("fork").Process(target=_import_and_die, args=(path, death))
    process.start()
    process.join(60)
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


def statements_of(importing: Callable[[], object]) -> int:
    """How many statements the database got."""
    given = 0

    def count(execute: Callable[..., Any], *arguments: Any) -> Any:
        nonlocal given
        given += 1
        return execute(*arguments)

    with connection.execute_wrapper(count):
        importing()
    return given


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(3))
def test_an_importing_process_may_be_killed_at_any_statement(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    district, dice = District(seed), Random(seed)
    files = [write(tmp_path / "one.csv", district.rows())]
    district.summer()
    files.append(write(tmp_path / "other.csv", district.rows()))
    run(files[0])
    views = [view()]
    run(files[1], force=True)
    views.append(view())
    many = statements_of(lambda: run(files[0], force=True))
    now, ends = 0, list[tuple[bool, bool]]()
    for death in [*(("", some) for some in sorted(dice.sample(range(many), 10))), *TURNS]:
        then = 1 - now
        version = RosterImport.objects.count()
        was_killed = killed(files[then], death)
        decided = RosterImport.objects.count() > version
        assert halfway(view(), views[now], views[then]) == []
        with time_passed(monkeypatch, forward.SILENT_SECONDS + 1):
            dice.choice([tasks.finish_import, ledger.make_ready, applying.version])()
        now = then if decided else now
        assert view() == views[now], f"killed at {death}"
        assert not forward.unfinished().exists()
        ends.append((was_killed, decided))
    assert {(True, False), (True, True)} <= set(ends)
    run(files[0], force=True)
    assert view() == views[0]
    assert not StagedChanges.objects.exists()


@pytest.mark.django_db
def test_an_import_that_somebody_works_at_is_left_to_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "families.csv", District(1).rows())
    run(path)
    RosterImport.objects.update(finished_at=None, worked_at=clock.now())
    ledger.make_ready()
    assert forward.unfinished().exists()
    with time_passed(monkeypatch, forward.SILENT_SECONDS + 1):
        ledger.make_ready()
    assert not forward.unfinished().exists()


@pytest.mark.django_db
def test_an_import_waits_while_somebody_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reading = iter([True, True, True, False, False])
    seen = list[tuple[bool, int]]()

    def somebody_reads() -> bool:
        answer = next(reading, False)
        seen.append((answer, Student.objects.count()))
        return answer

    monkeypatch.setattr(forward, "_readers", [somebody_reads])
    run(write(tmp_path / "families.csv", [pair()]))
    assert [students for reads, students in seen if reads] == [0, 0, 0]
    assert Student.objects.count() == 1


@pytest.mark.django_db
def test_who_comes_back_just_when_they_are_forgotten_makes_the_import_begin_again(tmp_path: Path) -> None:
    everybody = [pair("S1", "C1"), pair("S2", "C2")]
    path = write(tmp_path / "families.csv", everybody)
    run(path)
    run(write(path, everybody[1:]), force=True)

    def forgotten(stage: str, _: int) -> None:
        if stage == "staging":
            Guardianship.objects.filter(contact__source_id="C1").delete()
            Contact.objects.get(source_id="C1").points.all().delete()
            Contact.objects.filter(source_id="C1").delete()

    with pytest.raises(ImportRefused, match=r"families\.csv: another import came between"):
        run(write(path, everybody), progress=forgotten)
    assert run(path).created == 1
    assert Contact.objects.get(source_id="C1").left_at is None
