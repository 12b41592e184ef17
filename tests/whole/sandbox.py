"""The simulated vendors of a running house, seen through their own switches and counts."""

from collections import Counter
from typing import Any

import requests

from tests.whole.home import SENDER


class Sandbox:
    """`url` is where the sandbox of a house listens."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = requests.Session()

    def faults(self, **faults: Any) -> None:
        """Set these faults and no others."""
        answer = self._http.put(f"{self.url}/sandbox/faults", json=faults, timeout=10)
        assert answer.ok, answer.text

    def counts(self) -> Any:
        """What the vendors counted themselves."""
        return self._http.get(f"{self.url}/sandbox/counts", timeout=10).json()

    def accepted(self) -> int:
        """How many messages they took, on both channels."""
        return sum(self.counts()["accepted"].values())

    def messages(self, channel: str = "", since: float = 0.0) -> list[dict[str, Any]]:
        """Every message, or those of one channel, or those accepted since an instant; the newest first."""
        query: dict[str, str | int] = {"channel": channel, "limit": 1_000_000}
        answer = self._http.get(f"{self.url}/sandbox/messages", params=query, timeout=10)
        return [one for one in answer.json()["messages"] if one["created_at"] >= since]

    def reached(self, since: float) -> Counter[str]:
        """How many messages each address got since an instant."""
        return Counter(one["to"] for one in self.messages(since=since))

    def text_in(self, sender: str, body: str) -> Any:
        """A family texts the district."""
        form = {"From": sender, "To": SENDER, "Body": body}
        return self._http.post(f"{self.url}/sandbox/inbound", data=form, timeout=20).json()
