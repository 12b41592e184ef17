"""What families chose, and addresses that are no longer written to."""

from itertools import permutations

import pytest

from broadcaster.broadcasts.models import AuditEntry
from broadcaster.kinds import BadInput, Channel, Purpose
from broadcaster.roster import consent
from broadcaster.roster.models import Consent, ConsentState, Suppression

pytestmark = pytest.mark.django_db

PHONE = "+16125550101"


def state(purpose: Purpose = Purpose.GENERAL) -> str:
    """What is kept of the phone."""
    return Consent.objects.get(channel=Channel.SMS, address=PHONE, purpose=purpose).state


@pytest.mark.parametrize("order", list(permutations([1.0, 2.0, 3.0])))
def test_the_latest_choice_wins_in_whatever_order_choices_arrive(order: tuple[float, ...]) -> None:
    said = {1.0: ConsentState.OPTED_OUT, 2.0: ConsentState.OPTED_IN, 3.0: ConsentState.OPTED_OUT}
    for at in order:
        consent.record(Channel.SMS, PHONE, Purpose.GENERAL, said[at], "text", at)
    kept = Consent.objects.get()
    assert (kept.state, kept.at, kept.source) == (ConsentState.OPTED_OUT, 3.0, "text")


def test_a_choice_is_for_one_purpose() -> None:
    consent.record(Channel.SMS, PHONE, Purpose.GENERAL, ConsentState.OPTED_OUT, "console")
    assert list(Consent.objects.values_list("purpose", flat=True)) == ["general"]


def test_a_stop_is_for_all_purposes_and_one_can_be_taken_back() -> None:
    consent.opt_out_everything(Channel.SMS, PHONE, "text STOP", at=1.0)
    assert {state(purpose) for purpose in Purpose} == {"out"}
    consent.record(Channel.SMS, PHONE, Purpose.EMERGENCY, ConsentState.OPTED_IN, "console", at=2.0)
    assert [state(purpose) for purpose in Purpose] == ["in", "out", "out"]


def test_many_choices_in_one_go() -> None:
    choices = [
        consent.Choice(Channel.EMAIL, f"a{n}@example.org", Purpose.GENERAL, ConsentState.OPTED_OUT, "list", 1.0)
        for n in range(100)
    ]
    consent.record_all(choices + choices)
    assert Consent.objects.count() == 100
    consent.record_all([])


def test_a_suppression_keeps_its_first_cause_until_it_was_lifted() -> None:
    consent.suppress(Channel.SMS, PHONE, "bounced", at=1.0)
    consent.suppress(Channel.SMS, PHONE, "invalid", at=2.0)
    assert Suppression.objects.get().cause == "bounced"
    Suppression.objects.update(lifted_at=3.0)
    consent.suppress(Channel.SMS, PHONE, "late receipt", at=2.5)
    assert Suppression.objects.get().lifted_at == 3.0
    consent.suppress(Channel.SMS, PHONE, "carrier stop", at=4.0)
    kept = Suppression.objects.get()
    assert (kept.cause, kept.at, kept.lifted_at) == ("carrier stop", 4.0, None)


def test_a_choice_told_to_the_office_keeps_its_evidence_and_is_in_the_log() -> None:
    consent.enter(
        Channel.SMS,
        PHONE,
        Purpose.GENERAL,
        ConsentState.OPTED_OUT,
        by="office",
        source="by phone",
        evidence="call of 2 September",
    )
    kept = Consent.objects.get()
    assert (kept.state, kept.source, kept.evidence, kept.entered_by) == (
        "out",
        "by phone",
        "call of 2 September",
        "office",
    )
    assert AuditEntry.objects.get().act == "entered a choice"


def test_a_choice_needs_evidence_and_gives_way_to_a_newer_one() -> None:
    consent.opt_out_everything(Channel.SMS, PHONE, "text STOP", at=200.0)
    for evidence, at in (("", 300.0), ("a form", 100.0)):
        with pytest.raises(BadInput, match=r"\+16125550101"):
            consent.enter(
                Channel.SMS,
                PHONE,
                Purpose.GENERAL,
                ConsentState.OPTED_IN,
                by="office",
                source="on paper",
                evidence=evidence,
                at=at,
            )
    assert set(Consent.objects.values_list("state", flat=True)) == {"out"}


def test_a_suppression_is_lifted_by_a_person_with_a_reason_and_can_come_back() -> None:
    consent.suppress(Channel.SMS, PHONE, "landline", at=100.0)
    with pytest.raises(BadInput, match="needs a reason"):
        consent.lift(Channel.SMS, PHONE, by="office", why=" ")
    consent.lift(Channel.SMS, PHONE, by="office", why="a new phone")
    held = Suppression.objects.get()
    assert (held.lifted_by, held.lifted_why, held.cause) == ("office", "a new phone", "landline")
    with pytest.raises(consent.NotSuppressed, match="is not suppressed"):
        consent.lift(Channel.SMS, PHONE, by="office", why="again")
    consent.suppress(Channel.SMS, PHONE, "invalid number")
    held.refresh_from_db()
    assert (held.lifted_at, held.lifted_why, held.cause) == (None, "", "invalid number")
