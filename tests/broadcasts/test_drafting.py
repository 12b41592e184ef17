"""Drafting refuses what could not go out whole."""

import pytest

from broadcaster.broadcasts.drafting import Order, draft
from broadcaster.broadcasts.models import AuditEntry, Broadcast
from broadcaster.kinds import BadInput, Channel
from tests import builders

pytestmark = pytest.mark.django_db

DELAY = {"route": "Bus 7", "minutes": "20"}
RESTORED = {"began": "2023-02-17"}


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


def test_words_changed_for_one_broadcast_go_out_and_the_log_says_which_were_changed() -> None:
    made = draft(Order("bus-delay", "district", DELAY, changes={"en": {"sms": "The bus is late."}}), "a person")
    assert made.wordings.get(language="en", stand_in=False).sms.startswith("The bus is late. #")
    assert AuditEntry.objects.get(act="drafted").detail["changed"] == {"en": ["sms"]}
    assert made.wordings.get(language="es", stand_in=False).outdated


def test_a_part_that_the_template_keeps_is_not_changed_and_no_draft_is_kept() -> None:
    with pytest.raises(BadInput, match="may not be changed for one broadcast"):
        draft(
            Order("lockdown", "district", {"school_name": "South High"}, changes={"en": {"sms": "Hide."}}), "a person"
        )
    assert not Broadcast.objects.exists()


def test_a_template_for_staff_does_not_go_to_families() -> None:
    builders.staff_member(email="a@staff.example.org")
    with pytest.raises(BadInput, match="is for staff, and audience 'district or staff' has families in it"):
        draft(Order("systems-restored-staff", "district or staff", RESTORED), "a person")
    draft(Order("systems-restored-staff", "staff", RESTORED), "a person")
    assert Broadcast.objects.count() == 1


def test_values_that_make_a_text_too_long_are_refused() -> None:
    with pytest.raises(BadInput, match=r"the text in English has \d\d segments with these values: 10 at most"):
        draft(Order("bus-delay", "district", {**DELAY, "route": "7 " * 900}), "a person")
    assert not Broadcast.objects.exists()
