"""Audiences: the expression that says whom a broadcast is for, read, counted, and compiled to SQL."""

from broadcaster.audiences.audience import Audience, parse
from broadcaster.audiences.counting import Counts, count
from broadcaster.audiences.errors import AudienceError, unknown
from broadcaster.audiences.terms import Condition, one_of, register

__all__ = ["Audience", "AudienceError", "Condition", "Counts", "count", "one_of", "parse", "register", "unknown"]
