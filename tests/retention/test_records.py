"""A family that asks is told all that is kept of it, and nothing of anybody else."""

import json
import stat
from pathlib import Path

import pytest

from broadcaster.broadcasts.models import AuditEntry, Wording
from broadcaster.cli import main
from broadcaster.delivery.models import Delivery
from broadcaster.kinds import Channel, Purpose
from broadcaster.replies.models import Reply
from broadcaster.roster import consent
from broadcaster.roster.models import ConsentState
from broadcaster.webhooks.models import StoredReceipt
from tests.reports import builders

pytestmark = pytest.mark.django_db


def test_the_document_has_people_choices_messages_words_receipts_and_texts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sent, ana, other = builders.broadcast(), builders.family(), builders.family()
    builders.meant(sent, ana, other)
    phone, theirs = (one.points.get(channel=Channel.SMS).address for one in (ana, other))
    batch = builders.held_batch(sent, (builders.delivery(sent, other), builders.delivery(sent, other)))
    words = Wording.objects.create(broadcast=sent, language="tlh", translation="draft", sms="Stay home", sms_segments=1)
    batch.wording_id = words.pk
    batch.save()
    made = builders.delivery(sent, ana, address=phone, batch_id=batch.pk)
    StoredReceipt.objects.create(
        event_id="1", channel="sms", delivery_id=made.pk, word="delivered", at=1, received_at=1, raw='{"To": "x"}'
    )
    consent.record(Channel.SMS, phone, Purpose.GENERAL, ConsentState.OPTED_OUT, "text STOP")
    for number, sender in enumerate((phone, theirs)):
        Reply.objects.create(provider_id=str(number), sender=sender, to="+16125550199", body=f"text {number}", at=2)

    out = tmp_path / "family.json"
    assert main(["records", str(ana.family_id), "--out", str(out), "--json"]) == 0
    document = json.loads(out.read_text())
    assert document == json.loads(capsys.readouterr().out)
    (family,) = document["families"]
    assert [one["name"] for one in family["contacts"]] == [ana.name]
    assert len(family["students"]) == 1
    assert [(one["purpose"], one["source"]) for one in family["choices"]] == [("general", "text STOP")]
    (message,) = family["messages"]
    assert (message["text"], message["status"], message["address"]) == ("Stay home", "delivered", phone)
    assert [one["as_it_came"] for one in message["receipts"]] == [{"To": "x"}]
    assert [one["text"] for one in family["texts_from_them"]] == ["text 0"]
    assert theirs not in out.read_text()
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    entry = AuditEntry.objects.get(act="records.exported")
    assert entry.detail == {"families": [ana.family_id]}


def test_a_family_is_found_by_address_or_by_a_students_id(capsys: pytest.CaptureFixture[str]) -> None:
    ana = builders.family()
    student = ana.guardianships.get().student
    for who in (*ana.points.values_list("address", flat=True), student.source_id):
        assert main(["records", who, "--json"]) == 0
        assert [one["family"] for one in json.loads(capsys.readouterr().out)["families"]] == [ana.family_id]


@pytest.mark.parametrize("who", ["nobody@example.org", "999999", "+16125550177", "S'"])
def test_nobody_is_one_line_that_repeats_what_was_given(who: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["records", who]) == 2
    said = capsys.readouterr()
    assert said.err.startswith("broadcaster: no family is known by ")
    assert who in said.err
    assert said.err.count("\n") == 1
    assert not Delivery.objects.exists()
