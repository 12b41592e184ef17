"""Asking the web process how it is, on this machine's own address and through no proxy."""

import http.client
import json
from contextlib import closing

from broadcaster.running import ports


def status(bind: str, patience: float = 2.0) -> int | None:
    """The HTTP status of /health at `host:port`; None if nobody answers within `patience` seconds."""
    answer = _ask(bind, "/health", patience)
    return answer and answer[0]


def unready(bind: str, patience: float = 10.0) -> str | None:
    """What keeps messages from leaving, as /ready tells; empty if nothing does; None if nobody answers."""
    answer = _ask(bind, "/ready", patience)
    if answer is None:
        return None
    try:
        found = json.loads(answer[1])
        return "; ".join(f"{name}: {found[name]}" for name in ("database", "broker") if found[name] != "ok")
    except (ValueError, KeyError):
        return None


def _ask(bind: str, path: str, patience: float) -> tuple[int, bytes] | None:
    host, port = ports.split(bind)
    with closing(http.client.HTTPConnection(host, port, timeout=patience)) as connection:
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return None
