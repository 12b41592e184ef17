"""Measurements as tests need them."""

from typing import Any

from bench.measure import CHANNELS, Case, Result


def result(
    seconds: float,
    way: str = "a: a loop",
    *,
    contacts: int = 500,
    channels: tuple[str, ...] = CHANNELS,
    delay: float = 0.0,
    **changes: Any,
) -> Result:
    """A faultless one: 1000 messages at 2 seconds of processor time, unless said otherwise."""
    case = Case(contacts, channels, delay)
    figures = {"first": 0.1, "cpu": 0.002 * case.messages, "memory": 10_000_000, "duplicates": 0, "lost": 0}
    return Result(way, case, seconds, **figures | changes)
