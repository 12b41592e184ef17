"""A call from a vendor, whole and within limits, and what it is answered."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request. Header names are in lower case; `body` has its Content-Encoding undone."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    def url(self, public_url: str) -> str:
        """The address the vendor was given, which its signature covers; never made from the request's own host."""
        return f"{public_url}{self.path}?{self.query}" if self.query else f"{public_url}{self.path}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back. `allow` lists the methods that would have been right."""

    status: HTTPStatus
    body: bytes = b""
    content_type: str = PLAIN
    allow: str = ""


Handler = Callable[[Call], Awaitable[Answer]]


class Refused(Exception):  # noqa: N818 - named for what happened
    """A call that gets no further: `answer` says why, in a few words without personal data."""

    def __init__(self, status: HTTPStatus, say: str) -> None:
        super().__init__(say)
        self.answer = said(status, say)


def said(status: HTTPStatus, say: str) -> Answer:
    """An answer of one line."""
    return Answer(status, f"{say}\n".encode())
