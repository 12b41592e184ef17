"""The pace is judged by when texts came: in any stretch, over the whole run, and for each family."""

import pytest

from bench import paced
from bench.paced import judge, mean_rate, most_within, percentile
from tests.bench.results import result

#: a hundred a second for a minute
EVEN = [place / 100 for place in range(6_000)]


def test_an_even_run_holds_its_rate_in_every_stretch() -> None:
    assert 999 <= most_within(EVEN, 10.0) <= paced.texts_allowed(100)
    assert mean_rate(EVEN) == pytest.approx(100)


def test_a_burst_is_seen_though_the_whole_run_keeps_its_rate() -> None:
    """Half a second of silence in the middle, and then all of it at once: right before, the stretch is as full."""
    burst = sorted(30.5 if 30.0 <= instant < 30.5 else instant for instant in EVEN)
    assert mean_rate(burst) == pytest.approx(100)
    assert most_within(burst, 10.0) == pytest.approx(1_050, abs=1)


def test_a_burst_across_the_seconds_of_the_clock_is_seen() -> None:
    assert most_within([0.0, 9.8, 9.9, 10.1, 10.2, 19.9], 1.0) == 4


def test_a_stretch_that_ends_with_an_event_leaves_it_out() -> None:
    assert most_within([0.0, 1.0, 2.0], 1.0) == 1


@pytest.mark.parametrize(("number", "wanted"), [(100, 99), (101, 100), (1, 1), (200, 198)])
def test_of_so_many_figures_so_many_in_a_hundred_are_no_larger(number: int, wanted: float) -> None:
    assert percentile([float(figure) for figure in range(1, number + 1)], 99) == wanted


def test_a_family_counts_from_the_first_of_its_phones_and_from_the_approval() -> None:
    families = [("+1", "+2"), ("+3",)]
    texts = [(1_000.5, "+2"), (1_001.5, "+3"), (1_002.5, "+1")]
    found = judge(result(2.5, first=0.5, channels=("sms",), contacts=3), texts, families)
    assert found.families_in == pytest.approx(1.5)
    assert found.families_by == pytest.approx(1.5 * paced.RATE / 2)
    assert found.overall == pytest.approx(1.0)


def test_a_family_that_was_never_told_is_not_passed_over() -> None:
    found = judge(result(1.0, channels=("sms",)), [(1.0, "+1"), (2.0, "+2")], [("+1", "+2"), ("+3",)])
    assert found.families_in == float("inf")
