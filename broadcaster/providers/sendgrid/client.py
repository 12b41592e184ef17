"""One request to SendGrid through its SDK, and what its answer, or its silence, means."""

import logging
from typing import Any
from urllib.error import URLError

import structlog
from pydantic_core import to_json
from python_http_client.exceptions import HTTPError
from sendgrid import SendGridAPIClient

from broadcaster.providers.base import Accepted
from broadcaster.providers.errors import OutcomeUnknown, ProviderError, Unreachable
from broadcaster.providers.sendgrid.errors import Faults, refusal

log = structlog.get_logger(__name__)

VENDOR_URL = "https://api.sendgrid.com"
#: seconds for connecting, and for each wait on the wire: urllib knows no limit for the whole
TIMEOUT = 30.0

# The SDK logs the key, every address and every body at DEBUG. A filter stays when a logging configuration sets levels.
logging.getLogger("python_http_client.client").addFilter(lambda _record: False)


#: any type but the SDK's own keeps it from writing the JSON itself, which takes it four times as long
_TYPE = {"Content-Type": "application/json; charset=utf-8"}


class _Written(bytes):
    """A request's JSON, as the SDK takes what it need not write: it asks for the encoded text."""

    def encode(self, _coding: str) -> "_Written":
        """Itself."""
        return self

    def __format__(self, _spec: str) -> str:
        """What the SDK makes for its debug line before it asks whether anybody wants one: 3 ms for 1000 mails."""
        return f"{len(self)} bytes"


class SendGridHttp:
    """The SDK's mail endpoint. Its calls block, and may be made from many threads: each is a connection of its own."""

    def __init__(self, api_key: str, base_url: str = "", timeout: float = TIMEOUT) -> None:
        self._mail = SendGridAPIClient(api_key, host=base_url or VENDOR_URL).client.mail.send
        self._timeout = timeout

    def post(self, body: dict[str, Any]) -> Accepted | ProviderError | Faults:
        """Send one request. Never raises."""
        try:
            answer = self._mail.post(request_body=_Written(to_json(body)), request_headers=_TYPE, timeout=self._timeout)
        except HTTPError as error:
            return refusal(error.status_code, error.body, error.headers)
        except URLError as error:
            # urllib wraps only what goes wrong before the last byte is handed over (connecting, TLS, writing), so the
            # vendor can't have had the whole request; what comes later is raised as it is
            cause = type(error.reason).__name__ if isinstance(error.reason, Exception) else str(error.reason)
            return Unreachable(cause)
        except Exception as error:  # noqa: BLE001 - law 3: what we can't explain may have been sent
            log.warning("mail.outcome_unexplained", error=type(error).__name__)
            return OutcomeUnknown(type(error).__name__)
        if answer.status_code != 202:
            return OutcomeUnknown(f"HTTP {answer.status_code}")
        return Accepted(answer.headers.get("X-Message-Id") or "")
