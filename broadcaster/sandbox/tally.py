"""Counts who got what, and who got the same twice: the sandbox's own proof, asking nothing of the sender's ledger."""

from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

#: how many of the repeated ones are listed by address
_LISTED = 100


class Tally:
    """Counts accepted messages in two ways, neither of which needs to know the sender.

    By wording: the same address and the same words (for mail subject and body, after substitution).
    By reference: the same address and the same opaque reference: the StatusCallback of a text, and each custom_arg of a
    mail by its name. A custom_arg that many mails share (a request id, a purpose) repeats by nature: read the one that
    names a message.
    """

    def __init__(self) -> None:
        self.accepted: Counter[str] = Counter()
        self._addresses: dict[str, set[str]] = {}
        self._wordings: Counter[tuple[str, str, bytes]] = Counter()
        self._again: dict[tuple[str, str, bytes], int] = {}
        self._references: set[tuple[str, str, str, str]] = set()
        self._references_again: Counter[tuple[str, str]] = Counter()

    def add(self, channel: str, address: str, wording: str, references: Iterable[tuple[str, str]]) -> None:
        """Count one accepted message. `references` are names and opaque values."""
        self.accepted[channel] += 1
        self._addresses.setdefault(channel, set()).add(address)
        key = (channel, address, blake2b(wording.encode(errors="replace"), digest_size=12).digest())
        self._wordings[key] += 1
        if self._wordings[key] > 1:
            self._again[key] = self._wordings[key]
        for name, value in references:
            reference = (channel, name, address, value)
            self._references_again[channel, name] += reference in self._references
            self._references.add(reference)

    def document(self) -> dict[str, Any]:
        """The counts as JSON for `GET /sandbox/counts`."""
        repeated = [
            {"channel": channel, "to": address, "times": times} for (channel, address, _), times in self._again.items()
        ]
        references: dict[str, dict[str, int]] = {}
        for (channel, name), again in sorted(self._references_again.items()):
            references.setdefault(channel, {})[name] = again
        return {
            "accepted": dict(self.accepted),
            "addresses": {channel: len(addresses) for channel, addresses in self._addresses.items()},
            "twice": {"count": len(repeated), "list": repeated[:_LISTED]},
            "same_reference_twice": references,
        }
