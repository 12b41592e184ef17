"""The life of a text after it was accepted: sent, then delivered or not, each told by a signed status callback."""

import asyncio
import time
from datetime import UTC, datetime
from urllib.parse import urlencode

from broadcaster.sandbox.callbacks import Callback, Callbacks
from broadcaster.sandbox.gate import Gate
from broadcaster.sandbox.magic import text_fault
from broadcaster.sandbox.messages import SMS, Text
from broadcaster.sandbox.signatures import FormSigner
from broadcaster.sandbox.store import Store

API_VERSION = "2010-04-01"
#: how far behind the final callback a reordered one comes, in seconds
_BEHIND = 0.05

#: a status, and the error code that comes with it
Step = tuple[str, int | None]


class Carrier:
    """Takes texts to their end. Statuses and parameters: Twilio, "Track the Message Status of Outbound Messages"."""

    def __init__(self, account_sid: str, gate: Gate, store: Store, callbacks: Callbacks, signer: FormSigner) -> None:
        self._account_sid = account_sid
        self._gate = gate
        self._store = store
        self._callbacks = callbacks
        self._signer = signer

    def take(self, text: Text) -> None:
        """Begin the life of an accepted text. Each step comes `callback_delay` after the one before."""
        self._after_a_while(text, _life(text))

    def _after_a_while(self, text: Text, steps: list[Step]) -> None:
        asyncio.get_running_loop().call_later(self._gate.faults.callback_delay, self._step, text, steps)

    def _step(self, text: Text, steps: list[Step]) -> None:
        (text.status, text.code), *rest = steps
        text.updated_at = time.time()
        text.sent_at = text.sent_at or text.updated_at
        held = bool(rest) and self._gate.hits("callbacks_reordered", SMS, text.to)
        self._report(text, self._gate.faults.callback_delay + _BEHIND if held else 0)
        if rest:
            self._after_a_while(text, rest)
        else:
            self._store.settle(text)

    def _report(self, text: Text, delay: float) -> None:
        """Post the status of this instant, unless a fault loses it."""
        if not text.callback or self._gate.hits("callbacks_lost", SMS, text.to):
            return
        if self._gate.hits("callbacks_late", SMS, text.to):
            delay += self._gate.faults.late_seconds
        body = urlencode(self._parameters(text)).encode()
        for _ in range(2 if self._gate.hits("callbacks_doubled", SMS, text.to) else 1):
            self._callbacks.send(Callback(SMS, text.callback, body, self._signer.headers), delay)

    def _parameters(self, text: Text) -> dict[str, str]:
        found = {
            "AccountSid": self._account_sid,
            "ApiVersion": API_VERSION,
            "From": text.sender,
            "MessageSid": text.sid,
            "MessageStatus": text.status,
            "SmsSid": text.sid,
            "SmsStatus": text.status,
            "To": text.to,
        }
        if text.code is not None:
            found["ErrorCode"] = str(text.code)
        if text.status == "delivered":
            found["RawDlrDoneDate"] = datetime.fromtimestamp(text.updated_at, UTC).strftime("%y%m%d%H%M")
        return found


def _life(text: Text) -> list[Step]:
    fault = text_fault(text.to)
    if fault is None or fault.http_status is not None:  # a full queue has room again once its refusals are over
        return [("sent", None), ("delivered", None)]
    if fault.code is None:
        return [("sent", None)]
    if fault.final == "failed":
        return [("failed", fault.code)]
    return [("sent", None), (fault.final, fault.code)]
