"""What is old loses its addresses and its words; every number stays what it was."""

import json
from dataclasses import replace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from broadcaster import clock
from broadcaster.broadcasts import audit
from broadcaster.broadcasts.models import AuditEntry, Broadcast, Wording
from broadcaster.delivery import erasing as delivery_erasing
from broadcaster.delivery.epoch import current, reference
from broadcaster.delivery.models import Acknowledgement, Delivery, Erasure, LastOutcome, Member, SharedDelivery
from broadcaster.delivery.send.links import unsubscribe
from broadcaster.kinds import Channel
from broadcaster.replies.models import Reply
from broadcaster.replies.unsubscribing import delivery_of
from broadcaster.reports import counts, kept, snapshot, summary
from broadcaster.reports.models import KeptReport
from broadcaster.reports.report import Share
from broadcaster.reports.unreached import Erased, unreached
from broadcaster.retention import erasing
from broadcaster.roster.models import Contact, ContactPoint, Family, Guardianship, Student
from broadcaster.roster.references import referred
from broadcaster.webhooks.models import StoredReceipt
from tests.reports import builders, small_ledgers
from tests.reports.small_ledgers import Small

pytestmark = pytest.mark.django_db

DAYS = 1000
LATER = builders.APPROVED + (DAYS + 1) * erasing.DAY
FROZEN = {"as_of": 0.0, "erased_at": None}


def old(**fields: object) -> Broadcast:
    """A broadcast that was over long ago."""
    made = builders.broadcast(**fields)
    Broadcast.objects.filter(pk=made.pk).update(
        created_at=builders.APPROVED, finished_at=builders.APPROVED + 60, settled_at=builders.APPROVED + 90
    )
    made.refresh_from_db()
    return made


def forget_everybody() -> None:
    """As if all had left long ago."""
    for table in (Guardianship, ContactPoint, Contact, Student, Family):
        table._default_manager.all().delete()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(small_ledgers.ledgers())
def test_every_number_of_a_report_stays_even_when_everybody_has_left(small: Small) -> None:
    with transaction.atomic():
        written = small_ledgers.write(small)
        scopes = [None, *written.schools]
        before = [replace(counts.report(written.sent.pk, of), **FROZEN) for of in scopes]
        seen = [replace(snapshot.snapshot(written.sent.pk, of), at=0.0) for of in scopes]
        summed = summary.live(written.sent)
        assert delivery_erasing.erase(written.sent.pk) == len(small.messages)
        forget_everybody()
        assert [replace(counts.report(written.sent.pk, of), **FROZEN) for of in scopes] == before
        assert [replace(snapshot.snapshot(written.sent.pk, of), at=0.0) for of in scopes] == seen
        assert summary.live(written.sent) == summed
        transaction.set_rollback(True)


def test_addresses_words_receipts_and_names_are_gone() -> None:
    sent, ana = old(), builders.family()
    builders.meant(sent, ana)
    made = builders.delivery(sent, ana, provider_id="SM1", own_values={"student_names": "Mai"})
    builders.shared(made, builders.family())
    Wording.objects.filter(broadcast=sent).update(sms="Dear family of Mai")
    StoredReceipt.objects.create(
        event_id="1", channel="sms", delivery_id=made.pk, word="delivered", at=0, received_at=0, raw='{"To": "+1612"}'
    )
    assert erasing.run(LATER, DAYS) == 1
    made.refresh_from_db()
    assert (made.address, made.provider_id, made.own_values) == (f"erased-{made.pk}", "", None)
    assert made.status == "delivered"
    assert not StoredReceipt.objects.exists()
    assert not Wording.objects.exclude(sms="", email_html="", subject="").exists()
    contacts = set(Delivery.objects.values_list("contact_id", flat=True)) | set(
        SharedDelivery.objects.values_list("contact_id", flat=True)
    )
    assert all(number < 0 for number in contacts)
    assert not referred(Contact, list(Contact.objects.values_list("pk", flat=True)))
    assert not referred(Student, list(Student.objects.values_list("pk", flat=True)))


def test_nobody_can_trace_the_numbers_back_and_no_two_broadcasts_share_them() -> None:
    ana = builders.family()
    for sent in (old(), old()):
        builders.meant(sent, ana)
        builders.delivery(sent, ana)
    erasing.run(LATER, DAYS)
    assert set(Erasure.objects.values_list("factor", "offset")) == {(0, 0)}
    assert len(set(Member.objects.values_list("family_id", flat=True))) == 2


