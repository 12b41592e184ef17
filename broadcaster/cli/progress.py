"""Live progress of broadcasts on a terminal; a plain line now and then where there is none. It goes to stderr."""

import time
from collections import deque
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.padding import Padding
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.cli import output
from broadcaster.reports.phrases import CHANNELS, counted, duration, number
from broadcaster.reports.report import Share
from broadcaster.reports.snapshot import Snapshot, snapshot

#: the rate is that of the last so many seconds
_WINDOW = 5.0
#: seconds between two plain lines
_LINE_EVERY = 1.0
_WIDEST = 80
#: of ten parts of time, one is for reading
_READS_COST = 10


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
        for seen in snapshots:
            self._paces.setdefault(seen.broadcast_id, Pace()).add(seen)
        if self._live:
            width = min(_WIDEST, self._console.width)
            panels = [panel(seen, self._paces[seen.broadcast_id], width) for seen in snapshots]
            self._live.update(Group(*panels), refresh=True)
        else:
            self._print_lines(snapshots, every=_LINE_EVERY)

    def _print_lines(self, snapshots: Sequence[Snapshot], every: float) -> None:
        for seen in snapshots:
            at, said = self._shown.get(seen.broadcast_id, (float("-inf"), ""))
            now_said = line(seen)
            if now_said != said and seen.at - at >= every:
                self._shown[seen.broadcast_id] = (seen.at, now_said)
                self._console.print(now_said, soft_wrap=True, markup=False, highlight=False)


class Following:
    """Progress of broadcasts by their numbers, as a context. It shows the last state once more when it ends well."""

    def __init__(self, broadcast_ids: Sequence[int], view: ProgressView) -> None:
        self._ids, self._view = tuple(broadcast_ids), view
        self._not_before = 0.0

    def __enter__(self) -> Self:
        self._view.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._read()
        finally:
            self._view.__exit__(kind, error, trace)

    def update(self) -> None:
        """Show how things stand now. Call it as often as you like: at most a tenth of the time goes into reading."""
        if time.monotonic() >= self._not_before:
            self._read()

    def _read(self) -> None:
        began = time.monotonic()
        self._view.update(*(snapshot(broadcast_id) for broadcast_id in self._ids))
        self._not_before = began + _READS_COST * (time.monotonic() - began)


class Pace:
    """How fast messages leave, over the last seconds."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def add(self, seen: Snapshot) -> None:
        """Take a further snapshot of the same broadcast into account."""
        self._seen.append((seen.at, seen.left))
        while len(self._seen) > 2 and seen.at - self._seen[1][0] >= _WINDOW:
            self._seen.popleft()

    @property
    def rate(self) -> float:
        """Messages a second; 0 while nothing moves."""
        (began, before), (ended, after) = self._seen[0], self._seen[-1]
        return max(0.0, (after - before) / (ended - began)) if ended > began else 0.0

    def left(self, seen: Snapshot) -> float | None:
        """Seconds until the last message has left at this rate; None where nobody can say."""
        if not seen.planned or not self.rate or not seen.waiting:
            return None
        return seen.waiting / self.rate


def panel(seen: Snapshot, pace: Pace, width: int) -> RenderableType:
    """One broadcast as a panel: whom it reached, a row per channel, and how fast it goes."""
    reached, noun = _audience(seen)
    head = Text.assemble((f"{number(reached.reached)} of {number(reached.total)}", "bold"), f" {noun} reached")
    bar = ProgressBar(total=max(1, reached.total), completed=reached.reached, width=width - 6, complete_style="green")
    mark = "  DRILL" if seen.drill else "  SANDBOX" if seen.sandbox else ""
    return Panel(
        Group(head, Padding(bar, (0, 0, 1, 0)), _channels(seen), "", Text(_state(seen, pace), style="dim")),
        title=Text.assemble((f" {seen.broadcast_id}  {seen.title}", "bold"), (f"{mark} ", "bold yellow")),
        title_align="left",
        width=width,
        padding=(0, 2),
    )


def _channels(seen: Snapshot) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), expand=True, header_style="dim")
    table.add_column("")
    for name in ("… waiting", "→ sent", "✓ delivered", "✗ failed", "– not to send"):
        table.add_column(name, justify="right")
    for channel, progress in seen.channels.items():
        table.add_row(
            CHANNELS.get(channel, channel),
            number(progress.waiting),
            number(progress.sent),
            Text(number(progress.delivered), style="green"),
            Text(number(progress.failed), style="red" if progress.failed else ""),
            number(progress.suppressed),
        )
    return table


def line(seen: Snapshot) -> str:
    """One broadcast on one line."""
    reached, noun = _audience(seen)
    families = f"{number(reached.reached)} of {number(reached.total)} {noun} reached"
    said = [f"{seen.broadcast_id} {seen.status}: {families}"]
    for channel, progress in seen.channels.items():
        counts = (
            f"{number(progress.waiting)} waiting",
            f"{number(progress.sent)} sent",
            f"{number(progress.delivered)} delivered",
            f"{number(progress.failed)} failed",
        )
        said.append(f"{CHANNELS.get(channel, channel).lower()} {', '.join(counts)}")
    return "; ".join(said)


def _audience(seen: Snapshot) -> tuple[Share, str]:
    """Families; staff where there is nobody else."""
    if seen.families.total or not seen.people.total:
        return seen.families, "families"
    return seen.people, "staff members"


def _state(seen: Snapshot, pace: Pace) -> str:
    if seen.status in (BroadcastStatus.PAUSED, BroadcastStatus.CANCELLED):
        return f"{seen.status.capitalize()}: {seen.status_reason or 'no reason was given'}"
    parts = [f"{duration(seen.at - seen.approved_at)} since approval"] if seen.approved_at else []
    if not seen.planned:
        parts.append("still planning")
    if seen.complete:
        parts.append("complete")
    elif seen.waiting:
        parts.append(f"{number(round(pace.rate))} messages/s")
        left = pace.left(seen)
        parts.append(f"about {duration(left)} left" if left is not None else "time left not known yet")
    else:
        waiting = sum(progress.sent for progress in seen.channels.values())
        parts.append(f"{counted(waiting, 'message waits', 'messages wait')} for a receipt")
    return " · ".join(parts)
