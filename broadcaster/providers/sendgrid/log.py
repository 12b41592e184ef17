"""What SendGrid's Email Logs say of mail to an address: each message with our own references, and how it fared.

https://www.twilio.com/docs/sendgrid/api-reference/email-logs and the OpenAPI description of it (tsg_logs_v3): every
account has 30 days of it. It filters by address and time, and not by what rides along, so each message found is opened.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from python_http_client.exceptions import HTTPError
from sendgrid import SendGridAPIClient

from broadcaster.providers.base import Found
from broadcaster.providers.errors import KeyRefused, OutcomeUnknown, ProviderError, Throttled
from broadcaster.providers.sendgrid.client import VENDOR_URL
from broadcaster.providers.sendgrid.receipts import logged
from broadcaster.providers.waiting import retry_after

#: seconds for a wait on the wire: who asks has other things to look after
_PATIENCE = 10.0
#: messages to one address that are opened: nobody gets more of ours in the time that is asked about
_MOST = 20


class MailLog:
    """The SDK's logs endpoints. Its calls block, and may be made from many threads."""

    def __init__(self, api_key: str, base_url: str, timeout: float) -> None:
        self._logs = SendGridAPIClient(api_key, host=base_url or VENDOR_URL).client.logs
        self._timeout = min(timeout, _PATIENCE)

    def find(self, to: str, since: float) -> list[Found]:
        """Mail to `to` that was made since (seconds), oldest first; its `text` is the subject. Raises ProviderError.

        KeyRefused: the key may not read the log, which says nothing about whether it may send.
        """
        if '"' in to or "\\" in to:
            raise OutcomeUnknown("an address that no query can hold")
        begin = datetime.fromtimestamp(since, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        query = f'to_email = "{to}" AND sg_message_id_created_at >= TIMESTAMP "{begin}"'
        listed = self._ask("post", self._logs, request_body={"query": query, "limit": _MOST})
        return sorted((self._open(one) for one in listed["messages"]), key=lambda found: found.created_at)

    def _open(self, listed: Mapping[str, Any]) -> Found:
        created_at = datetime.fromisoformat(listed["sg_message_id_created_at"]).timestamp()
        message = self._ask("get", self._logs._(listed["sg_message_id"]))
        receipt = logged(message, created_at)
        return Found(listed["sg_message_id"], listed["to_email"], listed["subject"], created_at, receipt)

    def _ask(self, verb: str, where: Any, **asked: Any) -> Any:
        """The answer's JSON. What can't be read is no answer: OutcomeUnknown."""
        try:
            return json.loads(getattr(where, verb)(timeout=self._timeout, **asked).body)
        except HTTPError as error:
            raise _refusal(error) from error
        except Exception as error:
            raise OutcomeUnknown(type(error).__name__) from error


def _refusal(error: HTTPError) -> ProviderError:
    if error.status_code == 429:
        return Throttled(retry_after(error.headers), "429")
    if error.status_code in (401, 403):
        return KeyRefused("SendGrid does not let this key read the Email Logs.")
    return OutcomeUnknown(f"HTTP {error.status_code}")
