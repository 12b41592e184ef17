"""A message to somebody who works here: a test of a broadcast, or word that one was released. It takes the families'
path (the same content, provider and sender), and leaves no delivery behind: nobody counts it as a family reached.
"""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape

from broadcaster import clock
from broadcaster.broadcasts import kill_switch
from broadcaster.broadcasts.models import Wording
from broadcaster.delivery.accounts import accounts
from broadcaster.delivery.epoch import TO_STAFF
from broadcaster.delivery.queue import retry
from broadcaster.delivery.queue.batches import content
from broadcaster.kinds import BadInput, Channel, Purpose
from broadcaster.providers import registry
from broadcaster.providers.base import Accepted, Content, Message, Result
from broadcaster.providers.errors import KeyRefused, OutcomeUnknown, Rejected, Throttled
from broadcaster.settings import SETTINGS

#: seconds after which a provider that says nothing is given up
_PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message; `why` is a sentence, "" where the provider took it. `again`: it surely did not, and
    may later.
    """

    channel: Channel
    why: str
    again: bool = False


def test(
    wording: Wording, purpose: Purpose, to: Mapping[Channel, str], values: Mapping[str, str], *, drill: bool
) -> list[Outcome]:
    """Send a wording as a family with these values would get it, with TEST in front. In a drill it goes to the sandbox.

    Raises BadInput while the kill switch is thrown, and for a channel without a sender.
    """
    until = retry.worth_until(purpose, clock.now())
    made = {channel: _marked(content(wording, channel, purpose, until)) for channel in to}
    return _send(made, to, values, drill=drill)


def tell(subject: str, text: str, to: Mapping[Channel, str]) -> list[Outcome]:
    """Tell somebody something that can't wait. It goes out while the kill switch is thrown, too: it is no broadcast."""
    said = Content(
        language="en", text=text, subject=subject, html=f'<html lang="en"><p>{escape(text)}</p></html>', emergency=True
    )
    return _call(dict.fromkeys(to, said), to, {}, drill=False)


def _send(
    made: Mapping[Channel, Content], to: Mapping[Channel, str], values: Mapping[str, str], *, drill: bool
) -> list[Outcome]:
    if kill_switch.present():
        raise BadInput("the kill switch is thrown: nothing leaves, no test either")
    return _call(made, to, values, drill=drill)


def _call(
    made: Mapping[Channel, Content], to: Mapping[Channel, str], values: Mapping[str, str], *, drill: bool
) -> list[Outcome]:
    async def one(channel: Channel, sender: str) -> Result:
        provider = registry.build(channel, accounts(drill=drill))
        try:
            message = Message(f"{TO_STAFF}{secrets.token_hex(6)}", to[channel], values)
            return (await provider.send(sender, made[channel], [message], message.ref))[0]
        finally:
            await provider.close()

    async def all_of_them() -> list[Result]:
        async with asyncio.timeout(_PATIENCE):
            return await asyncio.gather(*(one(channel, sender) for channel, sender in senders.items()))

    senders = {channel: _sender(channel) for channel in to}
    try:
        results = asyncio.run(all_of_them())
    except TimeoutError:
        return [Outcome(channel, "The provider did not answer.") for channel in to]
    return [
        Outcome(channel, _why(channel, result), _may_be_tried_again(result))
        for channel, result in zip(senders, results, strict=True)
    ]


def _sender(channel: Channel) -> str:
    for sender in SETTINGS.district.senders_on(channel):
        return sender.address
    raise BadInput(f"no sender for channel {channel.value!r}: add one to {SETTINGS.config_path.name}")


def _marked(made: Content) -> Content:
    """Nobody takes a test for the message itself, nor a test that was passed on."""
    return replace(made, text=f"TEST {made.text}", subject=made.subject and f"TEST {made.subject}")


def _may_be_tried_again(result: Result) -> bool:
    return not isinstance(result, Accepted | Rejected | OutcomeUnknown)


def _why(channel: Channel, result: Result) -> str:
    if isinstance(result, Accepted):
        return ""
    if isinstance(result, Rejected):
        return registry.explain(channel, result.reason, result.code).happened
    if isinstance(result, KeyRefused):
        return result.say
    if isinstance(result, Throttled):
        return "The provider is busy. Try again in a minute."
    if isinstance(result, OutcomeUnknown):
        return "The provider did not say whether it took it. Look for it before you try again."
    return "The provider can't be reached."
