"""An address as somebody types it: which channel it is of, and the form in which it is kept."""

from broadcaster.kinds import BadInput, Channel
from broadcaster.text import emails, phones


def recognised(raw: str, region: str) -> tuple[Channel, str]:
    """The channel and the normalised address. `region` is the country of phones without a prefix. Raises BadInput,
    also for a phone that no text reaches.
    """
    if "@" in raw:
        return Channel.EMAIL, read(Channel.EMAIL, raw, region)
    return Channel.SMS, read(Channel.SMS, raw, region)


def read(channel: Channel, raw: str, region: str) -> str:
    """The normalised address of a channel. Raises BadInput as `recognised` does."""
    try:
        if channel is Channel.EMAIL:
            return emails.normalise(raw)
        number = phones.normalise(raw, region)
    except (emails.BadEmail, phones.BadPhone) as error:
        raise BadInput(f"{raw!r} {error}") from None
    if kind := phones.never_mobile(number):
        raise BadInput(f"{raw!r} is {kind}, which is never texted")
    return number
