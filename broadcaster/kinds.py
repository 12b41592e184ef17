"""The closed lists that every floor shares: channels, their queues, and the purposes a family may consent to."""

from enum import StrEnum


class Channel(StrEnum):
    """A way to a family. One provider stands behind each."""

    EMAIL = "email"
    SMS = "sms"


class Purpose(StrEnum):
    """What a message is for. Consent is given per purpose; the order of definition is the order of sending.

    FCC 16-88 lets a school text an emergency without prior consent; `attendance` and `general` rest on consent.
    """

    EMERGENCY = "emergency"
    ATTENDANCE = "attendance"
    GENERAL = "general"

    @property
    def rank(self) -> int:
        """0 goes first."""
        return list(Purpose).index(self)


class Queue:
    """The names of the broker's queues. A channel's queue is the channel's name."""

    CONTROL = "control"
    EMAIL = Channel.EMAIL.value
    SMS = Channel.SMS.value
    ALL = (CONTROL, EMAIL, SMS)


class BadInput(ValueError):  # noqa: N818 - named for what was given
    """What somebody typed can't be used. The message is one line: the value as given, and what is right.

    The command line ends with exit code 2 and this line. Rooms derive their own from it, or from ValueError.
    """
