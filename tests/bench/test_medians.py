"""Rounds become medians, and medians verdicts that say by how much."""

import pytest

from bench import chart
from bench.contacts import contacts, share
from bench.measure import Case, Result
from bench.medians import Table, Target

CASE = Case(contacts=500)


def result(seconds: float, **changes: int) -> Result:
    return Result("a: a loop", CASE, seconds, first=0.1, cpu=2.0, memory=10, **{"duplicates": 0, "lost": 0} | changes)


def test_a_row_is_the_median_of_its_rounds_and_the_sum_of_its_faults() -> None:
    (row,) = Table([result(1.0), result(2.0, lost=1), result(10.0, lost=2)]).rows
    assert (row.rate, row.cpu_per_1000, row.lost) == (500, 2.0, 3)


@pytest.mark.parametrize(
    ("target", "verdict"),
    [
        (Target("", 30, 30), "met"),
        (Target("", 30, 15), "missed, by a factor of 2.00"),
        (Target("", 0.5, 0.5, most=True), "met"),
        (Target("", 0.5, 0.75, most=True), "missed, by a factor of 1.50"),
    ],
)
def test_a_verdict_says_by_how_much(target: Target, verdict: str) -> None:
    assert target.verdict == verdict


def test_a_chart_has_every_way_and_its_figure() -> None:
    drawn = chart.draw(Table([result(1.0)]).rows, "Messages & seconds")
    assert "a: a loop" in drawn
    assert ">1,000</text>" in drawn
    assert "<title>Messages &amp; seconds</title>" in drawn


def test_the_contacts_are_shared_out_and_nobody_has_another_ones_address() -> None:
    everybody = contacts(1_000)
    assert len({address for person in everybody for address in person}) == 2_000
    assert sorted(share(1_000, 0, 2) + share(1_000, 1, 2)) == sorted(everybody)
