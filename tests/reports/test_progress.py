"""Live progress: a panel on a terminal, a plain line a second elsewhere."""

import io
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.cli import show
from broadcaster.cli.progress import Following, Pace, ProgressView, line, panel
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.reports.report import Share
from broadcaster.reports.snapshot import ChannelProgress, Snapshot
from tests.reports import builders


def seen(at: float, delivered: int, **fields: Any) -> Snapshot:
    """A broadcast of 100 texts, `at` seconds after its approval."""
    made = Snapshot(
        broadcast_id=7,
        title="Update on MPS technical difficulties",
        drill=False,
        sandbox=False,
        status=BroadcastStatus.SENDING,
        status_reason="",
        approved_at=1000.0,
        at=1000.0 + at,
        planned=True,
        complete=False,
        families=Share(90, min(90, delivered)),
        people=Share(0, 0),
        channels={"sms": ChannelProgress(waiting=100 - delivered, delivered=delivered)},
    )
    return replace(made, **fields)


def pace_of(*snapshots: Snapshot) -> Pace:
    pace = Pace()
    for snapshot in snapshots:
        pace.add(snapshot)
    return pace


def drawn(snapshot: Snapshot, pace: Pace) -> str:
    console = Console(file=io.StringIO(), width=80)
    console.print(panel(snapshot, pace, 80))
    text: str = console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO
    return text


def test_the_rate_is_that_of_the_last_five_seconds() -> None:
    slow, then, now = seen(0, 0), seen(10, 10), seen(15, 60)
    pace = pace_of(slow, then, now)
    assert pace.rate == pytest.approx(10)
    assert pace.left(now) == pytest.approx(4)


def test_one_look_tells_no_rate_and_no_time_left() -> None:
    first = seen(1, 10)
    assert pace_of(first).rate == 0
    assert pace_of(first).left(first) is None


def test_while_it_is_planned_nobody_can_say_how_long_it_takes() -> None:
    now = seen(2, 20, planned=False)
    assert pace_of(seen(1, 10), now).left(now) is None
    assert "still planning" in drawn(now, pace_of(now))


def test_the_panel_shows_families_channels_rate_and_time_left() -> None:
    now = seen(2, 20)
    text = drawn(now, pace_of(seen(1, 10), now))
    for said in (
        "7  Update on MPS technical difficulties",
        "20 of 90 families reached",
        "Text",
        "10 messages/s",
        "about 8.0 s left",
    ):
        assert said in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"status": BroadcastStatus.PAUSED, "status_reason": "the key was refused"}, "Paused: the key was refused"),
        ({"complete": True}, "complete"),
        ({"channels": {"sms": ChannelProgress(sent=3)}}, "3 messages wait for a receipt"),
        ({"drill": True, "sandbox": True}, "DRILL"),
        ({"sandbox": True}, "SANDBOX"),
        ({"families": Share(0, 0), "people": Share(5, 2)}, "2 of 5 staff members reached"),
        ({"families": Share(0, 0), "channels": {}}, "0 of 0 families reached"),
    ],
)
def test_the_panel_says_what_state_it_is_in(fields: dict[str, Any], said: str) -> None:
    now = seen(2, 20, **fields)
    assert said in drawn(now, pace_of(now))


def test_without_a_terminal_it_is_a_line_a_second_and_the_last_state_always() -> None:
    console = Console(file=io.StringIO(), width=80)
    states = [seen(0, 0), seen(0.4, 10), seen(0.9, 20), seen(1.1, 30), seen(1.2, 40)]
    with ProgressView(console) as view:
        for state in states:
            view.update(state)
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]  # a StringIO
    assert lines == [line(states[0]), line(states[3]), line(states[4])]


def test_a_line_that_says_nothing_new_is_not_repeated() -> None:
    console = Console(file=io.StringIO(), width=80)
    with ProgressView(console) as view:
        for at in range(5):
            view.update(seen(at, 10))
    assert console.file.getvalue().count("\n") == 1  # type: ignore[attr-defined]  # a StringIO


def test_on_a_terminal_several_broadcasts_have_a_panel_each() -> None:
    console = Console(file=io.StringIO(), width=80, force_terminal=True)
    with ProgressView(console) as view:
        view.update(seen(1, 10), seen(1, 20, broadcast_id=8, title="Technical issues with Clever"))
    text = console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO
    assert "Update on MPS technical difficulties" in text
    assert "Technical issues with Clever" in text


@pytest.mark.django_db
def test_following_a_broadcast_ends_with_its_last_state() -> None:
    sent, ana = builders.broadcast(), builders.family()
    builders.meant(sent, ana)
    console = Console(file=io.StringIO(), width=80)
    with Following([sent.pk], ProgressView(console)) as view:
        view.update()
        builders.delivery(sent, ana)
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]  # a StringIO
    assert "0 of 1 families reached" in lines[0]
    assert "1 of 1 families reached" in lines[-1]


@pytest.mark.django_db
def test_a_slow_reading_is_not_repeated_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = builders.broadcast()
    clock = iter(
        [0.0, 0.0, 1.0, 5.0, 10.5, 10.5, 10.6]
    )  # a reading that takes a second, then looks at 5 s and at 10.5 s
    monkeypatch.setattr("broadcaster.cli.progress.time.monotonic", lambda: next(clock))
    reads: list[int] = []
    monkeypatch.setattr("broadcaster.cli.progress.snapshot", lambda number: reads.append(number) or seen(0, 0))  # type: ignore[func-returns-value]  # append gives None
    following = Following([sent.pk], ProgressView(Console(file=io.StringIO())))
    for _ in range(3):
        following.update()
    assert len(reads) == 2


@pytest.mark.django_db
def test_progress_goes_to_stderr_and_the_report_to_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    sent = builders.broadcast()
    with show.progress([sent.pk]) as view:
        view.update()
    show.print_report(sent.pk, json=True)
    said = capsys.readouterr()
    assert said.out.startswith("{")
    assert f"{sent.pk} completed: 0 of 0 families reached" in said.err


@pytest.mark.django_db
def test_an_interrupted_view_asks_the_ledger_nothing_more() -> None:
    sent = builders.broadcast()
    console = Console(file=io.StringIO())
    with pytest.raises(KeyboardInterrupt), Following([sent.pk], ProgressView(console)):
        raise KeyboardInterrupt
    assert console.file.getvalue() == ""  # type: ignore[attr-defined]  # a StringIO


def test_every_state_has_a_place_in_the_progress() -> None:
    assert {"waiting", "sent", "delivered", "failed", "suppressed"} == set(ChannelProgress.__slots__)
    assert len(DeliveryStatus) == 9, "a new status needs a place in snapshot._progress"
