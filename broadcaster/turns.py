"""Taking turns at SQLite's one writer. Long work is done in short transactions, with a step aside after each."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

#: seconds left to others between two transactions
ASIDE = 0.02


def step_aside() -> None:
    """Let others write. SQLite's writers don't queue: they look every few milliseconds, and whoever begins again at
    once is nearly always first.
    """
    if connection.vendor == "sqlite":
        time.sleep(ASIDE)


@contextmanager
def without_pauses() -> Iterator[None]:
    """Work without Python looking for garbage. It would go through all of a roster each time, and none of that is
    garbage: a quarter of an import's time, and in a transaction a quarter of a second while everybody waits.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
