"""Which of a family's addresses goes first."""

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from broadcaster import clock
from broadcaster.delivery.models import Batch, Delivery, LastOutcome, SharedDelivery
from broadcaster.delivery.plan import planning
from broadcaster.delivery.queue import batches
from broadcaster.kinds import Channel
from broadcaster.roster.models import Family
from tests import builders
from tests.delivery import worker

pytestmark = pytest.mark.django_db


def remember(address: str, outcome: float | None) -> None:
    """An instant of success, -1 for an address that failed, None for one that nothing is known of."""
    if outcome is not None:
        LastOutcome.objects.create(channel=Channel.SMS, address=address, arrived=outcome >= 0, at=max(outcome, 50.0))


def first_of(broadcast_id: int) -> list[str]:
    return list(Delivery.objects.filter(broadcast_id=broadcast_id, wave=1).values_list("address", flat=True))


ADDRESSES = st.lists(st.tuples(st.integers(1, 3), st.sampled_from([None, -1.0, 100.0, 200.0])), min_size=1, max_size=5)


@settings(max_examples=30)
@given(ADDRESSES)
def test_failed_addresses_go_last_then_rank_decides_then_the_newest_success(
    addresses: list[tuple[int, float | None]],
) -> None:
    with transaction.atomic():
        parent = builders.guardian()
        builders.student(parent)
        for number, (rank, outcome) in enumerate(addresses):
            builders.point(parent, Channel.SMS, builders.phone(number), rank)
            remember(builders.phone(number), outcome)
        made = builders.broadcast(channels=[Channel.SMS])
        worker.plan(made.pk)
        best = min(
            (outcome == -1.0, rank, -(outcome or 0.0), builders.phone(number))
            for number, (rank, outcome) in enumerate(addresses)
        )
        assert first_of(made.pk) == [best[-1]]
        assert Delivery.objects.filter(broadcast_id=made.pk).count() == len(addresses)
        transaction.set_rollback(True)


def neighbours() -> tuple[Family, Family]:
    """Two families: the second one's only phone is the second best of the first."""
    first, second = Family.objects.create(), Family.objects.create()
    parent = builders.guardian(family=first, sms=builders.phone(1))
    builders.point(parent, Channel.SMS, builders.phone(2), rank=2)
    builders.student(parent)
    builders.student(builders.guardian(family=second, sms=builders.phone(2)))
    # ranked behind, the first family's contact would not speak for the phone
    second.contacts.get().points.update(rank=3)
    return first, second


@pytest.mark.parametrize("chunk", [1, 100])
def test_a_shared_address_is_wave_one_where_it_is_the_best_of_one_of_its_families(
    monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(planning, "FIRST_FAMILIES", chunk)
    _, second = neighbours()
    made = builders.broadcast(channels=[Channel.SMS])
    worker.plan(made.pk)
    assert sorted(first_of(made.pk)) == [builders.phone(1), builders.phone(2)]
    assert SharedDelivery.objects.get().family_id == second.pk
    lifted = Delivery.objects.get(broadcast_id=made.pk, address=builders.phone(2))
    assert list(Batch.objects.filter(pk=lifted.batch_id or 0).values_list("wave", "size")) == [(1, 1)]


def test_a_shared_address_stays_in_wave_two_where_each_family_has_a_better_one() -> None:
    _, second = neighbours()
    builders.point(second.contacts.get(), Channel.SMS, builders.phone(3), rank=1)
    made = builders.broadcast(channels=[Channel.SMS])
    worker.plan(made.pk)
    assert sorted(first_of(made.pk)) == [builders.phone(1), builders.phone(3)]


def test_a_shared_address_that_a_worker_holds_already_is_left_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "FIRST_FAMILIES", 1)
    neighbours()
    made = builders.broadcast(channels=[Channel.SMS])
    assert planning.hold(made.pk, clock.now())
    planning.advance(made.pk)
    held = [batches.claim(Channel.SMS, "one", clock.now()) for _ in range(2)]
    assert all(held)
    while planning.advance(made.pk):
        pass
    left = Delivery.objects.get(broadcast_id=made.pk, address=builders.phone(2))
    assert (left.wave, left.batch_id) == (2, held[1] and held[1].batch_id)
