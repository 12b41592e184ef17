"""What vendors' callbacks do to the ledger, over the wire."""

import gzip
import json
from base64 import b64encode
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from broadcaster.delivery.models import Delivery
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.kinds import Channel
from broadcaster.roster.models import Consent, Suppression
from broadcaster.settings import SETTINGS
from broadcaster.webhooks.models import StoredReceipt
from tests import builders
from tests.webhooks import vendor
from tests.webhooks.rows import delivery, ref, state
from tests.webhooks.vendor import Post, answers, event, events, replies, status

pytestmark = pytest.mark.django_db(transaction=True)


def untouched(made: Delivery) -> bool:
    return state(made) == DeliveryStatus.SENT and not StoredReceipt.objects.exists()


def test_a_text_that_arrived_is_delivered_and_its_receipt_is_kept() -> None:
    made = delivery()
    assert answers(status(ref(made), "delivered", RawDlrDoneDate="2611221650")) == [204]
    assert state(made) == DeliveryStatus.DELIVERED
    kept = StoredReceipt.objects.get()
    assert (kept.delivery_id, kept.word, kept.channel, kept.fault) == (made.pk, "delivered", "sms", "")
    assert json.loads(kept.raw)["RawDlrDoneDate"] == "2611221650"


def test_a_mail_that_bounced_says_why() -> None:
    made = delivery(Channel.EMAIL)
    bounce = event(ref(made), "bounce", type="bounce", status="5.1.1", reason="550 no such user")
    assert answers(events(bounce)) == [204]
    assert state(made) == DeliveryStatus.UNDELIVERED
    assert Delivery.objects.get().reason == "mailbox does not exist"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda post: post.but(headers={}),
        lambda post: post.with_header("x-twilio-signature", ""),
        lambda post: post.with_header("x-twilio-signature", "bm90IGl0"),
        lambda post: post.with_header("x-twilio-signature", "\N{LATIN SMALL LETTER E WITH ACUTE}"),
        lambda post: post.but(body=post.body.replace(b"delivered", b"failed")),
        lambda post: post.but(body=post.body + b"&MessageStatus=failed"),
        lambda post: post.but(query=post.query + "0"),
        lambda post: post.but(query=""),
        lambda post: post.but(query=post.query + "&x=1"),
        lambda post: post.but(body=b""),
        lambda post: post.but(body=b"\xff\xfe"),
    ],
)
def test_a_text_callback_that_is_forged_changes_nothing(spoil: Callable[[Post], Post]) -> None:
    made = delivery()
    assert answers(spoil(status(ref(made), "delivered"))) == [403]
    assert untouched(made)


def test_a_text_callback_signed_with_another_account_changes_nothing() -> None:
    made = delivery()
    assert answers(status(ref(made), "delivered", token="f" * 32)) == [403]
    assert untouched(made)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda post: post.but(headers={}),
        lambda post: post.with_header("x-twilio-email-event-webhook-signature", ""),
        lambda post: post.with_header("x-twilio-email-event-webhook-signature", "no base64!"),
        lambda post: post.with_header("x-twilio-email-event-webhook-timestamp", "1"),
        lambda post: post.but(body=post.body.replace(b"delivered", b"processed")),
        lambda post: post.but(body=post.body + b" "),
        lambda post: post.but(body=b"\xff"),
    ],
)
def test_a_mail_callback_that_is_forged_changes_nothing(spoil: Callable[[Post], Post]) -> None:
    made = delivery(Channel.EMAIL)
    assert answers(spoil(events(event(ref(made), "delivered")))) == [403]
    assert untouched(made)


def test_a_mail_callback_signed_with_another_key_changes_nothing() -> None:
    made = delivery(Channel.EMAIL)
    assert answers(events(event(ref(made), "delivered"), key=ec.generate_private_key(ec.SECP256R1()))) == [403]
    assert untouched(made)


@pytest.mark.parametrize("unknown", ["zzzzzz-1", "1", "", "x" * 300])
def test_a_receipt_of_nobody_we_know_is_taken_and_kept(unknown: str) -> None:
    assert answers(status(unknown, "delivered"), events(event(unknown, "delivered"))) == [204, 204]
    assert list(StoredReceipt.objects.values_list("delivery_id", flat=True)) == [None, None]


def test_a_word_we_do_not_know_is_kept_and_moves_nothing() -> None:
    text, mail = delivery(), delivery(Channel.EMAIL)
    posts = [status(ref(text), "teleported" * 20), events(event(ref(mail), "teleported", new={"deep": [1]}))]
    assert answers(*posts) == [204, 204]
    assert (state(text), state(mail)) == (DeliveryStatus.SENT, DeliveryStatus.SENT)
    assert StoredReceipt.objects.filter(delivery_id__in=[text.pk, mail.pk]).count() == 2


def test_a_signed_body_that_is_no_array_of_events_is_taken_so_that_it_is_not_repeated_for_a_day() -> None:
    assert [*answers(vendor.signed_events(b"{}")), *answers(vendor.signed_events(b"not json"))] == [204, 204]


def test_a_repeated_callback_is_kept_once() -> None:
    made = delivery()
    post = status(ref(made), "delivered")
    assert answers(post, post) == [204, 204]
    assert [reply.status for reply in replies(post, post, post)] == [204] * 3
    assert StoredReceipt.objects.count() == 1


def test_a_receipt_may_come_before_the_send_is_recorded() -> None:
    made = delivery(status=DeliveryStatus.QUEUED)
    answers(status(ref(made), "delivered"))
    assert state(made) == DeliveryStatus.DELIVERED


