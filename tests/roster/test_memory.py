"""What an import keeps in memory of each contact, so that a laptop imports a region. Measured: docs/scaling.md."""

import tracemalloc
from collections.abc import Callable

import pytest

from broadcaster import turns
from broadcaster.roster.importing import present, staging
from tests.roster.rosters import on_an_empty_roster, pair, run, write

pytestmark = pytest.mark.django_db

FEW, MANY = 500, 2_500
#: bytes of a contact with a student, two addresses and a tie
MOST = 1_500


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read or written at once is small beside what is kept."""
    monkeypatch.setattr(staging, "ROWS", 100)
    monkeypatch.setattr(present, "_AT_ONCE", 100)
    monkeypatch.setattr(turns, "ASIDE", 0)


def peak(work: Callable[[], object]) -> int:
    """The most memory, in bytes, that was held at a time."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def first_and_again(contacts: int) -> tuple[int, int]:
    """The peaks of an import of so many, and of the same file again."""
    with on_an_empty_roster("families.csv") as path:
        write(path, [pair(f"S{at}", f"C{at}", phone=f"+1612555{at:04}") for at in range(contacts)])
        return peak(lambda: run(path)), peak(lambda: run(path))


def test_a_contact_takes_little_memory_at_the_first_import_and_when_nothing_changed() -> None:
    first_and_again(1)  # loads what is loaded once
    few, many = first_and_again(FEW), first_and_again(MANY)
    for small, large in zip(few, many, strict=True):
        assert (large - small) / (MANY - FEW) < MOST
