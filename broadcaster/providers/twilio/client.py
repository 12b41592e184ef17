"""The SDK's asynchronous HTTP client, made fit for use: a base URL, time limits, a full connection pool, no logs.

The SDK's own `request` logs numbers and headers at INFO, has no base URL, hands its timeout to nobody, and rebuilds the
credentials and the log lines for every message. This one does what is left, and says what a failure means.
"""

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote_plus

import aiohttp
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.response import Response

from broadcaster.providers.errors import OutcomeUnknown, Unreachable
from broadcaster.providers.twilio.errors import refusal

#: seconds; `connect` includes the wait for a free connection of the pool
TIME_LIMITS = aiohttp.ClientTimeout(total=30, connect=10)
#: seconds; load balancers usually close idle connections after 60: one closed in our hand would be an unknown outcome
KEEP_ALIVE = 15
#: no connection came about, so not a byte of the request was written
NEVER_WRITTEN = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)


class TwilioHttp(AsyncTwilioHttpClient):  # type: ignore[misc]  # the SDK ships no types
    """HTTP for the SDK's client. Build it inside the running event loop; close it there."""

    def __init__(
        self,
        base_url: str = "",
        connections: int = 64,
        time_limits: aiohttp.ClientTimeout = TIME_LIMITS,
        keep_alive: float = KEEP_ALIVE,
    ) -> None:
        super().__init__(pool_connections=False)  # the SDK's own session has neither limits nor time limits
        self._base_url = base_url.rstrip("/")
        self._time_limits = time_limits
        self._auth_headers: dict[tuple[str, str], str] = {}
        self.session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=connections, keepalive_timeout=keep_alive),
            cookie_jar=aiohttp.DummyCookieJar(),
            # answers are under a kilobyte: packing them costs more than it saves
            skip_auto_headers=("Accept-Encoding",),
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
        headers = dict(headers or {})
        if auth is not None:
            headers["Authorization"] = self._authorization(auth)
        if self._base_url:
            # whatever host the SDK chose: TWILIO_EDGE and TWILIO_REGION in the environment change it
            url = self._base_url + url[url.index("/", len("https://")) :]
        try:
            async with self.session.request(
                method,
                url,
                params=params or None,
                data=_form(data) if data else None,
                headers=headers,
                timeout=self._time_limits,
                allow_redirects=allow_redirects,
            ) as answer:
                body = (await answer.read()).decode("utf-8", "replace")
                if not 200 <= answer.status < 300:
                    raise refusal(method, answer.status, body, answer.headers)
                return Response(answer.status, body, answer.headers)
        except NEVER_WRITTEN as error:
            raise Unreachable(type(error).__name__) from error
        except (aiohttp.ClientError, OSError) as error:
            raise OutcomeUnknown(type(error).__name__) from error

    def _authorization(self, auth: tuple[str, str]) -> str:
        header = self._auth_headers.get(auth)
        if header is None:
            header = self._auth_headers[auth] = aiohttp.encode_basic_auth(*auth)
        return header


def _form(data: Mapping[str, object]) -> bytes:
    """The fields as application/x-www-form-urlencoded; a list gives its name once for each value."""
    fields = (
        f"{_quoted(name)}={_quoted(str(one))}"
        for name, value in data.items()
        for one in (value if isinstance(value, list) else (value,))
    )
    return "&".join(fields).encode()


#: names, sender and wording come again with every message: quoting them anew was a tenth of the work
_quoted = lru_cache(maxsize=128)(quote_plus)
