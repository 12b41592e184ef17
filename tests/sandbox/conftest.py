"""The stage that most of these tests play on."""

from collections.abc import Iterator

import pytest

from tests.sandbox.stage import Stage


@pytest.fixture
def stage() -> Iterator[Stage]:
    """A running sandbox without faults, and a listener for its callbacks."""
    with Stage() as running:
        yield running
