"""No request to the pages is larger than it may be: Django would write all of it to the disk before anybody asked who
sends it.
"""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from broadcaster.asgi.call import Answer, said
from broadcaster.asgi.reading import Message, Receive, Scope, Send

Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

#: bytes: what a page may still refuse in its own words, and a whole region's roster
PAGES_LIMIT, API_LIMIT = 64 * 1024 * 1024, 256 * 1024 * 1024
_API = "/api/"


class Body:
    """What is received of a request. Where it is over the limit, it is as if its sender had hung up."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.limit = API_LIMIT if scope["path"].startswith(_API) else PAGES_LIMIT
        told = dict(scope.get("headers", ())).get(b"content-length", b"")
        self.size = int(told) if told.isdigit() else 0  # of one in pieces nobody knows it beforehand
        self._came = 0
        self._receive = receive

    @property
    def too_large(self) -> bool:
        """By what the request says of itself, or by what came of it."""
        return max(self.size, self._came) > self.limit

    @property
    def refusal(self) -> Answer:
        """What its sender is told."""
        return said(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The body should be at most {self.limit} bytes.")

    async def receive(self) -> Message:
        """The next piece of it."""
        message = await self._receive()
        self._came += len(message.get("body", b""))
        return {"type": "http.disconnect"} if self.too_large else message
