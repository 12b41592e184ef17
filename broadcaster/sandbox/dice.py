"""Seeded dice: the same seed deals the same faults to the same messages, in whatever order they come."""

from collections import Counter
from hashlib import blake2b


class Dice:
    """A throw depends on the seed, on what it is for, on the message, and on how often that was thrown before.

    So a run repeats although workers and connections race, and a message refused once is not refused for ever.
    """

    def __init__(self, seed: int) -> None:
        self._seed = str(seed).encode()
        self._throws: Counter[tuple[str, str]] = Counter()

    def throw(self, purpose: str, key: str) -> float:
        """At least 0, less than 1."""
        self._throws[purpose, key] += 1
        text = f"{purpose}\0{key}\0{self._throws[purpose, key]}".encode()
        return int.from_bytes(blake2b(text, key=self._seed, digest_size=8).digest()) / 2**64

    def hits(self, share: float, purpose: str, key: str) -> bool:
        """True for about `share` of all throws; none is thrown where the share is 0."""
        return share > 0 and self.throw(purpose, key) < share
