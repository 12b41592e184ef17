"""Receipts are kept and applied together, and one that breaks something costs us no other."""

from collections.abc import Sequence

import pytest
from django.db import DataError, OperationalError
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from broadcaster.delivery.receiving import receipts as ledger
from broadcaster.kinds import Channel
from broadcaster.providers.base import Receipt, ReceiptStatus
from broadcaster.webhooks.models import StoredReceipt
from broadcaster.webhooks.row import identity
from broadcaster.webhooks.storing import store
from tests.webhooks.rows import delivery, ref, state

pytestmark = pytest.mark.django_db


def receipt(reference: str | None, number: int = 1, **fields: object) -> Receipt:
    given_: dict[str, object] = {
        "channel": Channel.SMS,
        "ref": reference,
        "provider_id": f"SM{number}",
        "event_id": f"SM{number}:delivered",
        "word": "delivered",
        "status": ReceiptStatus.DELIVERED,
        "at": 1_700_000_000.0,
        "raw": {"To": "+16125550101"},
        **fields,
    }
    return Receipt(**given_)  # type: ignore[arg-type] - overrides by keyword


def breaks_at(*numbers: int, error: type[Exception]) -> object:
    """An apply that can't take the receipts of these numbers."""
    applied, spoilt = ledger.apply, {f"SM{number}" for number in numbers}

    def apply(receipts: Sequence[Receipt]) -> list[int | None]:
        ids = applied(receipts)
        if any(one.provider_id in spoilt for one in receipts):
            raise error("+16125550101 is a number that logs must not hold")
        return ids

    return apply


@pytest.mark.parametrize("spoilt", [(0,), (6,), (0, 3, 6), tuple(range(7))])
def test_a_receipt_that_cant_be_applied_is_kept_aside_and_holds_up_no_other(
    spoilt: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [delivery() for _ in range(7)]
    monkeypatch.setattr(ledger, "apply", breaks_at(*spoilt, error=DataError))
    with capture_logs() as logs:
        store([receipt(ref(one), number) for number, one in enumerate(made)])
    aside = set(StoredReceipt.objects.filter(fault="DataError", delivery_id=None).values_list("event_id", flat=True))
    assert aside == {f"SM{number}:delivered" for number in spoilt}
    assert StoredReceipt.objects.count() == 7
    assert [state(one) for one in made] == ["sent" if number in spoilt else "delivered" for number in range(7)]
    assert [line["event_id"] for line in logs] == [f"SM{number}:delivered" for number in spoilt]
    assert "+1612" not in str(logs)


def test_a_database_that_is_away_is_no_fault_of_a_receipt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "apply", breaks_at(0, error=OperationalError))
    with pytest.raises(OperationalError):
        store([receipt(ref(delivery()), number) for number in range(3)])
    assert not StoredReceipt.objects.exists()


def test_of_a_repeat_within_a_group_the_first_is_applied_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    applied = ledger.apply
    monkeypatch.setattr(ledger, "apply", lambda them: seen.extend(one.provider_id for one in them) or applied(them))
    store([receipt(None, 1), receipt(None, 2), receipt(None, 1), receipt(None, 3)])
    store([receipt(None, 3), receipt(None, 4)])
    store([receipt(None, 4)])
    assert seen == ["SM1", "SM2", "SM3", "SM4"]


anything = st.text(st.characters(exclude_categories=[]), max_size=200)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    event_id=anything,
    word=anything,
    code=anything,
    at=st.floats(),
    raw=st.dictionaries(
        anything, st.recursive(anything | st.floats() | st.none(), lambda inner: st.lists(inner, max_size=3))
    ),
)
@example("x" * 121, "\0", "\ud800", float("nan"), {"\ud800": "\0"})
@example("\0", "w" * 41, "c" * 41, float("inf"), {"n": float("nan")})
def test_whatever_a_vendor_signs_can_be_kept(
    event_id: str, word: str, code: str, at: float, raw: dict[str, object]
) -> None:
    odd = receipt(None, event_id=event_id, word=word, code=code, at=at, raw=raw, status=None)
    store([odd, receipt(None, 2)])
    store([odd])
    kept = StoredReceipt.objects.get(event_id=identity(odd))
    assert kept.fault == ""
    assert len(kept.word) <= 40
    assert len(kept.event_id) <= 120


@given(st.lists(anything, min_size=2, max_size=2, unique=True))
def test_two_events_have_two_identities(names: list[str]) -> None:
    first, second = (identity(receipt(None, event_id=name)) for name in names)
    assert first != second


def test_the_receipt_of_a_test_to_staff_is_taken_and_let_go() -> None:
    store([receipt("test-0123456789ab", 3)])
    assert not StoredReceipt.objects.exists()
