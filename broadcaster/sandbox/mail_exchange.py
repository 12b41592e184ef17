"""The life of a mail after it was accepted, told by signed arrays of events.

Events, their fields and reasons: SendGrid, "Event Webhook Reference".
"""

import asyncio
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from broadcaster.sandbox.callbacks import Callback, Callbacks
from broadcaster.sandbox.gate import Gate
from broadcaster.sandbox.magic import MailFate, mail_fate
from broadcaster.sandbox.messages import EMAIL, Mail
from broadcaster.sandbox.signatures import EventSigner
from broadcaster.sandbox.store import Store

#: the vendor posts events together: at most so many, or what came within so many seconds
_ARRAY = 1000
_GATHER_SECONDS = 0.02
#: how far behind the second event a reordered first one comes, in seconds
_BEHIND = 0.05


@dataclass(frozen=True, slots=True)
class Step:
    """One event, and the status the mail has after it."""

    event: str
    details: dict[str, Any] = field(default_factory=dict)
    status: str = ""


_PROCESSED = Step("processed")
_DELIVERED = Step("delivered", {"response": "250 OK", "tls": 1})
_BUSY = "450 4.2.1 The mailbox is busy, try again later"
_NO_MAILBOX = "550 5.1.1 The email account that you tried to reach does not exist"
_REFUSED = "550 5.7.1 Message refused by the recipient's mail service"

LIVES: dict[MailFate | None, tuple[Step, ...]] = {
    None: (_PROCESSED, _DELIVERED),
    MailFate.BOUNCE: (
        _PROCESSED,
        Step(
            "bounce",
            {"type": "bounce", "status": "5.1.1", "reason": _NO_MAILBOX, "bounce_classification": "Invalid Address"},
        ),
    ),
    MailFate.BLOCKED: (
        _PROCESSED,
        Step(
            "bounce",
            {"type": "blocked", "status": "5.7.1", "reason": _REFUSED, "bounce_classification": "Content"},
            "blocked",
        ),
    ),
    MailFate.DROPPED: (Step("dropped", {"reason": "Bounced Address", "status": "5.0.0"}),),
    MailFate.DEFERRED: (
        _PROCESSED,
        Step("deferred", {"response": _BUSY, "attempt": "1"}),
        Step("deferred", {"response": _BUSY, "attempt": "2"}),
        _DELIVERED,
    ),
    MailFate.SPAM: (_PROCESSED, _DELIVERED, Step("spamreport")),
    MailFate.UNSUBSCRIBE: (_PROCESSED, _DELIVERED, Step("unsubscribe")),
}


class MailExchange:
    """Takes mails to their end, and offers each event until it is taken or `patience` seconds are over."""

    def __init__(
        self, url: str, patience: float, gate: Gate, store: Store, callbacks: Callbacks, signer: EventSigner
    ) -> None:
        self._url = url
        self._patience = patience
        self._gate = gate
        self._store = store
        self._callbacks = callbacks
        self._signer = signer
        self._gathered: list[tuple[dict[str, Any], Mail | None]] = []

    def take(self, mails: Sequence[Mail]) -> None:
        """Begin the life of accepted mails. Each step comes `callback_delay` after the one before."""
        lives = [(mail, LIVES.get(mail_fate(mail.to), LIVES[None])) for mail in mails]
        self._after_a_while(lives, 0)

    def _after_a_while(self, lives: list[tuple[Mail, tuple[Step, ...]]], index: int) -> None:
        asyncio.get_running_loop().call_later(self._gate.faults.callback_delay, self._step, lives, index)

    def _step(self, lives: list[tuple[Mail, tuple[Step, ...]]], index: int) -> None:
        for mail, life in lives:
            self._happen(mail, life[index], index, last=index + 1 == len(life))
        going_on = [(mail, life) for mail, life in lives if index + 1 < len(life)]
        if going_on:
            self._after_a_while(going_on, index + 1)

    def _happen(self, mail: Mail, step: Step, index: int, *, last: bool) -> None:
        mail.status, mail.updated_at = step.status or step.event, time.time()
        mail.reason = str(step.details.get("reason", mail.reason))
        ends = mail if last else None
        if not self._url or self._gate.hits("events_lost", EMAIL, mail.to):
            self._settle([ends])
            return
        delay = 0.0
        if index == 0 and not last and self._gate.hits("callbacks_reordered", EMAIL, mail.to):
            delay += self._gate.faults.callback_delay + _BEHIND
        if self._gate.hits("callbacks_late", EMAIL, mail.to):
            delay += self._gate.faults.late_seconds
        event = _event(mail, step, index)
        for _ in range(2 if self._gate.hits("callbacks_doubled", EMAIL, mail.to) else 1):
            self._callbacks.promise(EMAIL)
            self._gather(event, ends, delay)

    def _gather(self, event: dict[str, Any], ends: Mail | None, delay: float) -> None:
        if delay:
            asyncio.get_running_loop().call_later(delay, self._gather, event, ends, 0)
            return
        self._gathered.append((event, ends))
        if len(self._gathered) == 1:
            asyncio.get_running_loop().call_later(_GATHER_SECONDS, self._post)
        elif len(self._gathered) == _ARRAY:
            self._post()

    def _post(self) -> None:
        gathered, self._gathered = self._gathered, []
        if not gathered:
            return  # a full array went out before its time
        events = [event for event, _ in gathered]
        ending = [mail for _, mail in gathered]
        body = json.dumps(events).encode()
        callback = Callback(EMAIL, self._url, body, self._signer.headers, self._patience, size=len(events))
        callback.done = lambda _taken: self._settle(ending)
        self._callbacks.send(callback, promised=True)

    def _settle(self, ending: Sequence[Mail | None]) -> None:
        for mail in ending:
            if mail is not None:
                self._store.settle(mail)


def told(mail: Mail) -> list[dict[str, Any]]:
    """The events of a mail so far, whether they arrived or were lost."""
    life = LIVES.get(mail_fate(mail.to), LIVES[None])
    reached = [index for index, step in enumerate(life) if (step.status or step.event) == mail.status]
    return [_event(mail, step, index) for index, step in enumerate(life[: reached[-1] + 1 if reached else 0])]


def _event(mail: Mail, step: Step, index: int) -> dict[str, Any]:
    """The event's id follows from the mail and the step, so that a repeat after a restart is recognisable as one."""
    digest = blake2b(f"{mail.id}:{index}:{step.event}".encode(), digest_size=16).digest()
    return {
        **mail.args,
        "email": mail.to,
        "timestamp": int(mail.updated_at),
        "smtp-id": f"<{mail.wording.id}@sandbox.example.org>",
        "event": step.event,
        "sg_event_id": urlsafe_b64encode(digest).decode().rstrip("="),
        "sg_message_id": mail.id,
        **step.details,
    }
