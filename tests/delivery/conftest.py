"""Fixtures about senders."""

from collections.abc import Callable

import pytest

from broadcaster.district import Sender
from broadcaster.kinds import Channel
from broadcaster.settings import SETTINGS


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Gives every sender this rate."""

    def change(rate: float) -> None:
        present = SETTINGS.district
        senders = tuple(sender.model_copy(update={"rate": rate}) for sender in present.senders)
        monkeypatch.setitem(vars(SETTINGS), "district", present.model_copy(update={"senders": senders}))

    return change


@pytest.fixture
def senders(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Texts go out from these numbers, each at this rate."""

    def change(*addresses: str, rate: float) -> None:
        made = tuple(Sender(channel=Channel.SMS, address=address, rate=rate) for address in addresses)
        monkeypatch.setitem(vars(SETTINGS), "district", SETTINGS.district.model_copy(update={"senders": made}))

    return change
