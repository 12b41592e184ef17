"""Many callbacks at once, or so many a second. `python -m bench.storm.flood FILE PORT CONNECTIONS [RATE]`.

A process of its own that does little more than write bytes and wait for `\\r\\n\\r\\n`, so that it is not what is
measured. Prints how it went as JSON.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, cast

import uvloop

from bench.storm.callbacks import read

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD_ENDS = b"\r\n\r\n"
_LENGTH = b"content-length: "


class Line(asyncio.Protocol):
    """One connection: a request, its answer, the next request."""

    def __init__(self) -> None:
        self._heard = b""
        self._answered: asyncio.Future[int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ready."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is a class of its own

    def ask(self, request: bytes) -> "asyncio.Future[int]":
        """The status that comes back."""
        self._answered = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self._answered

    def data_received(self, data: bytes) -> None:
        """A piece of an answer."""
        self._heard += data
        end = self._heard.find(_HEAD_ENDS)
        if end < 0 or self._answered is None:
            return
        head = self._heard[:end].lower()
        at = head.find(_LENGTH)
        body = int(head[at + len(_LENGTH) :].split(b"\r", 1)[0]) if at >= 0 else 0
        if len(self._heard) < end + len(_HEAD_ENDS) + body:
            return
        self._heard = b""
        self._answered.set_result(int(head[9:12]))

    def connection_lost(self, _: Exception | None) -> None:
        """Whoever waits is told."""
        if self._answered and not self._answered.done():
            self._answered.set_result(0)


class Flood:
    """All requests over some connections. `rate`: so many a second, evenly; 0: as fast as they are answered."""

    def __init__(self, requests: list[bytes], rate: float) -> None:
        self._requests, self._rate = requests, rate
        self._waiting: Iterator[tuple[int, bytes]] = iter(enumerate(requests))
        self.statuses: Counter[int] = Counter()
        self.waits: list[float] = []

    async def run(self, port: int, connections: int) -> float:
        """Until all are answered; the seconds that took."""
        loop = asyncio.get_running_loop()
        lines = [(await loop.create_connection(Line, "127.0.0.1", port))[1] for _ in range(connections)]
        self._begun = time.perf_counter()
        await asyncio.gather(*(self._go(line) for line in lines))
        seconds = time.perf_counter() - self._begun
        for line in lines:
            line.transport.close()
        return seconds

    async def _go(self, line: Line) -> None:
        for place, request in self._waiting:
            asked = time.perf_counter()
            if self._rate:
                due = self._begun + place / self._rate
                await asyncio.sleep(max(0.0, due - asked))
                asked = due  # a request that had to wait for a line has waited
            self.statuses[await line.ask(request)] += 1
            self.waits.append(time.perf_counter() - asked)


def main(path: str, port: str, connections: str, rate: str = "0") -> None:
    """Run, and say how it went."""
    flood = Flood(list(read(Path(path))), float(rate))
    seconds = uvloop.run(flood.run(int(port), int(connections)))
    waits = sorted(flood.waits)
    taken = sum(count for status, count in flood.statuses.items() if 200 <= status < 300)
    told = {
        "seconds": seconds,
        "taken": taken,
        "refused": len(waits) - taken,
        "half": waits[len(waits) // 2],
        "most": waits[len(waits) * 99 // 100],
    }
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
