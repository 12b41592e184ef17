"""The whole matrix of STOP: each keyword in each language, and what then becomes of each purpose on each channel."""

from dataclasses import dataclass

import pytest

from broadcaster import clock
from broadcaster.delivery.models import Delivery
from broadcaster.kinds import Channel, Purpose
from broadcaster.providers.twilio.inbound import Inbound
from broadcaster.replies.keywords import CARRIER, OURS
from broadcaster.replies.models import Reply, ReplyKind
from broadcaster.replies.recording import record
from tests import builders
from tests.delivery.worker import plan

pytestmark = pytest.mark.django_db

#: what becomes of a message after a text of this kind: (channel, purpose) -> status and reason as planned
GOES = ("queued", "")
OPTED_OUT, BLOCKED = ("suppressed", "opted out"), ("suppressed", "suppressed")
EVERYTHING = {(channel, purpose): GOES for channel in Channel for purpose in Purpose}
NO_TEXTS = EVERYTHING | {(Channel.SMS, purpose): OPTED_OUT for purpose in Purpose}

AFTER = {
    # a stop of our own or of the carrier's: no text of any purpose, and mail as before
    ReplyKind.STOP: NO_TEXTS,
    ReplyKind.START: EVERYTHING,
    ReplyKind.HELP: EVERYTHING,
}


@dataclass(frozen=True)
class Said:
    """A family's texts, one after the other, and what then holds for them."""

    words: tuple[str, ...]
    language: str
    then: dict[tuple[Channel, Purpose], tuple[str, str]]


def table() -> list[Said]:
    words = [(word, "en", kind) for kind, keywords in CARRIER.items() for word in sorted(keywords)]
    words += [(word, tag, kind) for tag, of in OURS.items() for kind, keywords in of.items() for word in keywords]
    rows = [Said((word,), tag, AFTER[kind]) for word, tag, kind in words]
    # a START takes back a STOP in whatever language; one that only we understand does not unblock the carrier
    rows += [
        Said(("STOP", word), tag, EVERYTHING) for word, tag, kind in words if kind == ReplyKind.START and tag == "en"
    ]
    blocked = EVERYTHING | {(Channel.SMS, purpose): BLOCKED for purpose in Purpose}
    rows += [Said(("STOP", word), tag, blocked) for word, tag, kind in words if kind == ReplyKind.START and tag != "en"]
    rows += [Said(("alto", word), tag, EVERYTHING) for word, tag, kind in words if kind == ReplyKind.START]
    # wishes in free words wait for a person, and change nothing by themselves
    wishes = (
        "please no more texts",
        "no quiero recibir mensajes",
        "ha ii soo dirin",
        "txhob xa ntxiv",
        "this is the wrong number",
    )
    return [*rows, *(Said((wish,), "", EVERYTHING) for wish in wishes)]


def test_each_keyword_in_each_language_counts_for_each_purpose_on_each_channel() -> None:
    rows = table()
    assert {row.language for row in rows} == {"en", *OURS, ""}
    for number, row in enumerate(rows):
        builders.student(builders.guardian(sms=builders.phone(number), email=f"m{number}@example.org"))
        for place, word in enumerate(row.words):
            text = Inbound(builders.phone(number), "+16125550199", word, "", f"SM{number}-{place}")
            assert record(text, clock.now() + place, simulated=False) is not None
    found: dict[tuple[int, Channel, Purpose], tuple[str, str]] = {}
    for purpose in Purpose:
        made = builders.broadcast(purpose=purpose)
        plan(made.pk)
        for channel, address, status, reason in Delivery.objects.filter(broadcast_id=made.pk).values_list(
            "channel", "address", "status", "reason"
        ):
            number = next(n for n in range(len(rows)) if address in (builders.phone(n), f"m{n}@example.org"))
            found[number, Channel(channel), purpose] = (status, reason)
    wrong = [
        (row.words, row.language, channel.value, purpose.value, found[number, channel, purpose], expected)
        for number, row in enumerate(rows)
        for (channel, purpose), expected in row.then.items()
        if found[number, channel, purpose] != expected
    ]
    assert wrong == []
    assert len(found) == len(rows) * len(Channel) * len(Purpose) > 400


def test_every_wish_of_the_table_is_flagged_for_a_person() -> None:
    for number, row in enumerate(row for row in table() if not row.language):
        record(Inbound(builders.phone(number), "", row.words[0], "", f"SM{number}"), clock.now(), simulated=False)
    assert set(Reply.objects.values_list("kind", flat=True)) == {ReplyKind.WISH}
