"""Fixtures about senders."""

from collections.abc import Callable

import pytest

from broadcaster.settings import SETTINGS


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Gives every sender this rate."""

    def change(rate: float) -> None:
        present = SETTINGS.district
        senders = tuple(sender.model_copy(update={"rate": rate}) for sender in present.senders)
        monkeypatch.setitem(vars(SETTINGS), "district", present.model_copy(update={"senders": senders}))

    return change
