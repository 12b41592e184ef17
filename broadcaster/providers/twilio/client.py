"""The SDK's asynchronous HTTP client, made fit for use: a base URL, time limits, a full connection pool, no logs.

The SDK's own `request` logs numbers and headers at INFO, has no base URL, hands its timeout to nobody, and rebuilds the
credentials and the log lines for every message. This one does what is left, and says what a failure means. It runs once
for every text, so what repeats is made once (docs/decisions/012 has the figures).
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus

import aiohttp
from aiohttp.connector import Connection
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.response import Response

from broadcaster.providers.base import MayWrite, always
from broadcaster.providers.errors import OutcomeUnknown, Unreachable
from broadcaster.providers.twilio.errors import refusal

#: seconds; `connect` includes the wait for a free connection of the pool
TIME_LIMITS = aiohttp.ClientTimeout(total=30, connect=10)
#: seconds; load balancers usually close idle connections after 60: one closed in our hand would be an unknown outcome
KEEP_ALIVE = 15
#: no connection came about, so not a byte of the request was written
NEVER_WRITTEN = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)


class _LastLook(aiohttp.TCPConnector):
    """Asks with the connection in hand: making it may have taken seconds, or hours if the machine slept meanwhile."""

    def __init__(self, may_write: MayWrite, limit: int, keepalive_timeout: float) -> None:
        super().__init__(limit=limit, keepalive_timeout=keepalive_timeout)
        self._may_write = may_write

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Any],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's
    ) -> Connection:
        """A connection to write to, now. Raises Unreachable where that must not be any more."""
        connection = await super().connect(req, traces, timeout)
        if not self._may_write():
            connection.release()
            raise Unreachable("it was too late to write it")
        return connection


class TwilioHttp(AsyncTwilioHttpClient):  # type: ignore[misc]  # the SDK ships no types
    """HTTP for the SDK's client. Build it inside the running event loop; close it there."""

    def __init__(
        self,
        base_url: str = "",
        connections: int = 64,
        time_limits: aiohttp.ClientTimeout = TIME_LIMITS,
        keep_alive: float = KEEP_ALIVE,
        may_write: MayWrite = always,
    ) -> None:
        super().__init__(pool_connections=False)  # the SDK's own session has neither limits nor time limits
        self._base_url = base_url.rstrip("/")
        self._headers: dict[tuple[object, ...], dict[str, str]] = {}
        self.session = aiohttp.ClientSession(
            connector=_LastLook(may_write, limit=connections, keepalive_timeout=keep_alive),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=time_limits,
        )

    async def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, str | int] | None = None,
        data: Mapping[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - the SDK's signature; our limits were given at birth
        allow_redirects: bool = False,
    ) -> Response:
        """One request. Raises a ProviderError for every answer but a 2xx, and for no answer."""
        if self._base_url:
            # whatever host the SDK chose: TWILIO_EDGE and TWILIO_REGION in the environment change it
            url = self._base_url + url[url.index("/", len("https://")) :]
        try:
            async with self.session.request(
                method,
                url,
                params=params or None,
                data=_form(data) if data else None,
                headers=self._all_headers(headers or {}, auth),
                allow_redirects=allow_redirects,
            ) as answer:
                text = (await answer.read()).decode("utf-8", "replace")
                if not 200 <= answer.status < 300:
                    raise refusal(method, answer.status, text, answer.headers)
                return Response(answer.status, text, answer.headers)
        except NEVER_WRITTEN as error:
            raise Unreachable(type(error).__name__) from error
        except (aiohttp.ClientError, OSError) as error:
            raise OutcomeUnknown(type(error).__name__) from error

    def _all_headers(self, headers: Mapping[str, str], auth: tuple[str, str] | None) -> dict[str, str]:
        """The SDK's headers and ours: the same few sets come with every request, and are put together once each."""
        key = (auth, *headers.items())
        made = self._headers.get(key)
        if made is None:
            made = self._headers[key] = dict(headers)
            # answers are under a kilobyte: packing them costs more than it saves
            made["Accept-Encoding"] = "identity"
            if auth is not None:
                made["Authorization"] = aiohttp.encode_basic_auth(*auth)
        return made


def _form(data: Mapping[str, object]) -> bytes:
    """The fields as application/x-www-form-urlencoded; a list gives its name once for each value."""
    fields = [
        f"{_remembered(name)}={(_quoted if name in _OF_ONE_MESSAGE else _remembered)(str(one))}"
        for name, value in data.items()
        for one in (value if isinstance(value, list) else (value,))
    ]
    return "&".join(fields).encode()


#: fields whose value comes once and never again
_OF_ONE_MESSAGE = frozenset({"To", "StatusCallback"})
#: names, sender and wording come again with every message
_remembered = lru_cache(maxsize=128)(quote_plus)
_ASCII = {place: quote_plus(chr(place)) for place in range(128)}


def _quoted(value: str) -> str:
    """`quote_plus` in half its time."""
    return value.translate(_ASCII) if value.isascii() else quote_plus(value)