def test_what_was_broken_off_in_the_middle_goes_on_and_nothing_is_done_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = old()
    families = [builders.family() for _ in range(5)]
    builders.meant(sent, *families)
    for one in families:
        builders.delivery(sent, one)
    before = replace(counts.report(sent.pk), **FROZEN)
    monkeypatch.setattr(delivery_erasing, "ROWS", 2)
    steps = iter([None, None])
    with monkeypatch.context() as killed:
        killed.setattr(delivery_erasing.turns, "step_aside", lambda: next(steps))
        with pytest.raises(StopIteration):
            erasing.run(LATER, DAYS)
    assert 0 < Member.objects.filter(family_id__lt=0).count() < 5
    assert erasing.run(LATER, DAYS) == 1
    assert replace(counts.report(sent.pk), **FROZEN) == before
    assert erasing.run(LATER, DAYS) == 0


def test_what_is_younger_still_going_out_or_kept_for_ever_stays() -> None:
    young, going = old(), builders.broadcast(status="sending")
    Broadcast.objects.filter(pk=going.pk).update(created_at=builders.APPROVED)
    for sent in (young, going):
        builders.delivery(sent, builders.family())
    assert erasing.run(builders.APPROVED + (DAYS - 1) * erasing.DAY, DAYS) == 0
    assert erasing.run(LATER, 0) == 0
    assert erasing.run(LATER, DAYS) == 1
    assert not Delivery.objects.filter(broadcast_id=going.pk, address__startswith="erased").exists()


def test_old_texts_from_families_and_outcomes_at_addresses_of_nobody_go_too() -> None:
    ana = builders.family()
    kept = ana.points.filter(channel=Channel.SMS).get().address
    for number, sender in enumerate((kept, "+16125550198")):
        Reply.objects.create(
            provider_id=f"SM{number}", sender=sender, to="+16125550199", body="who is this", at=builders.APPROVED
        )
        LastOutcome.objects.create(channel="sms", address=sender, arrived=True, at=builders.APPROVED)
    erasing.run(LATER, DAYS)
    assert set(Reply.objects.values_list("sender", "body")) == {("", "")}
    assert list(LastOutcome.objects.values_list("address", flat=True)) == [kept]


def test_the_call_list_of_an_erased_broadcast_is_refused_in_one_line() -> None:
    sent = old()
    builders.meant(sent, builders.family())
    erasing.run(LATER, DAYS)
    with pytest.raises(Erased, match="older than names and addresses are kept"):
        next(unreached(sent.pk))
    assert counts.report(sent.pk).erased_at is not None


def test_an_old_messages_opt_out_link_says_that_it_is_too_old() -> None:
    made = builders.delivery(old(), builders.family(), channel=Channel.EMAIL)
    token = unsubscribe(reference(current(), made.pk)).rpartition("/")[2]
    assert delivery_of(token) == made
    erasing.run(LATER, DAYS)
    assert delivery_of(token) is None


def test_it_is_audited_without_a_word_about_anybody() -> None:
    sent = old()
    builders.delivery(sent, builders.family())
    erasing.run(LATER, DAYS)
    entry = AuditEntry.objects.get(act="broadcast.erased")
    assert (entry.broadcast_id, entry.detail) == (sent.pk, {"deliveries": 1, "receipts": 0})
    assert audit.first_break() is None


def test_a_broadcast_that_was_not_summed_up_yet_is_before_it_is_erased() -> None:
    sent = old()
    builders.meant(sent, builders.family())
    erasing.run(LATER, DAYS)
    assert sent.pk in summary.frozen([sent.pk])
    assert json.dumps(counts.report(sent.pk).as_json())
    assert clock.now() > 0


def test_who_said_that_they_have_read_it_becomes_a_number_too_and_still_counts() -> None:
    sent, ana = old(acknowledge=True), builders.family()
    builders.meant(sent, ana)
    made = builders.delivery(sent, ana)
    Acknowledgement.objects.create(
        broadcast_id=sent.pk, contact_id=ana.pk, family_id=ana.family_id, delivery_id=made.pk, how="text", at=1
    )
    before = counts.report(sent.pk).acknowledged
    erasing.run(LATER, DAYS)
    assert counts.report(sent.pk).acknowledged == before == Share(1, 1)
    assert Acknowledgement.objects.get().contact_id < 0


def test_a_kept_report_says_afterwards_that_it_is_erased() -> None:
    sent = old()
    builders.meant(sent, builders.family())
    assert kept.report(sent).erased_at is None
    erasing.run(LATER, DAYS)
    assert kept.report(sent).erased_at is not None


def test_a_report_that_an_older_version_kept_is_counted_again() -> None:
    sent = old()
    kept.report(sent)
    KeptReport.objects.update(document='{"id": 1}')
    assert kept.report(sent).id == sent.pk
