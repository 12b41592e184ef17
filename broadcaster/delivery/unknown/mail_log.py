"""Mail in doubt: looked for in the vendor's log, where each message bears our own references, so that nothing is taken
for another's. What is found there is a receipt like any other.

One message of a request proves that all of it was accepted, so only two of its addresses are asked about. That the log
lists nothing proves nothing: it says of no moment that it is complete. Then silence counts where policy says so.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog
from django.db import transaction

from broadcaster.broadcasts.models import Broadcast
from broadcaster.delivery.ledger import Ledger
from broadcaster.delivery.models import RESTORED, Answer, Delivery, Doubt
from broadcaster.delivery.receiving import receipts
from broadcaster.delivery.unknown import doubts, policy, restored
from broadcaster.kinds import Channel
from broadcaster.providers.base import Provider, Providers, Receipt
from broadcaster.providers.errors import KeyRefused, ProviderError, Throttled
from broadcaster.settings import SETTINGS

log = structlog.get_logger()

#: questions in one round, under way at once, and about one request: the vendor does not say how many it allows
_ROUND, _AT_ONCE, _OF_REQUEST = 40, 4, 2
#: how far the vendor's clock may be from ours, in seconds
_SKEW = 5.0
#: seconds for which a vendor that finds it too much is left alone; as it says, but no longer than the second
_TOO_MUCH, _LONGEST = 30.0, 60.0


@dataclass(frozen=True, slots=True)
class Question:
    """One mail that is looked for: where it went, and since when it may be there."""

    doubt: Doubt
    address: str
    drill: bool
    earliest: float


@dataclass
class Round:
    """What is asked in a round, and about which doubts. `answers` has what the log said of each doubt that was asked
    about, and `found` the receipts. `over`: the vendor does not answer as it should, so nobody goes on asking; `wait`
    is set where it found it too much.
    """

    about: list[Doubt]
    questions: list[Question]
    answers: dict[int, Answer] = field(default_factory=dict)
    found: list[Receipt] = field(default_factory=list)
    over: bool = False
    wait: float | None = None


async def settle(providers: Providers, ledger: Ledger, now: float) -> None:
    """One round over the mail that is due to be looked at."""
    asked = await ledger.run(_begin, now)
    if not asked.about:
        return
    gate = asyncio.Semaphore(_AT_ONCE)

    async def ask(question: Question) -> None:
        async with gate:
            if not asked.over:
                await _ask(providers(question.drill), question, asked)

    await asyncio.gather(*(ask(question) for question in asked.questions))
    await ledger.run(_end, asked, now)


def _begin(now: float) -> Round:
    """What is due, as far as the round's questions go; the rest stays due."""
    of_request: Counter[str] = Counter()
    about: list[Doubt] = []
    asked: list[Doubt] = []
    for doubt in doubts.due(Channel.EMAIL, now):
        times = of_request[doubt.request] if doubt.request else 0
        if times < _OF_REQUEST and len(asked) < _ROUND:
            of_request[doubt.request] += 1
            asked.append(doubt)
            about.append(doubt)
        elif times:
            about.append(doubt)
    addresses = dict(Delivery.objects.filter(pk__in=[d.delivery_id for d in asked]).values_list("pk", "address"))
    broadcasts = Broadcast.objects.in_bulk({doubt.broadcast_id for doubt in asked})
    questions = [
        Question(
            doubt,
            addresses[doubt.delivery_id],
            broadcasts[doubt.broadcast_id].drill,
            restored.earliest(doubt, broadcasts[doubt.broadcast_id]) - _SKEW,
        )
        for doubt in asked
    ]
    return Round(about, questions)


async def _ask(provider: Provider, question: Question, asked: Round) -> None:
    """Ask one question. A key that may not read the log leaves the answer empty: the mail was not asked about."""
    try:
        found = await provider.find(question.address, question.earliest)
    except ProviderError as error:
        log.warning("mail.log_not_answered", doubt=question.doubt.pk, error=type(error).__name__)
        asked.over = True
        if isinstance(error, Throttled):
            asked.wait = min(error.retry_after or _TOO_MUCH, _LONGEST)
        elif not isinstance(error, KeyRefused):
            asked.answers[question.doubt.pk] = Answer.NONE
    else:
        asked.answers[question.doubt.pk] = Answer.NOT_LISTED
        asked.found += [one.receipt for one in found]


def _end(asked: Round, now: float) -> None:
    """Write what was found, and go on with what is still in doubt."""
    with transaction.atomic():
        receipts.apply(asked.found)
    if asked.wait is not None:
        doubts.ask_no_mail_before(now + asked.wait)
    still = set(
        Doubt.objects.filter(pk__in=[doubt.pk for doubt in asked.about], settled_at__isnull=True).values_list(
            "pk", flat=True
        )
    )
    open_doubts = [doubt for doubt in asked.about if doubt.pk in still]
    said = {d.request: asked.answers[d.pk] for d in asked.about if d.request and d.pk in asked.answers}
    # a lost machine may have taken the events: their absence after a restore says nothing
    silence = SETTINGS.district.policies.mail_silence_seconds
    for of_restore, limit in ((False, silence), (True, 0.0)):
        some = [doubt for doubt in open_doubts if (doubt.cause == RESTORED) == of_restore]
        _go_on(some, {d.pk: asked.answers.get(d.pk) or said.get(d.request) for d in some}, now, limit)


def _go_on(open_doubts: Sequence[Doubt], said: dict[int, Answer | None], now: float, silence: float) -> None:
    """Silence for the set time counts as absent; without such a policy it is decided when patience ends."""
    limit = silence or doubts.PATIENCE
    for answer in (*Answer, None):
        waiting = [doubt for doubt in open_doubts if now - doubt.since < limit and said[doubt.pk] == answer]
        doubts.ask_later(waiting, now, limit, answer or "")
    over = [doubt for doubt in open_doubts if now - doubt.since >= limit]
    if silence:
        doubts.absent(over)
    else:
        policy.decide(over, now)
