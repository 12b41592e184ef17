"""What the vendors send to us: a queue of posts over kept-alive connections, a bounded number at once."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp
from yarl import URL

from broadcaster.sandbox.signatures import Headers

_AT_ONCE = 64
_TIMEOUT = aiohttp.ClientTimeout(total=15)  # Twilio, "Webhooks: Connection Overrides": 15 s in all
_KEEP_ALIVE = 4.0  # seconds; below what web servers keep, so that a connection seldom dies under a post
_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 5.0  # much shorter than the vendor's, so that a restarted listener soon knows


@dataclass(slots=True)
class Callback:
    """One post. `sign` is asked at each try; `patience` is for how many seconds it is tried again (0: never).

    `done` is told once, when it was taken (2xx) or given up. `size` is how many messages it speaks of, for the counts.
    """

    channel: str
    url: str
    body: bytes
    sign: Callable[[str, bytes], Headers]
    patience: float = 0
    done: Callable[[bool], None] | None = None
    size: int = 1
    pause: float = _FIRST_PAUSE


class Callbacks:
    """Posts callbacks. Runs between `start` and `stop`, in one event loop.

    `taken`, `failed` and `pending` count messages' callbacks per channel.
    """

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self.pending: Counter[str] = Counter()
        self._queue: asyncio.Queue[Callback] = asyncio.Queue()
        self._session: aiohttp.ClientSession | None = None
        self._posters: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Open the connections' pool and begin to post."""
        connector = aiohttp.TCPConnector(limit=_AT_ONCE, keepalive_timeout=_KEEP_ALIVE)
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=_TIMEOUT,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": "broadcaster-sandbox"},
        )
        self._posters = [asyncio.create_task(self._post_for_ever(self._session)) for _ in range(_AT_ONCE)]

    async def stop(self) -> None:
        """Drop what is still waiting, and close the connections."""
        for poster in self._posters:
            poster.cancel()
        await asyncio.gather(*self._posters, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def promise(self, channel: str) -> None:
        """Count a message's callback as pending before it is posted together with others."""
        self.pending[channel] += 1

    def send(self, callback: Callback, delay: float = 0, *, promised: bool = False) -> None:
        """Post it, after `delay` seconds. The fragment of a URL is the vendor's own and is not sent."""
        callback.url = callback.url.partition("#")[0]
        self.pending[callback.channel] += 0 if promised else callback.size
        self._enqueue(callback, delay)

    async def post(self, url: str, body: bytes, headers: Headers) -> tuple[int, str]:
        """Post once, now; the status and the answer's text. Raises aiohttp.ClientError and TimeoutError."""
        assert self._session is not None, "start() comes first"  # noqa: S101 - a mistake in this file's use, not an input
        async with self._session.post(URL(url, encoded=True), data=body, headers=headers) as response:
            return response.status, await response.text(errors="replace")

    def _enqueue(self, callback: Callback, delay: float) -> None:
        if delay > 0:
            asyncio.get_running_loop().call_later(delay, self._queue.put_nowait, callback)
        else:
            self._queue.put_nowait(callback)

    async def _post_for_ever(self, session: aiohttp.ClientSession) -> None:
        while True:
            callback = await self._queue.get()
            ok = await _is_taken(session, callback)
            if not ok and callback.patience > 0:
                self._try_again(callback)
                continue
            self.pending[callback.channel] -= callback.size
            (self.taken if ok else self.failed)[callback.channel] += callback.size
            if callback.done is not None:
                callback.done(ok)

    def _try_again(self, callback: Callback) -> None:
        pause = min(callback.pause, callback.patience)
        callback.patience -= pause
        callback.pause = min(callback.pause * 2, _LONGEST_PAUSE)
        self._enqueue(callback, pause)


async def _is_taken(session: aiohttp.ClientSession, callback: Callback) -> bool:
    url, headers = URL(callback.url, encoded=True), callback.sign(callback.url, callback.body)
    for _ in range(2):
        try:
            async with session.post(url, data=callback.body, headers=headers, allow_redirects=False) as response:
                return response.ok
        except aiohttp.ServerDisconnectedError:
            continue  # a kept-alive connection died unseen: once more, over a new one
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False
    return False
