"""Drafting refuses what could not go out whole."""

import pytest

from broadcaster.broadcasts.drafting import Order, draft
from broadcaster.broadcasts.models import Broadcast
from broadcaster.kinds import BadInput, Channel
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_family() -> None:
    builders.families(1)


@pytest.mark.parametrize("channels", [(), (Channel.SMS,), (Channel.EMAIL,)])
def test_wording_with_a_value_that_only_a_list_has_does_not_go_to_another_audience(
    channels: tuple[Channel, ...],
) -> None:
    order = Order("information-involved", "district", {"happened": "2026-11-20"}, channels)
    with pytest.raises(BadInput) as caught:
        draft(order, "a person")
    assert str(caught.value) == (
        "template 'information-involved' needs each family's own data_involved (what information was involved), "
        "and audience 'district' gives none"
    )
    assert not Broadcast.objects.exists()


def test_an_absence_goes_out_with_one_day_for_all_and_not_without_a_day() -> None:
    draft(Order("absence-notice", "district", {"date": "2026-11-24"}), "a person")
    with pytest.raises(BadInput, match="needs each family's own absence_date"):
        draft(Order("absence-notice", "district"), "a person")
    assert Broadcast.objects.count() == 1
