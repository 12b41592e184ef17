"""The pace: no sender ever goes above its rate, and nothing of the rate is wasted."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.delivery.models import Pace as PaceRow
from broadcaster.delivery.pacing import AHEAD, Pace, Turn
from broadcaster.kinds import Channel

costs = st.lists(st.integers(1, 10), min_size=1, max_size=300)
rates = st.floats(0.5, 2000)


@given(rates, costs, st.integers(1, 1000))
def test_a_lot_is_a_second_of_sending_at_most_and_one_message_at_least(rate: float, each: list[int], most: int) -> None:
    length = Pace(Channel.SMS, "s", rate).lot_length(each, most)
    assert 1 <= length <= min(most, len(each))
    assert length == 1 or sum(each[:length]) <= rate
    if length < min(most, len(each)):
        assert sum(each[: length + 1]) > rate


@given(rates, costs)
def test_the_starts_of_a_lot_are_spread_evenly(rate: float, each: list[int]) -> None:
    starts = Pace(Channel.SMS, "s", rate).offsets(each)
    assert starts == sorted(starts)
    for place, start in enumerate(starts):
        assert start == pytest.approx(sum(each[:place]) / rate)


@pytest.mark.django_db
def test_reserved_shares_follow_each_other_without_a_gap() -> None:
    pace = Pace(Channel.SMS, "s", 100)
    assert pace.reserve(50, 1000.0) == Turn(taken=True, at=1000.0)
    assert pace.reserve(50, 1000.45) == Turn(taken=True, at=1000.5)
    assert pace.reserve(50, 1001.0) == Turn(taken=True, at=1001.0)


@pytest.mark.django_db
def test_nobody_reserves_further_ahead_than_a_moment() -> None:
    pace = Pace(Channel.SMS, "s", 100)
    pace.reserve(300, 1000.0)
    turn = pace.reserve(50, 1000.0)
    assert turn == Turn(taken=False, at=1003.0 - AHEAD)
    assert pace.reserve(50, turn.at) == Turn(taken=True, at=1003.0)


@pytest.mark.django_db
def test_a_sender_that_was_idle_starts_at_once_and_saves_nothing_up() -> None:
    pace = Pace(Channel.SMS, "s", 100)
    pace.reserve(100, 1000.0)
    assert pace.reserve(100, 2000.0).at == pytest.approx(2000.0)
    assert pace.reserve(100, 2000.95).at == pytest.approx(2001.0)


@pytest.mark.django_db
def test_two_senders_of_a_channel_do_not_wait_for_each_other() -> None:
    for sender in ("a", "b"):
        assert Pace(Channel.SMS, sender, 1).reserve(10, 1000.0) == Turn(taken=True, at=1000.0)


@pytest.mark.django_db
def test_an_emptied_pace_is_a_free_sender() -> None:
    pace = Pace(Channel.SMS, "s", 1)
    pace.reserve(60, 1000.0)
    PaceRow.objects.all().delete()
    assert pace.reserve(1, 1000.0).taken


@pytest.mark.django_db
def test_no_ten_seconds_hold_more_than_ten_seconds_worth() -> None:
    """Many workers that ask at random moments: the starts of all messages, over any ten seconds, keep to the rate."""
    rate, dice, now = 37.0, random.Random(1), 5000.0
    pace, starts = Pace(Channel.SMS, "s", rate), list[float]()
    while now < 5040:
        each = [dice.randint(1, 3) for _ in range(dice.randint(1, 20))]
        turn = pace.reserve(sum(each), now)
        if turn.taken:
            for cost, offset in zip(each, pace.offsets(each), strict=True):
                starts += [turn.at + offset] * cost
        now = now + dice.random() * 0.2 if turn.taken else max(turn.at, now)
    for first in starts:
        assert sum(first <= start < first + 10 for start in starts) <= rate * 10 + 3
    assert len(starts) >= rate * 40 * 0.98
