"""Reads an ASGI request whole, within limits, with its Content-Encoding undone (RFC 9110, section 8.4)."""

import zlib
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from broadcaster.asgi.call import Call, Refused

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

#: an unpacked body may have so many times the limit of the wire; more is a bomb
_UNPACKED = 4
#: bytes over the limit that are read and thrown away: a caller cut off while it writes never sees the 413
_HEARD_OUT = 64 * 1024 * 1024
_GZIP = 16 + zlib.MAX_WBITS


class Gone(Exception):  # noqa: N818 - named for what happened
    """The caller hung up before its request was whole."""


async def read(scope: Scope, receive: Receive, limit: int) -> Call:
    """The whole request, of at most `limit` bytes on the wire and four times that unpacked.

    Raises Refused (400, 413, 415) and Gone.
    """
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    wire = await _whole(receive, limit)
    return Call(
        method=scope["method"],
        path=scope["path"],
        query=scope.get("query_string", b"").decode("latin-1"),
        headers=headers,
        body=unpacked(wire, headers.get("content-encoding", ""), limit * _UNPACKED),
    )


async def _whole(receive: Receive, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while size <= limit + _HEARD_OUT:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        part = message.get("body", b"")
        if not parts and len(part) <= limit and not message.get("more_body", False):
            return bytes(part)  # all at once: so are nearly all
        size += len(part)
        if size <= limit:
            parts.append(part)
        if not message.get("more_body", False):
            break
    if size > limit:
        raise _too_large(limit)
    return b"".join(parts)


def unpacked(wire: bytes, encoding: str, limit: int) -> bytes:
    """The body without its Content-Encoding. Raises Refused: 400 broken, 413 a bomb, 415 an encoding we do not read."""
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return wire
    if name not in ("gzip", "x-gzip"):
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Content-Encoding should be gzip or absent.")
    unpacker = zlib.decompressobj(_GZIP)
    try:
        body = unpacker.decompress(wire, limit + 1)
    except zlib.error:
        raise Refused(HTTPStatus.BAD_REQUEST, "The body is not gzip.") from None
    if len(body) > limit:
        raise _too_large(limit)
    if not unpacker.eof or unpacker.unused_data:
        raise Refused(HTTPStatus.BAD_REQUEST, "The body is not one whole gzip stream.")
    return body


def _too_large(limit: int) -> Refused:
    return Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The body should be at most {limit} bytes.")
