"""Rounds become a median with its range, and a part of a run that was left out is told from one that was slow."""

import pytest

from bench.medians import NotMeasuredError, Spread, Table
from tests.bench.results import result


def test_a_row_is_the_median_of_its_rounds_and_the_sum_of_its_faults() -> None:
    (row,) = Table([result(1.0), result(2.0, lost=1), result(10.0, lost=2)]).rows
    assert (row.rounds, row.rate, row.lost) == (3, Spread(500, 100, 1_000), 3)
    assert row.cpu_per_1000 == Spread(2.0, 2.0, 2.0)


def test_the_median_of_an_even_number_lies_between_the_middle_two() -> None:
    assert Spread.of([4.0, 1.0, 3.0, 100.0]) == Spread(3.5, 1.0, 100.0)


def test_of_several_sizes_the_largest_counts() -> None:
    table = Table([result(1.0, contacts=50_000), result(1.0, contacts=500)])
    assert table.row("a: a loop", ("sms", "email")).case.contacts == 50_000
    assert table.row("a: a loop", ("sms", "email"), contacts=500).case.contacts == 500


def test_what_was_left_out_is_not_found() -> None:
    with pytest.raises(NotMeasuredError):
        Table([result(1.0)]).row("a: a loop", ("sms",))
