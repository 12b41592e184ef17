"""Group commit: nobody is answered before the receipts are on disk, and many share one transaction."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import pytest
from django.db import OperationalError

from broadcaster.kinds import Channel
from broadcaster.providers.base import Receipt
from broadcaster.webhooks import commit
from broadcaster.webhooks.commit import GroupCommit, NotStored


def receipts(*names: int) -> list[Receipt]:
    return [Receipt(Channel.SMS, None, f"SM{name}", f"SM{name}", "sent", None, 0.0) for name in names]


class Disk:
    """Where groups end up. While the gate is shut, a transaction waits."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []
        self.gate = threading.Event()
        self.gate.set()
        self.fault: Exception | None = None

    def store(self, group: Sequence[Receipt]) -> None:
        assert self.gate.wait(10)
        if self.fault:
            raise self.fault
        self.groups.append([one.event_id for one in group])


def lived(story: Callable[[Disk, GroupCommit], Coroutine[Any, Any, None]]) -> Disk:
    disk = Disk()
    group_commit = GroupCommit(disk.store)
    try:
        asyncio.run(story(disk, group_commit))
    finally:
        disk.gate.set()
        group_commit.close()
    return disk


def test_nobody_is_answered_before_the_commit() -> None:
    async def story(disk: Disk, group: GroupCommit) -> None:
        disk.gate.clear()
        waiting = asyncio.create_task(group.put(receipts(1)))
        done, _ = await asyncio.wait([waiting], timeout=0.05)
        assert not done
        disk.gate.set()
        await asyncio.wait_for(waiting, 10)
        assert disk.groups == [["SM1"]]

    lived(story)


def test_what_comes_during_a_commit_shares_the_next_one() -> None:
    async def story(disk: Disk, group: GroupCommit) -> None:
        disk.gate.clear()
        first = asyncio.create_task(group.put(receipts(0)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        rest = [asyncio.create_task(group.put(receipts(number))) for number in range(1, 200)]
        await asyncio.sleep(0)
        disk.gate.set()
        await asyncio.wait_for(asyncio.gather(first, *rest), 10)

    groups = lived(story).groups
    assert [len(group) for group in groups] == [1, 199]


def test_a_lone_callback_after_quiet_is_stored_without_gathering(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commit, "GATHERING", 3600)

    async def story(disk: Disk, group: GroupCommit) -> None:
        for number in range(3):
            await asyncio.wait_for(group.put(receipts(number)), 10)

    assert lived(story).groups == [["SM0"], ["SM1"], ["SM2"]]


def test_no_transaction_is_larger_than_a_group_and_callbacks_stay_whole_where_they_fit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(commit, "GROUP", 10)

    async def story(disk: Disk, group: GroupCommit) -> None:
        await asyncio.gather(*(group.put(receipts(*range(size))) for size in (8, 8, 25, 1)))

    assert [len(group) for group in lived(story).groups] == [8, 8, 10, 10, 5, 1]


def test_a_commit_that_fails_is_told_to_all_of_its_group_and_the_next_one_goes_on() -> None:
    async def story(disk: Disk, group: GroupCommit) -> None:
        disk.fault = ValueError("the disk is full")
        outcomes = await asyncio.gather(*(group.put(receipts(one)) for one in range(3)), return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [NotStored] * 3
        disk.fault = None
        await asyncio.wait_for(group.put(receipts(4)), 10)

    assert lived(story).groups == [["SM4"]]


def test_a_database_that_comes_back_within_patience_costs_nobody_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broadcaster.delivery.ledger._PAUSE", 0.01)

    async def story(disk: Disk, group: GroupCommit) -> None:
        disk.fault = OperationalError("the server closed the connection")
        waiting = asyncio.create_task(group.put(receipts(1)))
        await asyncio.sleep(0.05)
        disk.fault = None
        await asyncio.wait_for(waiting, 10)

    assert lived(story).groups == [["SM1"]]


def test_a_caller_that_hangs_up_spoils_nothing_for_the_others() -> None:
    async def story(disk: Disk, group: GroupCommit) -> None:
        disk.gate.clear()
        gone, stays = (asyncio.create_task(group.put(receipts(one))) for one in (1, 2))
        await asyncio.sleep(0.01)
        gone.cancel()
        disk.gate.set()
        await asyncio.wait_for(stays, 10)

    assert lived(story).groups == [["SM1", "SM2"]]


def test_nothing_to_store_is_no_transaction() -> None:
    async def story(disk: Disk, group: GroupCommit) -> None:
        await group.put([])

    assert lived(story).groups == []
