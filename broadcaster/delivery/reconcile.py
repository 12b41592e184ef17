"""The reconciler: ask the vendor about what nobody knows, and about texts whose receipt never came (law 3).

It never resends blindly. A text is looked for at the vendor by address, time and wording; mail can't be asked about, so
its own events prove it, or its silence counts where policy says so.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from broadcaster import clock
from broadcaster.broadcasts.models import Broadcast, Wording
from broadcaster.delivery import doubts, polling
from broadcaster.delivery.ledger import Ledger
from broadcaster.delivery.models import Batch, Delivery, Doubt, Verdict
from broadcaster.kinds import Channel, Purpose
from broadcaster.providers.base import Found, Provider
from broadcaster.providers.errors import ProviderError
from broadcaster.settings import SETTINGS
from broadcaster.text.tokens import fill

log = structlog.get_logger()

#: questions under way at once
_AT_ONCE = 8
#: how far the vendor's clock may be from ours, beside its grain of one second
_SKEW = 5.0

Providers = Callable[[bool], Provider]


@dataclass(frozen=True, slots=True)
class Question:
    """A text in doubt: where it went, and how it read."""

    doubt: Doubt
    address: str
    text: str
    drill: bool


async def reconcile(providers: Providers, ledger: Ledger) -> None:
    """One round over everything that is due to be looked at."""
    now = clock.now()
    await ledger.run(doubts.take_over, now)
    await _settle_texts(providers, ledger, now)
    await ledger.run(settle_mail, now)
    await polling.poll(providers, ledger, now)


async def _settle_texts(providers: Providers, ledger: Ledger, now: float) -> None:
    questions = await ledger.run(_questions, now)
    if not questions:
        return
    gate = asyncio.Semaphore(_AT_ONCE)

    async def ask(question: Question) -> list[Found] | None:
        async with gate:
            try:
                return await providers(question.drill).find(question.address, question.doubt.since - _reach() - _SKEW)
            except ProviderError as error:
                log.warning("doubt.not_answered", doubt=question.doubt.pk, error=type(error).__name__)
                return None

    answers = await asyncio.gather(*(ask(question) for question in questions))
    await ledger.run(_judge, list(zip(questions, answers, strict=True)), clock.now())


def _reach() -> float:
    """How long before a doubt arose its text may have been created: a lot, its wait for the pace, and the request's own
    time.
    """
    return SETTINGS.district.policies.absent_after_seconds


def _questions(now: float) -> list[Question]:
    due = doubts.due(Channel.SMS, now)
    deliveries = Delivery.objects.in_bulk([doubt.delivery_id for doubt in due])
    wording_of = dict(
        Batch.objects.filter(pk__in={d.batch_id for d in deliveries.values()}).values_list("pk", "wording_id")
    )
    wordings = Wording.objects.in_bulk(set(wording_of.values()))
    drills = dict(Broadcast.objects.filter(pk__in={doubt.broadcast_id for doubt in due}).values_list("pk", "drill"))
    questions = []
    for doubt in due:
        delivery = deliveries[doubt.delivery_id]
        text = fill(wordings[wording_of[delivery.batch_id or 0]].sms, delivery.own_values or {})
        questions.append(Question(doubt, delivery.address, text, drills[doubt.broadcast_id]))
    return questions


def _judge(answers: Sequence[tuple[Question, list[Found] | None]], now: float) -> None:
    """Settle each question: found, surely absent, or not yet known."""
    taken = doubts.taken_ids([found.provider_id for _, answer in answers for found in answer or ()])
    gone: list[Doubt] = []
    later: list[Doubt] = []
    stuck: list[Doubt] = []
    for question, answer in answers:
        match = _match(question, answer or [], taken)
        if match:
            taken.add(match.provider_id)
            doubts.accepted(question.doubt, match.receipt)
        elif answer is not None and now - question.doubt.since >= SETTINGS.district.policies.absent_after_seconds:
            gone.append(question.doubt)
        elif now - question.doubt.since >= doubts.PATIENCE:
            stuck.append(question.doubt)
        else:
            later.append(question.doubt)
    doubts.absent(gone)
    doubts.ask_later(later, now)
    _decide(stuck)


def _match(question: Question, answer: Sequence[Found], taken: set[str]) -> Found | None:
    """The oldest message that reads as ours, was created in the time in question, and belongs to no other delivery."""
    earliest = question.doubt.since - _reach() - _SKEW
    for found in answer:
        if found.provider_id not in taken and found.text == question.text and found.created_at >= earliest:
            return found
    return None


def settle_mail(now: float) -> None:
    """Mail in doubt: silence for the set time counts as absent; without such a policy it is decided when patience
    ends.
    """
    silence = SETTINGS.district.policies.mail_silence_seconds
    due = doubts.due(Channel.EMAIL, now)
    silent = [doubt for doubt in due if silence and now - doubt.since >= silence]
    stuck = [doubt for doubt in due if not silence and now - doubt.since >= doubts.PATIENCE]
    settled = {doubt.pk for doubt in (*silent, *stuck)}
    doubts.absent(silent)
    _decide(stuck)
    doubts.ask_later([doubt for doubt in due if doubt.pk not in settled], now)


def _decide(stuck: Sequence[Doubt]) -> None:
    """Policy for what stays unknown: an emergency goes once more, everything else waits for a person."""
    urgent = set(
        Broadcast.objects.filter(pk__in={doubt.broadcast_id for doubt in stuck}, purpose=Purpose.EMERGENCY).values_list(
            "pk", flat=True
        )
    )
    again = set(
        Doubt.objects.filter(
            delivery_id__in=[doubt.delivery_id for doubt in stuck], verdict=Verdict.RESENT
        ).values_list("delivery_id", flat=True)
    )
    resend = [doubt for doubt in stuck if doubt.broadcast_id in urgent and doubt.delivery_id not in again]
    doubts.absent(resend, Verdict.RESENT)
    doubts.wait_for_person([doubt for doubt in stuck if doubt not in resend])
