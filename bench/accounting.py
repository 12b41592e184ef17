"""What processes cost: processor seconds and memory of whole trees, as Linux counts them in /proc."""

import os
import threading
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat behind the command's name; none where it has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return []


def tree(roots: Iterable[int]) -> set[int]:
    """These processes and all that come from them and live."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):  # noqa: PTH208 - a Path for each of hundreds of names, twice a second
        if name.isdigit() and (fields := _stat(int(name))):
            children.setdefault(int(fields[1]), []).append(int(name))
    found: set[int] = set()
    waiting = [pid for pid in roots if _stat(pid)]
    while waiting:
        pid = waiting.pop()
        found.add(pid)
        waiting += [child for child in children.get(pid, []) if child not in found]
    return found


def cpu_seconds(roots: Iterable[int]) -> float:
    """User and system time of the trees so far, with that of children which ended and were waited for."""
    return sum(int(ticks) for pid in tree(roots) for ticks in _stat(pid)[11:15]) / _TICKS_A_SECOND


def memory_bytes(roots: Iterable[int]) -> int:
    """Memory of the trees now. Shared pages are shared out among their users (PSS), so that the sum is true."""
    return sum(_pss(pid) for pid in tree(roots))


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has just ended
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


class Meter:
    """What processes cost while it is entered: `cpu` in seconds once it is left, `peak` in bytes.

    `servers` are trees that live before and after. A child that begins and ends inside is watched (for its memory) and,
    when it has been waited for, booked.
    """

    #: seconds between two looks at the memory
    EVERY = 0.5

    def __init__(self, servers: Iterable[int]) -> None:
        self._servers = list(servers)
        self._children: list[int] = []
        self.cpu = 0.0
        self.peak = 0
        self._over = threading.Event()
        self._looking = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._before = cpu_seconds(self._servers)
        self._looking.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.cpu += cpu_seconds(self._servers) - self._before
        self._over.set()
        self._looking.join()

    def watch(self, child: int) -> None:
        """Look at the memory of a child, too."""
        self._children.append(child)

    def book(self, cpu: float) -> None:
        """Add the processor seconds of a child that has ended."""
        self.cpu += cpu

    def _look(self) -> None:
        while True:
            self.peak = max(self.peak, memory_bytes([*self._servers, *self._children]))
            if self._over.wait(self.EVERY):
                return
