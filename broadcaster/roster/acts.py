"""What people of the district change in what is known of families: told, in the same transaction, to who keeps the log.

The log lives two floors up, so it registers itself. Nothing personal is in `detail`: ids, channels, reasons.
"""

from collections.abc import Callable, Mapping
from typing import Any

Log = Callable[[str, str, Mapping[str, Any]], None]
_logs: list[Log] = []


def tell(log: Log) -> None:
    """Have each act told to `log`: who, what, and its detail."""
    _logs.append(log)


def done(by: str, act: str, detail: Mapping[str, Any]) -> None:
    """Somebody did something. Call it inside the transaction that does it."""
    for log in _logs:
        log(by, act, detail)
