"""The reconciler: ask the vendor about what nobody knows, and about texts whose receipt never came (law 3).

It never resends blindly. A text is looked for at the vendor by address, time and wording; how mail is, is in
`mail_log.py`.
"""

import asyncio
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import structlog

from broadcaster import clock
from broadcaster.broadcasts.models import Broadcast, Wording
from broadcaster.delivery.ledger import Ledger
from broadcaster.delivery.models import Answer, Batch, Delivery, Doubt
from broadcaster.delivery.receiving import polling
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.delivery.unknown import doubts, mail_log, policy, restored
from broadcaster.kinds import Channel
from broadcaster.providers.base import Found, Providers
from broadcaster.providers.errors import ProviderError
from broadcaster.settings import SETTINGS
from broadcaster.text.tokens import fill

log = structlog.get_logger()

#: questions under way at once
_AT_ONCE = 8
#: how far the vendor's clock may be from ours, beside its grain of one second
_SKEW = 5.0
#: the cause of a doubt where the vendor itself answered, and so was done with the request
_DONE = "HTTP 500"


@dataclass(frozen=True, slots=True)
class Question:
    """A text in doubt: where it went, how it read, and the instants between which the vendor made it, if it did.

    `too_late`: if the vendor never made it, it is not for us to send it still.
    """

    doubt: Doubt
    address: str
    text: str
    drill: bool
    earliest: float
    latest: float
    too_late: bool = False

    def may_be(self, found: Found) -> bool:
        """Whether a message at the vendor reads like it, and was made while its request was under way."""
        return found.text == self.text and found.created_at <= self.latest

    def far_from(self, found: Found) -> float:
        """Seconds between the doubt and the second in which a message was made: who reads alike may still be told apart
        by it.
        """
        since = self.doubt.since
        return max(found.created_at - since, since - (found.created_at + 1.0), 0.0)

    def nearest(self, answer: Sequence[Found]) -> float:
        """The least of that over all messages that may be it."""
        return min((self.far_from(found) for found in answer if self.may_be(found)), default=math.inf)


async def reconcile(texts: Providers, mail: Providers, ledger: Ledger) -> None:
    """One round over everything that is due to be looked at."""
    now = clock.now()
    await ledger.run(doubts.take_over, now)
    await ledger.run(doubts.end_told, now)
    await ledger.run(doubts.end_proven, now)
    await _settle_texts(texts, ledger, now)
    await polling.poll(texts, ledger, now)
    await mail_log.settle(mail, ledger, now)


async def _settle_texts(providers: Providers, ledger: Ledger, now: float) -> None:
    questions = await ledger.run(_questions, now)
    if not questions:
        return
    gate = asyncio.Semaphore(_AT_ONCE)

    async def ask(question: Question) -> list[Found] | None:
        async with gate:
            try:
                return await providers(question.drill).find(question.address, question.earliest)
            except ProviderError as error:
                log.warning("doubt.not_answered", doubt=question.doubt.pk, error=type(error).__name__)
                return None

    answers = await asyncio.gather(*(ask(question) for question in questions))
    await ledger.run(_judge, list(zip(questions, answers, strict=True)), clock.now())


def _questions(now: float) -> list[Question]:
    due = doubts.due(Channel.SMS, now)
    deliveries = Delivery.objects.in_bulk([doubt.delivery_id for doubt in due])
    texts = _texts(deliveries.values())
    broadcasts = Broadcast.objects.in_bulk({doubt.broadcast_id for doubt in due})
    questions = []
    for doubt in due:
        broadcast, delivery = broadcasts[doubt.broadcast_id], deliveries[doubt.delivery_id]
        earliest = restored.earliest(doubt, broadcast) - _SKEW
        late = restored.too_late(doubt, broadcast, now)
        text = texts[delivery.pk]
        questions.append(Question(doubt, delivery.address, text, broadcast.drill, earliest, _latest(doubt), late))
    return questions


def _latest(doubt: Doubt) -> float:
    """When the vendor was done with its request. After a line that was cut, or a gateway's error, it may go on."""
    goes_on = 0.0 if doubt.cause == _DONE else SETTINGS.district.policies.absent_after_seconds
    return doubt.since + goes_on + _SKEW


def _texts(deliveries: Iterable[Delivery]) -> dict[int, str]:
    """How each of these texts reads, by delivery id."""
    known = list(deliveries)
    batches = Batch.objects.filter(pk__in={delivery.batch_id for delivery in known})
    wording_of = dict(batches.values_list("pk", "wording_id"))
    wordings = Wording.objects.in_bulk(set(wording_of.values()))
    return {one.pk: fill(wordings[wording_of[one.batch_id or 0]].sms, one.own_values or {}) for one in known}


def _waiting(questions: Sequence[Question]) -> Counter[tuple[str, str]]:
    """How many deliveries have no message at the vendor that is known to be theirs, by address and text.

    The vendor does not say whose a message is. Where more deliveries read alike than messages are there, any of them
    may be another's, of which the ledger has not heard yet.
    """
    going_out = Broadcast.objects.filter(started_at__isnull=False, finished_at__isnull=True).values_list(
        "pk", flat=True
    )
    found = Delivery.objects.filter(
        broadcast_id__in=list(going_out),
        channel=Channel.SMS,
        address__in={question.address for question in questions},
        status__in=(DeliveryStatus.QUEUED, DeliveryStatus.UNKNOWN),
    )
    addresses = {delivery.pk: delivery for delivery in found}
    return Counter((addresses[pk].address, text) for pk, text in _texts(addresses.values()).items())


def _judge(answers: Sequence[tuple[Question, list[Found] | None]], now: float) -> None:
    """Settle each question: found, surely absent, or not yet known."""
    taken = doubts.taken_ids([found.provider_id for _, answer in answers for found in answer or ()])
    waiting = _waiting([question for question, _ in answers])
    gone: list[Doubt] = []
    later: dict[Answer, list[Doubt]] = {one: [] for one in Answer}
    stuck: list[Doubt] = []
    policies = SETTINGS.district.policies
    for question, answer in sorted(answers, key=lambda one: one[0].nearest(one[1] or ())):
        alike = (question.address, question.text)
        free = [found for found in answer or () if question.may_be(found) and found.provider_id not in taken]
        # one whose receipt would have come by now, and named its delivery: its receipt is lost
        silent = [found for found in free if now - found.created_at >= policies.ask_after_seconds]
        if silent or 0 < waiting[alike] <= len(free):
            match = min(silent or free, key=question.far_from)
            taken.add(match.provider_id)
            waiting[alike] -= 1
            doubts.accepted(question.doubt, match.receipt)
        elif answer is not None and not free and now - question.doubt.since >= policies.absent_after_seconds:
            if not question.too_late:
                gone.append(question.doubt)
                continue
            later[Answer.NOT_LISTED].append(question.doubt)
            stuck.append(question.doubt)
        else:
            later[_said(answer, free)].append(question.doubt)
            if now - question.doubt.since >= doubts.PATIENCE:
                stuck.append(question.doubt)
    doubts.absent(gone)
    for said, open_doubts in later.items():
        doubts.ask_later(open_doubts, now, policies.absent_after_seconds, said)
    policy.decide(stuck, now)


def _said(answer: Sequence[Found] | None, free: Sequence[Found]) -> Answer:
    if answer is None:
        return Answer.NONE
    return Answer.ALIKE if free else Answer.NOT_LISTED
