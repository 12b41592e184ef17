"""The forecast says what the planner then does, and how long the senders take for it."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from broadcaster import clock
from broadcaster.broadcasts.models import Broadcast, Wording
from broadcaster.delivery.forecasting import counting
from broadcaster.delivery.forecasting.forecast import Forecast, forecast
from broadcaster.delivery.models import Batch, Delivery, Pace, SharedDelivery
from broadcaster.delivery.plan import planning
from broadcaster.delivery.queue.batches import claim
from broadcaster.delivery.queue.pacing import RECOVERY, USED
from broadcaster.district import Prices
from broadcaster.kinds import Channel, Purpose
from broadcaster.roster import consent
from broadcaster.roster.models import ConsentState, Contact, Family
from broadcaster.settings import SETTINGS
from broadcaster.text.segments import measure
from tests import builders

pytestmark = pytest.mark.django_db

BOTH = (Channel.EMAIL, Channel.SMS)
SHORT, LONG = "School is closed.", "School is closed. " * 20
OWN = "The bus of [[student_names]] ([[school]]) is late. " + "Please wait in a warm place. " * 4
LANGUAGES = ("en", "es", "so", "")


def plan(made: Broadcast) -> None:
    assert planning.hold(made.pk, clock.now())
    while planning.advance(made.pk):
        pass


def written(texts: dict[str, str], audience: str = "district") -> Broadcast:
    """A broadcast with these texts."""
    made = builders.broadcast(audience=audience, languages=tuple(texts))
    for language, text in texts.items():
        Wording.objects.filter(broadcast=made, language=language).update(
            sms=text, sms_segments=measure(text).segments, per_family="[[" in text
        )
    return made


def foretold(texts: dict[str, str], audience: str = "district", apart_from: int = 0) -> Forecast:
    return forecast(audience, Purpose.GENERAL, BOTH, texts, apart_from)


def claimed_segments(made: Broadcast) -> int:
    """The segments of all texts of a broadcast, as the workers that claim its batches count them."""
    total = 0
    while held := claim(Channel.SMS, "tests", clock.now()):
        assert held.broadcast_id == made.pk
        total += sum(item.cost for item in held.items)
    return total


@contextmanager
def undone() -> Iterator[None]:
    """A roster for one example only."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@st.composite
def rosters(draw: st.DrawFn) -> list[tuple[int | None, str, list[int], list[int], bool, int]]:
    """Contacts: their family (None: staff), language, phones, mailboxes, whether they may be written to, children."""
    contact = st.tuples(
        st.sampled_from([0, 1, 2, 3, None]),
        st.sampled_from(LANGUAGES),
        st.lists(st.integers(1, 5), max_size=2, unique=True),
        st.lists(st.integers(1, 5), max_size=2, unique=True),
        st.booleans(),
        st.integers(0, 3),
    )
    return draw(st.lists(contact, min_size=1, max_size=9))


def enrol(people: Sequence[tuple[int | None, str, list[int], list[int], bool, int]]) -> None:
    homes = [Family.objects.create() for _ in range(4)]
    for home, language, phones, mailboxes, allowed, children in people:
        contact: Contact
        if home is None:
            contact = builders.staff_member()
        else:
            contact = builders.guardian(family=homes[home], language=language)
            for number in range(children):
                builders.student(contact, may_contact=allowed, at=builders.school(f"School {number}"))
        for rank, number in enumerate(phones, start=1):
            builders.point(contact, Channel.SMS, builders.phone(number), rank)
        for rank, number in enumerate(mailboxes, start=1):
            builders.point(contact, Channel.EMAIL, f"person{number}@example.org", rank)


@settings(max_examples=40, deadline=None)
@given(
    people=rosters(),
    out=st.lists(st.integers(1, 5), max_size=2),
    spanish=st.sampled_from([SHORT, LONG, OWN]),
    english=st.sampled_from([SHORT, OWN]),
    chunk=st.sampled_from([1, 2, 150]),
)
def test_a_forecast_is_what_the_planner_then_does(
    people: list[tuple[int | None, str, list[int], list[int], bool, int]],
    out: list[int],
    spanish: str,
    english: str,
    chunk: int,
) -> None:
    texts = {"en": english, "es": spanish}
    with undone(), pytest.MonkeyPatch.context() as patch:
        for module in (planning, counting):
            for size in ("FIRST_FAMILIES", "FAMILIES", "OWN_FAMILIES"):
                patch.setattr(module, size, chunk)
        enrol(people)
        for number in out:
            consent.record(Channel.SMS, builders.phone(number), Purpose.GENERAL, ConsentState.OPTED_OUT, source="test")
        said = foretold(texts, "district or staff")
        made = written(texts, "district or staff")
        plan(made)
        queued = Delivery.objects.filter(broadcast_id=made.pk, status="queued")
        assert said.waves == Counter((Channel(each.channel), each.wave) for each in queued)
        shares = SharedDelivery.objects.filter(delivery_id__in=queued.values("pk"))
        own, others = (rows.exclude(family_id=None).values_list("family_id", flat=True) for rows in (queued, shares))
        assert said.families == len({*own, *others})
        if chunk == 150 or OWN not in (spanish, english):  # a first chunk of one names only its own children
            assert said.segments == claimed_segments(made)


