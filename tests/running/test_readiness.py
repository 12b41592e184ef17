"""`serve` says once that nothing can leave, and once that it can again."""

import pytest

from broadcaster.running import health
from broadcaster.running.readiness import Readiness

FULL = "database: database or disk is full"


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (["", ""], []),
        ([FULL, "", FULL, ""], []),  # busy for a moment
        ([FULL, FULL, FULL], ["nothing is sent"]),
        ([FULL, FULL, None, FULL, "", ""], ["nothing is sent", "messages can leave again"]),
        ([None, None], []),  # web is being started again
    ],
)
def test_each_change_is_said_once(monkeypatch: pytest.MonkeyPatch, seen: list[str | None], said: list[str]) -> None:
    lines: list[str] = []
    answers = iter(seen)
    monkeypatch.setattr(health, "unready", lambda _: next(answers))
    readiness = Readiness("127.0.0.1:1", lines.append)
    for _ in seen:
        readiness.look()
    assert [line.partition(":")[0] for line in lines] == said
    assert all(FULL in line for line in lines if line.startswith("nothing"))


def test_a_web_process_that_does_not_answer_says_nothing_either_way() -> None:
    assert health.unready("127.0.0.1:1") is None
