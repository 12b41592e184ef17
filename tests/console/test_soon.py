"""Counts beside the request: asked for twice they are made once, and a mistake is said, not kept."""

import threading

import pytest

from broadcaster.console import soon
from broadcaster.kinds import BadInput


@pytest.fixture(autouse=True)
def no_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soon, "connection", type("Connection", (), {"in_atomic_block": False, "close": lambda: None}))


def test_a_page_that_is_quicker_gets_nothing_yet_and_the_next_one_gets_it() -> None:
    go, begun = threading.Event(), []

    def work() -> int:
        begun.append(1)
        go.wait(5)
        return 7

    assert soon.made("slow", work, 0.01) is None
    assert soon.made("slow", work, 0.01) is None
    go.set()
    assert soon.made("slow", work, 5) == 7
    assert len(begun) == 1


def test_what_is_wrong_is_raised_once_and_asked_anew() -> None:
    def wrong() -> int:
        raise BadInput("no such school")

    with pytest.raises(BadInput, match="no such school"):
        soon.made("wrong", wrong, 5)
    assert soon.made("wrong", lambda: 3, 5) == 3


def test_who_waits_to_the_end_gets_it_in_the_same_thread() -> None:
    assert soon.made("patient", threading.get_ident, None) == threading.get_ident()
