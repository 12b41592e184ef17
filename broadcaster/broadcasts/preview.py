"""A message as one family gets it: for screens and `preview`, made by the code that sends."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from broadcaster.broadcasts import wordings
from broadcaster.broadcasts.languages import Mark
from broadcaster.broadcasts.models import Broadcast, Wording
from broadcaster.kinds import Channel, Purpose
from broadcaster.settings import SETTINGS
from broadcaster.templating.judging import cautions
from broadcaster.templating.samples import FAMILY
from broadcaster.templating.template import TranslationStatus
from broadcaster.text import tokens
from broadcaster.text.languages import DEFAULT, english_name, is_right_to_left
from broadcaster.text.segments import Measure, measure


@dataclass(frozen=True, slots=True)
class Price:
    """What one message costs, None where nobody knows it; the seconds its senders take, None where there are none."""

    cost: float | None
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Preview:
    """A message in one language. Until `filled`, tokens stand where a family's own values go.

    `language` is that of the words, of a stand-in that of its readers; `mark` says how far the words (a stand-in's: its
    line) may be trusted. `html` is a whole document, for a frame of its own. `sms` is empty where there is no text.
    """

    language: str
    stand_in: bool
    mark: Mark
    from_name: str
    reply_to: str
    subject: str
    preheader: str
    text: str
    html: str
    sms: str

    @property
    def name(self) -> str:
        """What the language is called in English."""
        return english_name(self.language)

    @property
    def direction(self) -> str:
        """How the language is written: `ltr` or `rtl`. A stand-in has English under a line in it."""
        return "rtl" if is_right_to_left(self.language) else "ltr"

    @property
    def from_address(self) -> str:
        """Where the mail comes from; "" where there is no sender of mail."""
        senders = SETTINGS.district.senders_on(Channel.EMAIL)
        return senders[0].address if senders else ""

    @property
    def answers_to(self) -> str:
        """Where an answer to the mail goes."""
        return self.reply_to or self.from_address

    @property
    def size(self) -> Measure:
        """The size of the text message."""
        return measure(self.sms)

    def is_personal(self, channel: Channel) -> bool:
        """Whether families get values of their own on the channel."""
        text = self.sms if channel is Channel.SMS else self.subject + self.preheader + self.text
        return bool(tokens.names(text) - tokens.LINKS)

    def filled(self, own: Mapping[str, str] | None = None) -> "Preview":
        """With a family's own values in it, such as those of `extremes`; what it lacks is a made-up family's."""
        family = {**FAMILY, **(own or {})}
        return replace(
            self,
            subject=tokens.fill(self.subject, family),
            preheader=tokens.fill(self.preheader, family),
            text=tokens.fill(self.text, family),
            html=tokens.fill(self.html, family, escape=True),
            sms=tokens.fill(self.sms, family),
        )

    def price(self, channel: Channel) -> Price:
        """What one such message costs, and how long it takes at the senders' rates."""
        units = self.size.segments if channel is Channel.SMS else 1
        prices = SETTINGS.district.prices
        rate = sum(sender.rate for sender in SETTINGS.district.senders_on(channel))
        cost = prices.of(units, 0) if channel is Channel.SMS else prices.of(0, units)
        return Price(cost if prices.known else None, units / rate if rate else None)

    def cautions(self, purpose: Purpose) -> list[str]:
        """What a person should weigh before it goes out: see `judging.cautions`."""
        return cautions(purpose, self.sms, f"{self.subject} {self.text}")


def of_wording(wording: Wording) -> Preview:
    """The message in one of a broadcast's wordings, saved or not."""
    return Preview(
        wording.language,
        wording.stand_in,
        Mark(TranslationStatus(wording.translation), wording.stale, wording.outdated),
        wording.from_name or SETTINGS.district.district.name,
        wording.reply_to,
        wording.subject,
        wording.preheader,
        wording.email_text,
        wording.email_html,
        wording.sms,
    )


def of_broadcast(broadcast: Broadcast) -> list[Preview]:
    """What goes out of a broadcast, English first: as it was approved; before that, what would go out unless its
    approval lets more out.
    """
    found = [of_wording(wording) for wording in wordings.of(broadcast)]
    return sorted(found, key=lambda one: (one.language != DEFAULT, one.stand_in, one.name))
