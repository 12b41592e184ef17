"""Live progress of broadcasts on a terminal; a plain line now and then where there is none. It goes to stderr."""

from collections import deque
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.cli import output
from broadcaster.cli.phrases import CHANNELS, counted, duration, number
from broadcaster.reports.report import Share
from broadcaster.reports.snapshot import Snapshot

#: the rate is that of the last so many seconds
_WINDOW = 5.0
#: seconds between two plain lines
_LINE_EVERY = 1.0
_WIDEST = 80


class ProgressView:
    """Shows one or more broadcasts while they go out. Use it as a context, and `update` it with fresh snapshots.

    On a terminal it is one panel per broadcast that is drawn over itself and stays as it was at the end; elsewhere one
    line per broadcast and second, and always for the last state.
    """

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or output.console(stderr=True)
        self._live = Live(console=self._console, auto_refresh=False) if self._console.is_terminal else None
        self._paces: dict[int, Pace] = {}
        self._shown: dict[int, tuple[float, str]] = {}
        self._last: Sequence[Snapshot] = ()

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()
        else:
            self._print_lines(self._last, every=0)

    def update(self, *snapshots: Snapshot) -> None:
        """Show these states, one per broadcast."""
        self._last = snapshots
        for snapshot in snapshots:
            self._paces.setdefault(snapshot.broadcast_id, Pace()).add(snapshot)
        if self._live:
            width = min(_WIDEST, self._console.width)
            panels = [panel(snapshot, self._paces[snapshot.broadcast_id], width) for snapshot in snapshots]
            self._live.update(Group(*panels), refresh=True)
        else:
            self._print_lines(snapshots, every=_LINE_EVERY)

    def _print_lines(self, snapshots: Sequence[Snapshot], every: float) -> None:
        for snapshot in snapshots:
            at, said = self._shown.get(snapshot.broadcast_id, (float("-inf"), ""))
            now_said = line(snapshot)
            if now_said != said and snapshot.at - at >= every:
                self._shown[snapshot.broadcast_id] = (snapshot.at, now_said)
                self._console.print(now_said, soft_wrap=True, markup=False, highlight=False)


class Pace:
    """How fast messages leave, over the last seconds."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def add(self, snapshot: Snapshot) -> None:
        """Take a further snapshot of the same broadcast into account."""
        self._seen.append((snapshot.at, snapshot.left))
        while len(self._seen) > 2 and snapshot.at - self._seen[1][0] >= _WINDOW:
            self._seen.popleft()

    @property
    def rate(self) -> float:
        """Messages a second; 0 while nothing moves."""
        (began, before), (ended, after) = self._seen[0], self._seen[-1]
        return max(0.0, (after - before) / (ended - began)) if ended > began else 0.0

    def left(self, snapshot: Snapshot) -> float | None:
        """Seconds until the last message has left at this rate; None where nobody can say."""
        if not snapshot.planned or not self.rate or not snapshot.waiting:
            return None
        return snapshot.waiting / self.rate


def panel(snapshot: Snapshot, pace: Pace, width: int) -> RenderableType:
    """One broadcast as a panel: whom it reached, a row per channel, and how fast it goes."""
    reached, noun = _audience(snapshot)
    head = Text.assemble((f"{number(reached.reached)} of {number(reached.total)}", "bold"), f" {noun} reached")
    bar = ProgressBar(total=max(1, reached.total), completed=reached.reached, width=width - 6, complete_style="green")
    mark = "  DRILL" if snapshot.drill else "  SANDBOX" if snapshot.sandbox else ""
    return Panel(
        Group(head, bar, "", _channels(snapshot), "", Text(_state(snapshot, pace), style="dim")),
        title=Text.assemble((f" {snapshot.broadcast_id}  {snapshot.title}", "bold"), (f"{mark} ", "bold yellow")),
        title_align="left",
        width=width,
        padding=(0, 2),
    )


def _channels(snapshot: Snapshot) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), expand=True, header_style="dim")
    table.add_column("")
    for name in ("… waiting", "→ sent", "✓ delivered", "✗ failed", "– not to send"):
        table.add_column(name, justify="right")
    for channel, progress in snapshot.channels.items():
        table.add_row(
            CHANNELS.get(channel, channel),
            number(progress.waiting),
            number(progress.sent),
            Text(number(progress.delivered), style="green"),
            Text(number(progress.failed), style="red" if progress.failed else ""),
            number(progress.suppressed),
        )
    return table


def line(snapshot: Snapshot) -> str:
    """One broadcast on one line."""
    reached, noun = _audience(snapshot)
    families = f"{number(reached.reached)} of {number(reached.total)} {noun} reached"
    said = [f"{snapshot.broadcast_id} {snapshot.status}: {families}"]
    for channel, progress in snapshot.channels.items():
        counts = (
            f"{number(progress.waiting)} waiting",
            f"{number(progress.sent)} sent",
            f"{number(progress.delivered)} delivered",
            f"{number(progress.failed)} failed",
        )
        said.append(f"{CHANNELS.get(channel, channel).lower()} {', '.join(counts)}")
    return "; ".join(said)


def _audience(snapshot: Snapshot) -> tuple[Share, str]:
    """Families; staff where there is nobody else."""
    if snapshot.families.total or not snapshot.people.total:
        return snapshot.families, "families"
    return snapshot.people, "staff members"


def _state(snapshot: Snapshot, pace: Pace) -> str:
    if snapshot.status in (BroadcastStatus.PAUSED, BroadcastStatus.CANCELLED):
        return f"{snapshot.status.capitalize()}: {snapshot.status_reason or 'no reason was given'}"
    parts = [f"{duration(snapshot.at - snapshot.approved_at)} since approval"] if snapshot.approved_at else []
    if not snapshot.planned:
        parts.append("still planning")
    if snapshot.complete:
        parts.append("complete")
    elif snapshot.waiting:
        parts.append(f"{number(round(pace.rate))} messages/s")
        left = pace.left(snapshot)
        parts.append(f"about {duration(left)} left" if left is not None else "time left not known yet")
    else:
        waiting = sum(progress.sent for progress in snapshot.channels.values())
        parts.append(f"{counted(waiting, 'message waits', 'messages wait')} for a receipt")
    return " · ".join(parts)
