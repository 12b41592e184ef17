"""The pace: no sender ever goes above its rate, and nothing of the rate is wasted."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.delivery.models import Pace as PaceRow
from broadcaster.delivery.queue.pacing import AHEAD, LEAST_SHARE, RECOVERY, Pace, Turn
from broadcaster.kinds import Channel

costs = st.lists(st.integers(1, 10), min_size=1, max_size=300)
rates = st.floats(0.5, 2000)


@given(rates, costs, st.integers(1, 1000))
def test_a_lot_is_a_second_of_sending_at_most_and_one_message_at_least(rate: float, each: list[int], most: int) -> None:
    length = Turn(0.0, rate).lot_length(each, most)
    assert 1 <= length <= min(most, len(each))
    assert length == 1 or sum(each[:length]) <= rate
    if length < min(most, len(each)):
        assert sum(each[: length + 1]) > rate


@given(rates, costs)
def test_the_starts_of_a_lot_are_spread_evenly(rate: float, each: list[int]) -> None:
    starts = Turn(0.0, rate).starts(each, 100.0)
    assert starts == sorted(starts)
    for place, start in enumerate(starts):
        assert start == pytest.approx(100.0 + sum(each[:place]) / rate)


def take(pace: Pace, cost: int, now: float) -> float | None:
    """The start that a lot gets; None where it has to ask again later."""
    turn = pace.look(now)
    return None if turn.free_at > now + AHEAD else pace.take(turn, cost, now)


@pytest.mark.django_db
def test_reserved_shares_follow_each_other_without_a_gap() -> None:
    pace = Pace(Channel.SMS, "s", 100)
    assert take(pace, 50, 1000.0) == 1000.0
    assert take(pace, 50, 1000.45) == 1000.5
    assert take(pace, 50, 1001.0) == 1001.0


@pytest.mark.django_db
def test_nobody_reserves_further_ahead_than_a_moment() -> None:
    pace = Pace(Channel.SMS, "s", 100)
    take(pace, 300, 1000.0)
    assert take(pace, 50, 1000.0) is None
    assert take(pace, 50, 1003.0 - AHEAD) == 1003.0


@pytest.mark.django_db
def test_a_sender_that_was_idle_starts_at_once_and_saves_nothing_up() -> None:
    pace = Pace(Channel.SMS, "s", 100)
    take(pace, 100, 1000.0)
    assert take(pace, 100, 2000.0) == 2000.0
    assert take(pace, 100, 2000.95) == 2001.0


@pytest.mark.django_db
def test_two_senders_of_a_channel_do_not_wait_for_each_other() -> None:
    for sender in ("a", "b"):
        assert take(Pace(Channel.SMS, sender, 1), 10, 1000.0) == 1000.0


@pytest.mark.django_db
def test_an_emptied_pace_is_a_free_sender() -> None:
    pace = Pace(Channel.SMS, "s", 1)
    take(pace, 60, 1000.0)
    PaceRow.objects.all().delete()
    assert take(pace, 1, 1000.0) == 1000.0


@pytest.mark.django_db
def test_a_sender_that_was_told_to_slow_down_halves_its_rate_and_comes_back_by_itself() -> None:
    pace = Pace(Channel.SMS, "s", 100)
    pace.slow_down(until=1005.0, now=1000.0)
    assert pace.look(1000.0) == Turn(1005.0, 50.0)
    assert pace.look(1000.0 + RECOVERY / 4).rate == pytest.approx(75.0)
    assert pace.look(1000.0 + RECOVERY).rate == pytest.approx(100.0)


@pytest.mark.django_db
def test_complaints_of_one_moment_are_one_and_a_sender_never_stops_for_good() -> None:
    pace = Pace(Channel.SMS, "s", 100)
    for _ in range(5):
        pace.slow_down(until=1000.0, now=1000.0)
    assert pace.look(1000.0).rate == pytest.approx(50.0)
    for second in range(1, 60):
        pace.slow_down(until=1000.0, now=1000.0 + 2 * second)
    assert pace.look(1118.0).rate >= 100 * LEAST_SHARE


@pytest.mark.django_db
def test_no_ten_seconds_hold_more_than_ten_seconds_worth() -> None:
    """Many workers that ask at random moments: the starts of all messages, over any ten seconds, keep to the rate."""
    rate, dice, now = 37.0, random.Random(1), 5000.0
    pace, starts = Pace(Channel.SMS, "s", rate), list[float]()
    while now < 5040:
        each = [dice.randint(1, 3) for _ in range(dice.randint(1, 20))]
        turn = pace.look(now)
        if turn.free_at > now + AHEAD:
            now = turn.free_at - AHEAD
            continue
        for cost, start in zip(each, turn.starts(each, pace.take(turn, sum(each), now)), strict=True):
            starts += [start] * cost
        now += dice.random() * 0.2
    for first in starts:
        assert sum(first <= start < first + 10 for start in starts) <= rate * 10 + 3
    assert len(starts) >= rate * 40 * 0.98
