"""One question to a vendor's account, as `doctor` asks it: short, without the SDK, and nothing is ever sent."""

import http.client
import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

#: seconds that a vendor may take
PATIENCE = 4.0


class Unanswered(Exception):  # noqa: N818 - named for what happened
    """Nobody answered. The message names the kind of failure, and nothing of the question."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an account stands at its vendor. `ok` is also true where that is not known; `say` tells which."""

    ok: bool
    say: str


def ask(base_url: str, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, Any]:
    """The status of a GET, and its JSON (None where it is none). Raises Unanswered."""
    parts = urlsplit(base_url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    with closing(kind(parts.hostname or "", parts.port, timeout=PATIENCE)) as connection:
        try:
            connection.request("GET", path, headers=dict(headers or {}))
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise Unanswered(type(error).__name__) from None
    try:
        return answer.status, json.loads(body)
    except ValueError:
        return answer.status, None
