"""Planning: who gets a delivery, one per address, the family's best address first."""

from collections import Counter

import pytest

from broadcaster import clock
from broadcaster.delivery.models import Batch, Delivery, Member, Plan, SharedDelivery
from broadcaster.delivery.plan import planning
from broadcaster.district import Sender
from broadcaster.kinds import Channel, Purpose
from broadcaster.roster import consent
from broadcaster.roster.models import ConsentState, Contact, Family, Student
from broadcaster.settings import SETTINGS
from broadcaster.text import tokens
from broadcaster.text.segments import measure
from tests import builders

pytestmark = pytest.mark.django_db


def plan(broadcast_id: int) -> None:
    assert planning.hold(broadcast_id, clock.now())
    while planning.advance(broadcast_id):
        pass


def test_each_address_gets_one_delivery_in_a_batch_of_its_like() -> None:
    builders.families(5, languages=("en", "es"))
    made = builders.broadcast(languages=("en", "es"))
    plan(made.pk)
    found = list(Delivery.objects.filter(broadcast_id=made.pk))
    assert len(found) == 10
    assert {d.status for d in found} == {"queued"}
    batches = Batch.objects.in_bulk([d.batch_id for d in found])
    for delivery in found:
        assert batches[delivery.batch_id].channel == delivery.channel
    assert sum(batch.size for batch in batches.values()) == 10
    assert len({(b.channel, b.wording_id) for b in batches.values()}) == 4


def test_a_shared_phone_gets_one_message_that_reaches_both_families() -> None:
    first = builders.guardian(sms=builders.phone(1))
    second = builders.guardian(sms=builders.phone(1))
    builders.student(first)
    builders.student(second)
    made = builders.broadcast(channels=[Channel.SMS])
    plan(made.pk)
    delivery = Delivery.objects.get(broadcast_id=made.pk)
    assert delivery.contact_id == first.pk
    shared = SharedDelivery.objects.get()
    assert (shared.delivery_id, shared.family_id) == (delivery.pk, second.family_id)


def test_a_familys_best_address_is_wave_one_and_the_rest_wave_two() -> None:
    home = Family.objects.create()
    parents = [builders.guardian(family=home, sms=builders.phone(n), email=f"p{n}@example.org") for n in (1, 2)]
    builders.student(*parents)
    made = builders.broadcast()
    plan(made.pk)
    waves = {(d.channel, d.contact_id): d.wave for d in Delivery.objects.filter(broadcast_id=made.pk)}
    assert waves == {
        ("sms", parents[0].pk): 1,
        ("email", parents[0].pk): 1,
        ("sms", parents[1].pk): 2,
        ("email", parents[1].pk): 2,
    }


def test_an_address_that_opted_out_is_planned_as_suppressed_and_never_wave_one() -> None:
    home = Family.objects.create()
    parents = [builders.guardian(family=home, sms=builders.phone(n)) for n in (1, 2)]
    builders.student(*parents)
    consent.record(Channel.SMS, builders.phone(1), Purpose.GENERAL, ConsentState.OPTED_OUT, source="test")
    made = builders.broadcast()
    plan(made.pk)
    found = {d.contact_id: d for d in Delivery.objects.filter(broadcast_id=made.pk)}
    assert (found[parents[0].pk].status, found[parents[0].pk].reason) == ("suppressed", "opted out")
    assert found[parents[0].pk].batch_id is None
    assert found[parents[1].pk].wave == 1


def test_a_contact_who_may_not_be_written_to_gets_nothing_but_the_family_is_counted() -> None:
    parent = builders.guardian(sms=builders.phone(1))
    builders.student(parent, may_contact=False)
    made = builders.broadcast()
    plan(made.pk)
    assert not Delivery.objects.exists()
    assert Member.objects.get(broadcast_id=made.pk).family_id == parent.family_id


def test_a_plan_in_many_chunks_equals_a_plan_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    people = builders.families(23, languages=("en", "so", "xx"))
    for other in people[:6]:
        builders.point(other, Channel.SMS, builders.phone(50))
    whole, chunked = builders.broadcast(languages=("en", "so")), builders.broadcast(languages=("en", "so"))
    plan(whole.pk)
    monkeypatch.setattr(planning, "FIRST_FAMILIES", 2)
    monkeypatch.setattr(planning, "FAMILIES", 3)
    monkeypatch.setattr(planning, "MEMBER_FAMILIES", 4)
    plan(chunked.pk)

    def rows(pk: int) -> list[tuple[object, ...]]:
        columns = ("channel", "address", "contact_id", "family_id", "school_id", "language", "wave", "status")
        return sorted(Delivery.objects.filter(broadcast_id=pk).values_list(*columns))

    def members(pk: int) -> list[tuple[object, ...]]:
        return sorted(Member.objects.filter(broadcast_id=pk).values_list("student_id", "contact_id", "family_id"))

    assert rows(whole.pk) == rows(chunked.pk)
    assert members(whole.pk) == members(chunked.pk)
    for pk in (whole.pk, chunked.pk):
        in_batches = Batch.objects.filter(broadcast_id=pk).values_list("size", flat=True)
        assert sum(in_batches) == len(rows(pk))
        assert Plan.objects.get(pk=pk).done_at is not None