def ledger_of(*made: Delivery) -> object:
    """All that callbacks may change, but for instants that are the clock's."""
    rows = {one.pk: place for place, one in enumerate(made)}
    return (
        sorted(
            (rows[pk], *more)
            for pk, *more in Delivery.objects.filter(pk__in=rows).values_list("pk", "status", "reason", "code")
        ),
        sorted(StoredReceipt.objects.filter(delivery_id__in=rows).values_list("word", "code")),
        sorted(
            (rows[pk], cause)
            for pk, address in [(one.pk, one.address) for one in made]
            for cause in Suppression.objects.filter(address=address).values_list("cause", flat=True)
        ),
        sorted(
            (rows[pk], purpose, state)
            for pk, address in [(one.pk, one.address) for one in made]
            for purpose, state in Consent.objects.filter(address=address).values_list("purpose", "state")
        ),
    )


def storm_of(text: Delivery, lost: Delivery, mail: Delivery, dead: Delivery) -> list[Post]:
    """What vendors say of four messages, in the shapes that they have."""
    return [
        *(status(ref(text), word, sid=f"SM{text.pk}") for word in ("queued", "sent", "delivered")),
        *(status(ref(lost), word, sid=f"SM{lost.pk}", **why) for word, why in LOST),
        *(events(event(ref(mail), word)) for word in ("processed", "deferred", "delivered", "open")),
        events(event(ref(mail), "delivered", number=2), event(ref(mail), "spamreport", reason="")),
        events(event(ref(dead), "bounce", type="bounce", status="5.1.1"), event(ref(dead), "processed")),
        events(event(ref(dead), "delivered")),
    ]


LOST: tuple[tuple[str, dict[str, str]], ...] = (("sent", {}), ("undelivered", {"ErrorCode": "21610"}))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_callbacks_end_the_same_in_any_order_and_number(data: st.DataObject) -> None:
    sent = builders.broadcast()
    ends = []
    for shuffled in (False, True):
        channels = (Channel.SMS, Channel.SMS, Channel.EMAIL, Channel.EMAIL)
        made = [delivery(channel, broadcast_id=sent.pk) for channel in channels]
        ever = storm_of(*made)
        again = data.draw(st.lists(st.sampled_from(ever), max_size=8)) if shuffled else []
        order = data.draw(st.permutations([*ever, *again])) if shuffled else ever
        # so many at once share a transaction, and the next come after it
        at_once = data.draw(st.integers(1, 6)) if shuffled else 1
        for start in range(0, len(order), at_once):
            some = order[start : start + at_once]
            assert [reply.status for reply in replies(*some)] == [204] * len(some)
        ends.append(ledger_of(*made))
        assert [state(one) for one in made] == ["delivered", "undelivered", "delivered", "undelivered"]
    assert ends[0] == ends[1]


@pytest.mark.parametrize("size", [1, 2, 1999, 2001, 10_000])
def test_an_array_of_any_size_is_applied_whole(size: int) -> None:
    made = [
        Delivery(
            broadcast_id=1,
            channel=Channel.EMAIL,
            address=f"family{number}@example.org",
            contact_id=1,
            language="en",
            wave=1,
            status=DeliveryStatus.SENT,
        )
        for number in range(size)
    ]
    Delivery.objects.bulk_create(made)
    first = ref(made[0]).partition("-")[0]
    assert answers(events(*(event(f"{first}-{one.pk}", "delivered") for one in made))) == [204]
    assert Delivery.objects.filter(status=DeliveryStatus.DELIVERED).count() == size
    assert StoredReceipt.objects.filter(delivery_id__isnull=False).count() == size


def test_an_empty_array_is_taken() -> None:
    assert answers(events()) == [204]


def test_a_packed_array_is_unpacked_before_its_signature_is_checked() -> None:
    made = delivery(Channel.EMAIL)
    post = events(event(ref(made), "delivered"))
    packed = post.but(body=gzip.compress(post.body)).with_header("content-encoding", "gzip")
    assert answers(packed.but(body=packed.body[:-9]), packed) == [400, 204]
    assert state(made) == DeliveryStatus.DELIVERED


def test_beside_a_live_account_both_it_and_the_sandbox_are_believed_because_drills_go_there() -> None:
    account = {"twilio_account_sid": "AC" + "1" * 32, "twilio_auth_token": SecretStr("a" * 32)}
    live = SETTINGS.model_copy(update=account)
    real, drill = delivery(), delivery()
    posts = [status(ref(real), "delivered", token="a" * 32), status(ref(drill), "delivered", sid="SM2")]
    assert answers(*posts, settings=live) == [204, 204]
    assert answers(status(ref(real), "failed", token="b" * 32), settings=live) == [403]
    assert (state(real), state(drill)) == ("delivered", "delivered")


def test_the_public_key_that_sendgrid_shows_is_believed() -> None:
    made, key = delivery(Channel.EMAIL), ec.generate_private_key(ec.SECP256R1())
    shown = b64encode(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
    post = events(event(ref(made), "delivered"), key=key)
    assert answers(post) == [403]
    assert answers(post, settings=SETTINGS.model_copy(update={"sendgrid_webhook_public_key": shown})) == [204]


def test_the_signature_is_over_our_public_address_whatever_the_request_calls_its_host() -> None:
    made = delivery()
    post = status(ref(made), "delivered")
    moved = SETTINGS.model_copy(update={"public_base_url": "https://alerts.example.org"})
    assert answers(post.with_header("host", "alerts.example.org"), settings=moved) == [403]
    assert answers(post.with_header("host", "alerts.example.org")) == [204]
