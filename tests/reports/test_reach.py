"""The curve of families reached over time."""

from hypothesis import given
from hypothesis import strategies as st

from broadcaster.reports.reach import Reach


def reach(seconds: list[float], reachable: int | None = None) -> Reach:
    families = dict(enumerate(seconds))
    return Reach(
        since=0, families=families, people={}, reachable=range(len(seconds) if reachable is None else reachable)
    )


def test_the_curve_names_each_step_when_there_are_few() -> None:
    assert reach([2, 4, 4]).curve(points=4) == [(2.0, 1), (4.0, 3)]


def test_nobody_reached_is_an_empty_curve() -> None:
    assert reach([]).curve() == []


def test_all_reached_at_once_is_one_step() -> None:
    assert reach([0, 0, 0]).curve() == [(0.0, 3)]


def test_before_the_approval_there_is_no_curve() -> None:
    assert Reach(since=None, families={1: 5.0}, people={}, reachable={1}).curve() == []


@given(st.lists(st.floats(0, 10_000), min_size=1), st.integers(1, 50))
def test_the_curve_rises_to_all_that_were_reached(seconds: list[float], points: int) -> None:
    curve = reach(seconds).curve(points)
    assert len(curve) <= points
    assert curve[-1] == (max(seconds), len(seconds))
    assert [count for _, count in curve] == sorted({count for _, count in curve})
    assert all(count == sum(at <= instant for at in seconds) for instant, count in curve)


@given(st.lists(st.floats(0, 10_000), min_size=1, max_size=40), st.integers(0, 20), st.sampled_from([50, 90, 99]))
def test_a_percentage_is_reached_at_the_first_instant_at_which_so_many_are(
    seconds: list[float], never: int, percent: int
) -> None:
    reachable = len(seconds) + never
    enough = [at for at in sorted(seconds) if sum(other <= at for other in seconds) * 100 >= percent * reachable]
    assert reach(seconds, reachable).after(percent) == (enough[0] if enough else None)
