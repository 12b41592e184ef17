"""Addresses on this machine: a free port, and whether a given one can be listened on."""

import os
import socket

LOOPBACK = "127.0.0.1"


def split(bind: str) -> tuple[str, int]:
    """`host:port` as a pair; brackets around an IPv6 host are taken off."""
    host, _, port = bind.rpartition(":")
    return host.strip("[]"), int(port)


def free() -> int:
    """A port of the loopback interface that nobody listens on now."""
    with socket.create_server((LOOPBACK, 0)) as server:
        return int(server.getsockname()[1])


def listen(bind: str) -> socket.socket:
    """A socket that listens there. Raises OSError."""
    host, port = split(bind)
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    return socket.create_server((host, port), family=family, backlog=1024)


def why_not(bind: str) -> str | None:
    """Why nobody can listen there: "Address already in use" and the like. None where one can."""
    try:
        listen(bind).close()
    except OSError as error:
        if error.errno and error.errno > 0:
            return os.strerror(error.errno)
        return error.strerror or str(error)  # a name that can't be looked up
    return None


def answers(bind: str, patience: float = 0.3) -> bool:
    """Whether somebody takes connections there, asked for at most `patience` seconds."""
    try:
        socket.create_connection(split(bind), timeout=patience).close()
    except OSError:
        return False
    return True
