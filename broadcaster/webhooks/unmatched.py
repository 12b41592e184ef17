"""Receipts that are of none of our messages, for people to see: what came, how often, and what may be behind it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from broadcaster import clock
from broadcaster.delivery import sql
from broadcaster.kinds import Channel

_VENDOR = {Channel.SMS.value: "Twilio", Channel.EMAIL.value: "SendGrid"}


@dataclass(frozen=True, slots=True)
class Unmatched:
    """So many receipts with the same word. `fault` names the error that kept them from being applied; else they are of
    no delivery that we know. `trying`: how many are still looked at again by themselves. Instants in seconds.
    """

    channel: str
    word: str
    fault: str
    receipts: int
    trying: int
    first_at: float
    last_at: float

    @property
    def happened(self) -> str:
        """A sentence for staff."""
        vendor = _VENDOR[self.channel]
        if self.fault:
            return f"What {vendor} said could not be written down ({self.fault})."
        return f"{vendor} spoke of a message that is none of ours."

    @property
    def do(self) -> str:
        """What to do about it."""
        if self.trying:
            return "Wait: it is looked at again by itself."
        if self.fault:
            return "Tell IT: look into web.log for receipt_kept_aside, then `broadcaster receipts --again`."
        return (
            "Nothing, if another program sends through the same account, or the ledger was restored from a backup. "
            "Else tell IT."
        )

    def as_json(self) -> dict[str, Any]:
        """Plain values, instants as ISO 8601 in UTC."""
        instants = {"first_at": clock.iso(self.first_at), "last_at": clock.iso(self.last_at)}
        return {**asdict(self), **instants, "happened": self.happened, "do": self.do}


def unmatched(since: float = 0.0) -> Sequence[Unmatched]:
    """All that came since an instant, those that could not be applied first, then the most frequent."""
    rows = sql.rows(
        "SELECT channel, word, fault, COUNT(*), COUNT(next_try_at), MIN(received_at), MAX(received_at) "
        "FROM webhooks_storedreceipt WHERE delivery_id IS NULL AND received_at >= %s GROUP BY channel, word, fault",
        [since],
    )
    found = [Unmatched(*row) for row in rows]
    return sorted(found, key=lambda one: (not one.fault, -one.receipts, one.channel, one.word))
