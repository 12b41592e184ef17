"""A vendor on loopback, at the level of bytes, so that it can also say nothing, or hang up."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.target).query)

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """What the vendor says. `cut` hangs up before the answer, `breaks_off` within it; `silent` never answers."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    breaks_off: bool = False
    silent: bool = False

    def encoded(self) -> bytes:
        body = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode() if self.body else b""
        head = [
            f"HTTP/1.1 {self.status} X",
            f"Content-Length: {len(body) + 100 * self.breaks_off}",
            "Content-Type: application/json",
        ]
        head += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*head, "", ""]).encode() + body


class Vendor:
    """Answers each request by `answer`, and remembers what it was asked and over how many connections."""

    def __init__(self, answer: Callable[[Asked], Answer]) -> None:
        self._answer = answer
        self._open: set[asyncio.Task[None]] = set()
        self.asked: list[Asked] = []
        self.heard = asyncio.Event()
        self.connections = 0
        self.url = ""

    async def start(self) -> asyncio.Server:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        return server

    async def stop(self) -> None:
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        self.connections += 1
        try:
            while await self._exchange(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()
            self._open.discard(task)

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().rstrip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        method, target, _ = first.split(" ")
        asked = Asked(method, target, headers, body)
        self.asked.append(asked)
        self.heard.set()
        answer = self._answer(asked)
        if answer.silent:
            await asyncio.sleep(60)
        if answer.cut:
            return False
        writer.write(answer.encoded())
        await writer.drain()
        return not answer.breaks_off and headers.get("connection", "").lower() != "close"


@asynccontextmanager
async def _vendor(answer: Callable[[Asked], Answer]) -> AsyncIterator[Vendor]:
    stub = Vendor(answer)
    server = await stub.start()
    try:
        yield stub
    finally:
        server.close()
        await stub.stop()
        await server.wait_closed()


@pytest.fixture
def vendor():
    """`async with vendor(answer) as stub`: a vendor on loopback."""
    return _vendor


@pytest.fixture
def say():
    """Builds an Answer."""
    return Answer
