"""Letting go of a connection that can no longer do what the database can.

Django keeps a SQLite connection for good: to it an open file is a working one. But whoever opened the file while it
could only be read can only read, also when it can be written again.
"""

from django.db import close_old_connections, connections


def let_go(**_: object) -> None:
    """Close this thread's connections that have failed since the last time. The next question opens new ones.

    Takes a signal's arguments. A connection inside a transaction is left alone: that is a test's.
    """
    for one in connections.all(initialized_only=True):
        if one.vendor == "sqlite" and one.errors_occurred and not one.in_atomic_block:
            one.close()
    close_old_connections()
