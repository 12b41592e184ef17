"""Asking the web process how it is, on this machine's own address and through no proxy."""

import http.client
from contextlib import closing

from broadcaster.running import ports


def status(bind: str, patience: float = 2.0) -> int | None:
    """The HTTP status of /health at `host:port`; None if nobody answers within `patience` seconds."""
    host, port = ports.split(bind)
    with closing(http.client.HTTPConnection(host, port, timeout=patience)) as connection:
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
