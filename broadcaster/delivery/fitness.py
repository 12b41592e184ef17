"""Whether a worker that listens can also work: `doctor` asks each, over the broker, to try its ledger."""

from celery.worker.control import inspect_command
from django.db import DatabaseError, InterfaceError, connection

from broadcaster.delivery import epoch


@inspect_command()  # type: ignore[untyped-decorator]  # celery ships no types
def ledger(_state: object) -> str:
    """What keeps this worker from writing to the ledger, in a line; empty: nothing. It changes no row."""
    try:
        epoch.touch()
    except (DatabaseError, InterfaceError) as error:
        return f"{type(error).__name__}: {error}".partition("\n")[0]
    finally:
        connection.close()  # the thread that listens needs none but for this
    return ""
