"""Whatever is done to it, nobody gets a message twice and nobody is forgotten. `make soak` does this for hours."""

import dataclasses
from pathlib import Path

from tests.faults import acts
from tests.faults.performing import run
from tests.faults.promises import judge

#: workers and the web process are killed, the broker is emptied and killed, a broadcast is paused, vendors fail after
#: they took a text and lose its callbacks: with a reconciler that finds nothing this seed sends texts twice
SEED = 845


def test_a_seed_always_gives_the_same_acts() -> None:
    assert acts.plan(7) == acts.plan(7)
    assert acts.plan(7).acts == acts.plan(7).acts
    assert acts.plan(7).acts != acts.plan(8).acts


def test_the_plans_of_a_soak_have_everything_in_them() -> None:
    plans = [acts.plan(seed, database_restarts=True) for seed in range(1, 201)]
    assert {act.name for plan in plans for act in plan.acts} == {
        *("send", "kill", "flush", "restart_broker", "restart_database", "pause", "resume", "faults"),
    }
    faults = {name for plan in plans for act in plan.acts if act.name == "faults" for name in act.what}
    assert faults == {
        *("throttled", "error", "error_after", "cut", "cut_after", "black_hole", "slow", "slow_seconds", "latency"),
        *("callbacks_lost", "callbacks_late", "late_seconds", "callbacks_doubled", "callbacks_reordered"),
        *("events_lost", "channels"),
    }


def test_after_all_that_can_happen_every_message_came_once(tmp_path: Path, new_ledger: Path) -> None:
    plan = dataclasses.replace(acts.plan(SEED), rate=120)  # the seed's own rate takes some ten seconds longer
    assert {"kill", "flush", "restart_broker", "pause", "faults"} <= {act.name for act in plan.acts}
    done = run(plan, tmp_path, ledger=new_ledger)
    assert done.seen, (done.failure, done.done)
    assert judge(done.seen).broken == (), done.done