def test_staff_are_planned_without_a_family() -> None:
    builders.staff_member(email="teacher@example.org")
    made = builders.broadcast(audience="staff")
    plan(made.pk)
    assert Delivery.objects.get(broadcast_id=made.pk).family_id is None


def test_all_children_who_share_an_address_are_named() -> None:
    parent = builders.guardian(sms=builders.phone(1))
    builders.student(parent, grade="3")
    builders.student(parent, grade="5")
    made = builders.broadcast(sms="News of [[student_names]].")
    plan(made.pk)
    names = Delivery.objects.get(broadcast_id=made.pk).own_values["student_names"]
    assert len(names.split(", ")) == 2


def test_who_has_no_child_is_greeted_without_a_gap_in_the_language_of_their_words() -> None:
    for number, language in enumerate(("en", "es", "so", "hmn", "ar")):
        member = builders.staff_member(email=f"{language}@example.org")
        builders.point(member, Channel.SMS, builders.phone(number))
        Contact.objects.filter(pk=member.pk).update(language=language)
    parent = builders.guardian(email="parent@example.org", language="es")
    builders.student(parent, name="Amina")
    made = builders.broadcast(
        audience="staff or district", sms="Dear family of [[student_names]]", languages=("en", "es", "so")
    )
    stand_in = made.wordings.get(language="en")
    stand_in.pk, stand_in.language, stand_in.stand_in = None, "hmn", True
    stand_in.save()
    plan(made.pk)
    own = Delivery.objects.filter(broadcast_id=made.pk).values_list("channel", "address", "own_values")
    said = {address: values["student_names"] for channel, address, values in own if channel == Channel.EMAIL}
    assert said == {
        "en@example.org": "our students",
        "es@example.org": "nuestros estudiantes",
        "so@example.org": "ardaydeenna",
        "hmn@example.org": "our students",
        "ar@example.org": "our students",
        "parent@example.org": "Amina",
    }
    texts = {values["student_names"] for channel, _, values in own if channel == Channel.SMS}
    assert texts == {*said.values()} - {"Amina"}


def test_the_district_stands_where_the_roster_names_no_school() -> None:
    parent = builders.guardian(sms=builders.phone(1))
    builders.student(parent)
    Student.objects.update(school=None)
    made = builders.broadcast(sms="News of [[student_names]] at [[school]].")
    plan(made.pk)
    delivery = Delivery.objects.get(broadcast_id=made.pk)
    assert delivery.own_values["school"] == "Minneapolis Public Schools"
    text = tokens.fill("News of [[student_names]] at [[school]].", delivery.own_values)
    assert delivery.segments == measure(text).segments


def test_two_planners_do_not_plan_one_broadcast() -> None:
    made = builders.broadcast()
    assert planning.hold(made.pk, clock.now())
    assert not planning.hold(made.pk, clock.now())


def test_senders_share_the_contacts_by_their_rates_and_each_contact_stays_with_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    senders = [
        Sender(channel=Channel.SMS, address=builders.phone(90 + n), rate=rate) for n, rate in enumerate((10, 30))
    ]
    monkeypatch.setitem(vars(SETTINGS), "district", SETTINGS.district.model_copy(update={"senders": tuple(senders)}))
    builders.families(40)
    first, second = (builders.broadcast(channels=[Channel.SMS]) for _ in range(2))
    sender_of: list[dict[int, str]] = []
    for made in (first, second):
        plan(made.pk)
        batches = Batch.objects.filter(broadcast_id=made.pk).in_bulk()
        found = Delivery.objects.filter(broadcast_id=made.pk)
        sender_of.append({d.contact_id: batches[d.batch_id].sender for d in found if d.batch_id})
    assert sender_of[0] == sender_of[1]
    counts = Counter(sender_of[0].values())
    assert counts == {senders[0].address: 10, senders[1].address: 30}
