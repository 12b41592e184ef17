"""A worker says for itself whether it can write to its ledger."""

import pytest
from django.db import OperationalError

from broadcaster.broadcasts.models import Broadcast
from broadcaster.delivery import fitness


@pytest.mark.django_db(transaction=True)
def test_a_worker_whose_ledger_works_has_nothing_to_say() -> None:
    assert fitness.ledger(None) == ""


@pytest.mark.django_db(transaction=True)
def test_a_worker_whose_ledger_does_not_work_says_why_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> None:
        raise OperationalError("database or disk is full\nDETAIL: a second line")

    monkeypatch.setattr(Broadcast.objects, "filter", full)
    assert fitness.ledger(None) == "OperationalError: database or disk is full"
