"""A list with values: a message for each student or person on it, with their own values."""

from pathlib import Path
from typing import Any

import pytest

from broadcaster.audiences import lists
from broadcaster.broadcasts import drafting
from broadcaster.delivery.forecasting.forecast import forecast
from broadcaster.delivery.models import Batch, Delivery, SharedDelivery
from broadcaster.kinds import BadInput, Channel, Purpose
from broadcaster.roster.importing.files import File
from broadcaster.roster.models import Family, Student
from tests import builders
from tests.delivery.plan.test_planning import plan

pytestmark = pytest.mark.django_db

WORDS = "[[student_names]] of [[school]] was absent on [[absence_date]]."


@pytest.fixture
def siblings() -> list[Student]:
    """Two children of one family, both parents with the same email and a phone of their own; and a third child."""
    home = Family.objects.create()
    parents = [builders.guardian(family=home, sms=builders.phone(n), email="home@example.org") for n in (1, 2)]
    children = [builders.student(*parents, name=name) for name in ("Amina", "Yusuf")]
    return [*children, builders.student(builders.guardian(email="lee@example.org"), name="Lee")]


def listed(folder: Path, children: list[Student], column: str = "Absence Date") -> str:
    rows = [f"{child.source_id},2026-11-2{n}" for n, child in enumerate(children)]
    path = folder / "absent.csv"
    path.write_text("\n".join([f"student_id,{column}", *rows]) + "\n")
    return f'list:"{lists.take_in(File.on_disk(path), by="tester").name}"'


def messages(broadcast_id: int, channel: Channel = Channel.EMAIL) -> list[tuple[str, Any]]:
    found = Delivery.objects.filter(broadcast_id=broadcast_id, channel=channel)
    return sorted(((one.address, one.own_values) for one in found), key=str)  # a subject's own order is of no meaning


def test_each_student_has_a_message_of_their_own_even_to_one_address(siblings: list[Student], tmp_path: Path) -> None:
    made = builders.broadcast(audience=listed(tmp_path, siblings), sms=WORDS)
    plan(made.pk)
    found = messages(made.pk)
    assert [address for address, _ in found] == ["home@example.org", "home@example.org", "lee@example.org"]
    assert [(own["student_names"], own["absence_date"]) for _, own in found] == [
        ("Amina", "2026-11-20"),
        ("Yusuf", "2026-11-21"),
        ("Lee", "2026-11-22"),
    ]
    assert len(messages(made.pk, Channel.SMS)) == 4
    assert {own["school"] for _, own in found} == {"Lake Harriet Elementary"}


def test_two_messages_to_one_address_are_never_in_one_mail_request(siblings: list[Student], tmp_path: Path) -> None:
    made = builders.broadcast(audience=listed(tmp_path, siblings), sms=WORDS, channels=[Channel.EMAIL])
    plan(made.pk)
    home = Delivery.objects.filter(broadcast_id=made.pk, address="home@example.org")
    assert len({one.batch_id for one in home}) == 2
    assert {one.wave for one in home} == {1}
    assert sum(batch.size for batch in Batch.objects.filter(broadcast_id=made.pk)) == 3


def test_without_a_place_for_the_lists_values_an_address_gets_one_message(
    siblings: list[Student], tmp_path: Path
) -> None:
    made = builders.broadcast(audience=listed(tmp_path, siblings), sms="Dear parents of [[student_names]]")
    plan(made.pk)
    assert [(address, own["student_names"]) for address, own in messages(made.pk)] == [
        ("home@example.org", "Amina, Yusuf"),
        ("lee@example.org", "Lee"),
    ]


def test_a_person_on_the_list_has_one_message_with_their_values(tmp_path: Path) -> None:
    staff = builders.staff_member(email="s@example.org")
    parent = builders.guardian(email="p@example.org")
    builders.student(parent, name="Amina")
    builders.student(parent, name="Yusuf")
    path = tmp_path / "involved.csv"
    path.write_text(f"staff_id,contact_id,data_involved\n{staff.source_id},,pay\n,{parent.source_id},address\n")
    name = lists.take_in(File.on_disk(path), by="tester").name
    made = builders.broadcast(audience=f'list:"{name}"', sms="[[student_names]] [[data_involved]]")
    plan(made.pk)
    assert [(address, own["data_involved"], own["student_names"]) for address, own in messages(made.pk)] == [
        ("p@example.org", "address", "Amina, Yusuf"),
        ("s@example.org", "pay", "our students"),
    ]


def test_parents_apart_who_share_an_address_are_both_reached_about_the_child(tmp_path: Path) -> None:
    apart = [builders.guardian(email="shared@example.org") for _ in range(2)]
    child = builders.student(*apart)
    made = builders.broadcast(audience=listed(tmp_path, [child]), sms=WORDS, channels=[Channel.EMAIL])
    plan(made.pk)
    delivery = Delivery.objects.get(broadcast_id=made.pk)
    shared = SharedDelivery.objects.get()
    assert (shared.delivery_id, {shared.family_id, delivery.family_id}) == (
        delivery.pk,
        {one.family_id for one in apart},
    )


def test_a_draft_takes_the_list_by_its_number_and_refuses_who_is_not_on_it(
    siblings: list[Student], tmp_path: Path
) -> None:
    audience = listed(tmp_path, siblings[:2])
    drafted = drafting.draft(drafting.Order("absence-notice", "list:absent.csv"), "tester")
    assert drafted.audience == audience
    for wrong, says in (
        (f"{audience} or district", r"1 people who are not on the list 'absent\.csv'"),
        ("district", "needs each family's own absence_date"),
    ):
        with pytest.raises(BadInput, match=says):
            drafting.draft(drafting.Order("absence-notice", wrong), "tester")


def test_the_forecast_counts_a_message_for_each_student(siblings: list[Student], tmp_path: Path) -> None:
    made = builders.broadcast(audience=listed(tmp_path, siblings), sms=WORDS)
    ahead = forecast(made.audience, Purpose.GENERAL, made.channel_list, {"en": WORDS})
    plan(made.pk)
    assert (ahead.messages(Channel.EMAIL), ahead.messages(Channel.SMS)) == (3, 4)
    assert Delivery.objects.filter(broadcast_id=made.pk).count() == 7
