"""Mail out through SendGrid, up to 1000 messages a request, so that one bad address costs one delivery."""

import asyncio
from collections.abc import Sequence

from broadcaster.kinds import Channel
from broadcaster.providers.base import Accepted, Content, Found, MayWrite, Message, Receipt, Result, always
from broadcaster.providers.errors import KeyRefused, OutcomeUnknown, ProviderError, Rejected, Unreachable
from broadcaster.providers.reasons import Reason
from broadcaster.providers.sendgrid.client import TIMEOUT, SendGridHttp
from broadcaster.providers.sendgrid.errors import Faults
from broadcaster.providers.sendgrid.log import MailLog
from broadcaster.providers.sendgrid.payload import Letterhead, request_body

#: so many messages refused one by one, and none accepted: the fault is not theirs
GIVE_UP_AFTER = 16


class SendGridMail:
    """SendGrid behind the mail channel."""

    channel: Channel = Channel.EMAIL
    request_size: int = 1000

    def __init__(
        self,
        api_key: str,
        base_url: str = "",
        from_name: str = "",
        reply_to: str = "",
        connections: int = 4,
        timeout: float = TIMEOUT,
        may_write: MayWrite = always,
    ) -> None:
        self.connections = connections
        self._may_write = may_write
        self._http = SendGridHttp(api_key, base_url, timeout)
        self._log = MailLog(api_key, base_url, timeout)
        self._head = Letterhead(from_name, reply_to)

    async def send(self, sender: str, content: Content, messages: Sequence[Message], request: str) -> list[Result]:
        """Send one request, and its parts where SendGrid refuses the whole; see Provider.send.

        The parts are named `<request>.1`, `.2` and so on, because an event of one part proves nothing of the others.
        """
        split = _Split(messages)
        while split.parts:
            part = split.parts.pop()
            name = f"{request}.{split.asked}" if split.asked else request
            answer = await asyncio.to_thread(self._post, sender, content, [messages[place] for place in part], name)
            split.take(part, answer, name)
        return [split.results[place] for place in range(len(messages))]

    def _post(
        self, sender: str, content: Content, messages: Sequence[Message], request: str
    ) -> Accepted | ProviderError | Faults:
        body = request_body(self._head, sender, content, messages, request)
        if not self._may_write():  # its turn may have come late: behind the parts before it, or after a sleep
            return Unreachable("it was too late to write it")
        return self._http.post(body)

    async def find(self, to: str, since: float) -> list[Found]:
        """Mail to `to` that the Email Logs have; see Provider.find. KeyRefused says that the key may not read them."""
        return await asyncio.to_thread(self._log.find, to, since)

    async def fetch(self, provider_id: str) -> Receipt:
        """Of one message SendGrid is not asked: its events tell, and it repeats them for a day."""
        raise NotImplementedError

    async def close(self) -> None:
        """Nothing is kept open: the SDK makes a connection for each request."""


class _Split:
    """What became of each message of a request so far, and the parts of it that are still to be asked for.

    Messages are known by their place in the request.
    """

    def __init__(self, messages: Sequence[Message]) -> None:
        self.results: dict[int, Result] = {}
        self.parts: list[Sequence[int]] = [range(len(messages))] if messages else []
        self.asked = 0
        self._refused_alone = 0
        self._accepted = False

    def take(self, part: Sequence[int], answer: Accepted | ProviderError | Faults, request: str) -> None:
        """Book the answer to a part: results for its messages, or smaller parts."""
        self.asked += 1
        if isinstance(answer, Faults):
            self._divide(part, answer)
            return
        if isinstance(answer, OutcomeUnknown):
            answer.request = request
        self._settle(part, answer)
        if isinstance(answer, Accepted):
            self._accepted = True
        else:
            self._stop(answer)

    def _divide(self, part: Sequence[int], faults: Faults) -> None:
        blamed = {part[place]: reason for place, reason in faults.named.items() if place < len(part)}
        if faults.everywhere:
            self._settle(part, Rejected(Reason.CONTENT_REFUSED, faults.code))
        elif blamed:
            for place, reason in blamed.items():
                self.results[place] = Rejected(reason, faults.code)
            self._ask_again([place for place in part if place not in blamed])
        elif len(part) == 1:
            self._settle(part, Rejected(Reason.CONTENT_REFUSED, faults.code))
            self._refused_alone += 1
            if self._refused_alone >= GIVE_UP_AFTER and not self._accepted:
                self._stop(KeyRefused("SendGrid refuses every mail and does not say why: see the SendGrid console."))
        else:
            half = len(part) // 2
            self._ask_again(part[half:])
            self._ask_again(part[:half])

    def _ask_again(self, part: Sequence[int]) -> None:
        if part:
            self.parts.append(part)

    def _settle(self, part: Sequence[int], result: Result) -> None:
        self.results.update(dict.fromkeys(part, result))

    def _stop(self, error: ProviderError) -> None:
        """The answer was not about the messages, so the parts that were not asked for yet need not be: they go back."""
        rest = Unreachable("not tried after an unknown outcome") if isinstance(error, OutcomeUnknown) else error
        while self.parts:
            self._settle(self.parts.pop(), rest)
