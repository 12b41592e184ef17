"""How everybody's clients reach the stub: base URL, made-up keys, the wording that all of them send."""

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.http_client import TwilioHttpClient

SID, TOKEN, MAIL_KEY = "AC" + "0123456789abcdef" * 2, "a-made-up-token", "SG.made-up.key"
TEXT_SENDER, MAIL_SENDER = "+16125550199", "notices@example.org"
CALLBACK = "https://alerts.example.org/twilio/status"
CONNECTIONS = 64


def url() -> str:
    """Where the stub listens."""
    return os.environ["BENCH_STUB"]


def wording() -> dict[str, Any]:
    """Subject, text, html and sms: what the product's own preview of the template says."""
    found: dict[str, Any] = json.loads(Path(os.environ["BENCH_WORDING"]).read_text())
    return found


def _moved(address: str) -> str:
    return url() + urlsplit(address).path


class SyncHttp(TwilioHttpClient):  # type: ignore[misc]  # the SDK ships no types
    """The SDK's own client, which keeps its connection; only the host is another."""

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        """As the SDK does."""
        return super().request(method, _moved(url), *args, **kwargs)


class AsyncHttp(AsyncTwilioHttpClient):  # type: ignore[misc]  # the SDK ships no types
    """The SDK's own asynchronous client; only the host is another."""

    async def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        """As the SDK does."""
        return await super().request(method, _moved(url), *args, **kwargs)
