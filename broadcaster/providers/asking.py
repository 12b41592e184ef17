"""One question to a vendor's account, as `doctor` asks it: short, without the SDK, and nothing is ever sent."""

import http.client
import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from broadcaster import clock

#: seconds that a vendor may take
PATIENCE = 4.0


class Unanswered(Exception):  # noqa: N818 - named for what happened
    """Nobody answered. The message names the kind of failure, and nothing of the question."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an account stands at its vendor. `ok` is also true where that is not known; `say` tells which.

    `ahead`: how many seconds our clock is ahead of the vendor's; None where it did not say what time it has.
    """

    ok: bool
    say: str
    ahead: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a question: the status, its JSON (None where it is none), and how far our clock is ahead."""

    status: int
    body: Any
    ahead: float | None


def ask(base_url: str, path: str, headers: Mapping[str, str] | None = None) -> Answer:
    """The answer to a GET. Raises Unanswered."""
    parts = urlsplit(base_url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    with closing(kind(parts.hostname or "", parts.port, timeout=PATIENCE)) as connection:
        begun = clock.now()
        try:
            connection.request("GET", path, headers=dict(headers or {}))
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise Unanswered(type(error).__name__) from None
    ahead = _ahead(answer.headers.get("Date"), begun, clock.now())
    try:
        return Answer(answer.status, json.loads(body), ahead)
    except ValueError:
        return Answer(answer.status, None, ahead)


def _ahead(date: str | None, begun: float, ended: float) -> float | None:
    """By the Date that the answer bears (RFC 9110, 6.6.1), which is whole seconds, cut off: some moment of its second
    lies between question and answer where both clocks are right. 0 if one does.
    """
    try:
        theirs = parsedate_to_datetime(date or "").timestamp()
    except (TypeError, ValueError):
        return None
    return max(0.0, begun - (theirs + 1)) or min(0.0, ended - theirs)