def test_the_time_is_that_of_the_slowest_sender_and_most_families_go_first(
    slow: Callable[[float], None],
) -> None:
    builders.families(10)
    slow(1.0)
    said = foretold({"en": SHORT})
    assert said.seconds == pytest.approx(10 / USED)
    assert said.most_seconds == pytest.approx(9 / USED)


def test_a_text_of_more_segments_takes_longer(slow: Callable[[float], None]) -> None:
    builders.families(4)
    slow(1.0)
    assert foretold({"en": LONG}).seconds == pytest.approx(4 * measure(LONG).segments / USED)


def test_two_senders_share_the_work(senders: Callable[..., None]) -> None:
    builders.families(40)
    senders("+16125550198", rate=1.0)
    alone = forecast("district", Purpose.GENERAL, [Channel.SMS], {"en": SHORT}).seconds
    senders("+16125550198", "+16125550199", rate=1.0)
    assert forecast("district", Purpose.GENERAL, [Channel.SMS], {"en": SHORT}).seconds == pytest.approx(alone / 2)


def test_what_is_going_out_already_goes_first(slow: Callable[[float], None]) -> None:
    builders.families(10)
    slow(1.0)
    earlier = builders.broadcast()
    plan(earlier)
    assert foretold({"en": SHORT}).seconds == pytest.approx(20 / USED)
    assert foretold({"en": SHORT}, apart_from=earlier.pk).seconds == pytest.approx(10 / USED)


def test_an_emergency_does_not_wait_for_general_messages(slow: Callable[[float], None]) -> None:
    builders.families(10)
    slow(1.0)
    plan(builders.broadcast())
    said = forecast("district", Purpose.EMERGENCY, BOTH, {"en": SHORT})
    assert said.seconds == pytest.approx(10 / USED)


def test_a_paused_broadcast_holds_nobody_up(slow: Callable[[float], None]) -> None:
    builders.families(10)
    slow(1.0)
    earlier = builders.broadcast()
    plan(earlier)
    Broadcast.objects.filter(pk=earlier.pk).update(status="paused")
    assert foretold({"en": SHORT}).seconds == pytest.approx(10 / USED)


def test_a_sender_that_was_slowed_down_takes_longer_and_comes_back(slow: Callable[[float], None]) -> None:
    builders.families(3)
    slow(1.0)
    now = clock.now()
    for sender in SETTINGS.district.senders:
        Pace.objects.create(channel=sender.channel, sender=sender.address, free_at=now, share=0.5, slowed_at=now)
    seconds = foretold({"en": SHORT}).seconds
    grown = 0.5 * seconds + seconds**2 / (2 * RECOVERY)  # what a share that grows evenly from a half has sent by then
    assert USED * grown == pytest.approx(3, rel=0.01)


def test_the_cost_is_segments_and_mails_at_the_districts_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    builders.families(10)
    prices = Prices(segment=0.01, mail=0.001)
    monkeypatch.setitem(vars(SETTINGS), "district", SETTINGS.district.model_copy(update={"prices": prices}))
    said = foretold({"en": LONG})
    assert said.segments == 10 * measure(LONG).segments
    assert said.cost == pytest.approx(0.01 * said.segments + 0.001 * 10)


def test_an_audience_without_addresses_takes_no_time() -> None:
    builders.student(builders.guardian())
    said = foretold({"en": SHORT})
    assert (said.seconds, said.most_seconds, said.families) == (0.0, None, 0)


def test_a_forecast_writes_nothing() -> None:
    builders.families(3)
    foretold({"en": OWN})
    assert not Delivery.objects.exists()
    assert not Batch.objects.exists()
    assert not Pace.objects.exists()
