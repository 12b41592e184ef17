"""Counts over a whole roster take longer than a page may: they are made beside the request, and kept for a minute."""

import threading
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from django.core.cache import cache
from django.db import connection

from broadcaster.kinds import BadInput

#: seconds that a page waits, and for which an answer is good
WAIT, _GOOD_FOR = 0.07, 60

T = TypeVar("T")

_at_work: dict[Hashable, threading.Thread] = {}
_lock = threading.Lock()


def made(key: str, work: Callable[[], T], patience: float | None = WAIT) -> T | None:
    """What `work` gives, or gave within the last minute under this key. None: it is still at it; ask again in a moment.

    `patience` in seconds; None waits to the end. Raises the BadInput that `work` raised.
    """
    found = cache.get(key)
    if found is None and connection.in_atomic_block:  # nobody but this thread sees an open transaction
        return work()
    if found is None and patience is None:
        cache.set(key, found := work(), _GOOD_FOR)
    if found is None:
        _beside(key, work).join(patience)
        found = cache.get(key)
    if isinstance(found, BadInput):
        cache.delete(key)
        raise found
    return cast("T | None", found)


def _beside(key: str, work: Callable[[], T]) -> threading.Thread:
    def run() -> None:
        try:
            cache.set(key, work(), _GOOD_FOR)
        except BadInput as error:
            cache.set(key, error, _GOOD_FOR)
        finally:
            _at_work.pop(key, None)
            connection.close()

    with _lock:
        if (thread := _at_work.get(key)) is None:
            thread = _at_work[key] = threading.Thread(target=run, name="count", daemon=True)
            thread.start()
    return thread
