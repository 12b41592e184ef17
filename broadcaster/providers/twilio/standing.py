"""Whether Twilio takes our key, and whether the senders are numbers of this account that may text.

https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
"""

import base64
from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import quote

from broadcaster.providers.asking import Standing, Unanswered, ask

_API = "https://api.twilio.com"
#: a short code is no incoming phone number, and is registered elsewhere
_SHORTEST_NUMBER = 8


def standing(sid: str, token: str, base_url: str, numbers: Sequence[str], inbound: str) -> Standing:
    """How the account stands. `inbound` is where incoming texts should be sent to."""
    key = base64.b64encode(f"{sid}:{token}".encode()).decode()
    faults: list[str] = []
    ahead = None
    for number in numbers:
        if len(number) < _SHORTEST_NUMBER:
            continue
        path = f"/2010-04-01/Accounts/{sid}/IncomingPhoneNumbers.json?PhoneNumber={quote(number)}"
        try:
            answer = ask(base_url or _API, path, {"Authorization": f"Basic {key}"})
        except Unanswered as error:
            return Standing(ok=True, say=f"not known: Twilio does not answer from here ({error})")
        ahead = answer.ahead
        if answer.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            return Standing(False, "Twilio refuses TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN", ahead)
        if answer.status != HTTPStatus.OK or not isinstance(answer.body, dict):
            return Standing(True, f"not known: Twilio answers {answer.status} when asked for its numbers", ahead)
        faults += _faults(number, answer.body.get("incoming_phone_numbers") or [], inbound)
    if faults:
        return Standing(False, "; ".join(faults), ahead)
    return Standing(True, "takes our key; every sender is a number of this account that may text", ahead)


def _faults(number: str, found: Sequence[dict[str, object]], inbound: str) -> list[str]:
    if not found:
        return [f"the sender {number} is no number of this account"]
    capabilities = found[0].get("capabilities")
    if isinstance(capabilities, dict) and not capabilities.get("sms", True):
        return [f"the sender {number} can't send texts: it has no SMS capability at Twilio"]
    if found[0].get("sms_url") != inbound and not found[0].get("sms_application_sid"):
        return [f"texts to {number} do not come here: set its incoming message webhook to {inbound}"]
    return []
