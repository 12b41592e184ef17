"""Audiences: the expression that says whom a broadcast is for, read, counted, and compiled to SQL.

What is named here is imported when it is asked for: this room has tables, and Django loads it before there are any.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from broadcaster.audiences.audience import Audience, parse
    from broadcaster.audiences.counting import Counts, count
    from broadcaster.audiences.errors import AudienceError, unknown
    from broadcaster.audiences.terms import Condition, one_of, register

__all__ = ["Audience", "AudienceError", "Condition", "Counts", "count", "one_of", "parse", "register", "unknown"]

_MODULES = {
    "audience": ("Audience", "parse"),
    "counting": ("Counts", "count"),
    "errors": ("AudienceError", "unknown"),
    "terms": ("Condition", "one_of", "register"),
}


def __getattr__(name: str) -> Any:
    for module, names in _MODULES.items():
        if name in names:
            return getattr(importlib.import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
