"""`preview`: what a family would get; and for an audience, how many that is, what it costs and how long it takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from broadcaster.audiences import count
from broadcaster.audiences.extremes import extremes
from broadcaster.audiences.one_school import one_school
from broadcaster.broadcasts import wordings
from broadcaster.broadcasts.outlook import Outlook, outlook
from broadcaster.cli import forecast as in_words
from broadcaster.cli import languages as who_reads_what
from broadcaster.cli import output
from broadcaster.cli.values import Change, pairs
from broadcaster.cli.wording import MARKS, print_panel
from broadcaster.delivery.forecast import Forecast, forecast
from broadcaster.district import School
from broadcaster.kinds import BadInput, Channel
from broadcaster.reports.phrases import counted
from broadcaster.settings import SETTINGS
from broadcaster.templating import changing, letterhead, library, standing
from broadcaster.templating.fields import FieldValue, missing, read_draft
from broadcaster.templating.render import Rendered, per_family_fields, render
from broadcaster.templating.samples import FAMILY
from broadcaster.templating.stand_in import stand_in
from broadcaster.templating.template import Template
from broadcaster.text import languages, tokens
from broadcaster.text.segments import measure

_WHICH = {"longest": "longest names", "emptiest": "shortest names"}


class UnknownLanguage(BadInput):
    """The template has no wording that a reader of the language could read, and there is no line in it either."""


class NoSuchWording(BadInput):
    """The template has nothing for the channel."""


def preview(
    template: Annotated[str, typer.Argument(metavar="TEMPLATE", help="A template's name or title.")],
    values: Annotated[
        list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="A field of the template.")
    ] = None,
    language: Annotated[str, typer.Option(metavar="TAG", help="A language such as es.")] = languages.DEFAULT,
    channel: Annotated[str, typer.Option(help="Only email, or only sms.")] = "",
    audience: Annotated[
        str, typer.Option(metavar="EXPR", help="Also say what sending to these would mean, as in `send`.")
    ] = "",
    change: Change = None,
    json: output.Json = False,
) -> None:
    """What a family would get, with a made-up family's values. A required field without one shows as its label.

    With an audience whose families get values of their own, also as the families with the most and the least see it.
    """
    found = changing.change(library.load(template), changing.read_all(change or []))
    channels = _channels(found, channel)
    given = pairs(values or [])
    draft = read_draft(found, given, SETTINGS.district.district.region)
    school = SETTINGS.district.school_called(one_school(audience)) if audience else None
    shown = _Shown.of(found, language, draft, school)
    lacking = missing(found, given)
    sending = _Sending.of(audience, found, draft, channels, school) if audience else None
    if json:
        facts: dict[str, Any] = {"template": found.name, "language": shown.rendered.language, "missing": lacking}
        facts |= {"stand_in": shown.stands_in} | {one.value: shown.facts(one) for one in channels}
        output.document(facts | (sending.facts(shown, channels) if sending else {}))
        return
    if lacking:
        output.note(f"still missing: {', '.join(lacking)}")
    shown.show(channels)
    if sending:
        sending.show(shown, channels)


@dataclass(frozen=True, slots=True)
class _Shown:
    """A message as a family gets it. `head` says which one it is; `answers_to` is the address that answers go to."""

    rendered: Rendered
    stands_in: bool
    head: str
    from_name: str
    from_address: str
    answers_to: str

    @classmethod
    def of(cls, template: Template, asked: str, draft: Mapping[str, FieldValue], school: School | None) -> "_Shown":
        """The message in the language that somebody asked for. Raises UnknownLanguage."""
        tag, stands_in = _language(template, asked)
        if stands_in:
            rendered = stand_in(template, tag, draft, letterhead.own(school))
            mark = MARKS[standing.lines_for(tag).status]
            head = f"{template.title}, in English under a line in {languages.english_name(tag)}{mark}"
        else:
            rendered = render(template, tag, draft, letterhead.own(school))
            wording = template.languages[rendered.language]
            head = f"{template.title}, in {languages.english_name(wording.language)}{MARKS[wording.translation]}"
        senders = SETTINGS.district.senders_on(Channel.EMAIL)
        address = senders[0].address if senders else ""
        from_name = school.mail_from if school else SETTINGS.district.district.name
        return cls(rendered, stands_in, head, from_name, address, (school.reply_to if school else "") or address)

    def personal(self, channels: tuple[Channel, ...]) -> tuple[Channel, ...]:
        """The channels on which families get values of their own."""
        mail = self.rendered.subject + self.rendered.preheader + self.rendered.email_text
        parts = {Channel.SMS: self.rendered.sms, Channel.EMAIL: mail}
        return tuple(channel for channel in channels if tokens.names(parts[channel]) - {"unsubscribe"})

    def facts(self, channel: Channel, own: Mapping[str, str] = FAMILY) -> dict[str, Any]:
        """A message with a family's own values; what the roster does not have of them is the made-up family's."""
        family = {**FAMILY, **own}
        if channel is Channel.SMS:
            text = tokens.fill(self.rendered.sms, family)
            size = measure(text)
            facts = {"text": text, "encoding": size.encoding, "segments": size.segments, "units": size.units}
            return facts | _price(channel, size.segments)
        return {
            "from_name": self.from_name,
            "reply_to": self.answers_to,
            "subject": tokens.fill(self.rendered.subject, family),
            "preheader": tokens.fill(self.rendered.preheader, family),
            "text": tokens.fill(self.rendered.email_text, family),
            "html": tokens.fill(self.rendered.email_html, family, escape=True),
        } | _price(channel, 1)

    def show(self, channels: tuple[Channel, ...], own: Mapping[str, str] = FAMILY) -> None:
        """For people."""
        console = output.console()
        console.print(self.head)
        for channel in channels:
            facts = self.facts(channel, own)
            if channel is Channel.EMAIL:
                envelope = f"From: {self.from_name} <{self.from_address}>\nReply-To: {self.answers_to}"
                print_panel(console, "Email", facts["subject"], f"{envelope}\n\n{facts['text']}")
            else:
                segments = counted(facts["segments"], "segment", "segments")
                print_panel(console, f"Text message, {segments} ({facts['encoding']})", "", facts["text"])


@dataclass(frozen=True, slots=True)
class _Sending:
    """What sending to an audience would mean: whom, the forecast, and who reads what. `families` are real ones' own
    values by what stands over them, where the wording has places for these.
    """

    whom: str
    forecast: Forecast
    outlooks: list[Outlook]
    families: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(
        cls,
        audience: str,
        template: Template,
        draft: Mapping[str, FieldValue],
        channels: tuple[Channel, ...],
        school: School | None,
    ) -> "_Sending":
        """Ask the roster. Raises AudienceError, and BadInput for an audience of nobody."""
        people = count(audience, template.purpose)
        if not people.contacts and not people.students:
            raise BadInput(f"audience {audience!r} selects nobody")
        drafted = wordings.drafted(template, draft, school, people.by_language)
        texts = wordings.texts(wordings.going_out(drafted, wordings.decided(drafted, template.purpose)))
        families = extremes(audience) if per_family_fields(template) else None  # one that names no child needs none
        own = {"longest": families.longest, "emptiest": families.emptiest} if families else {}
        whom = f"{audience}: {counted(people.families, 'family', 'families')}, " + counted(
            people.contacts, "person who may be written to", "people who may be written to"
        )
        outlooks = outlook(drafted, template.purpose, audience)
        return cls(whom, forecast(audience, template.purpose, channels, texts), outlooks, own)

    def facts(self, shown: _Shown, channels: tuple[Channel, ...]) -> dict[str, Any]:
        """For `--json`."""
        personal = shown.personal(channels)
        own = {
            which: {channel.value: shown.facts(channel, values) for channel in personal}
            for which, values in self.families.items()
            if personal
        }
        read = who_reads_what.facts(self.outlooks)
        return {"forecast": in_words.facts(self.forecast), "languages": read, "families": own}

    def show(self, shown: _Shown, channels: tuple[Channel, ...]) -> None:
        """For people."""
        if personal := shown.personal(channels):
            for which, values in self.families.items():
                output.say(f"\nAs the family with the {_WHICH[which]} gets it:")
                shown.show(personal, values)
        output.say(f"\n{self.whom}.")
        for line in (*who_reads_what.lines(self.outlooks), *in_words.lines(self.forecast)):
            output.say(line)


def _channels(template: Template, asked: str) -> tuple[Channel, ...]:
    if not asked:
        return template.channels
    found = tuple(channel for channel in template.channels if channel.value == asked.lower())
    if not found:
        raise NoSuchWording(f"{template.name} has nothing for channel {asked!r}: it has {', '.join(template.channels)}")
    return found


def _language(template: Template, asked: str) -> tuple[str, bool]:
    """The tag that is meant, and whether only a stand-in can be shown."""
    tag = languages.recognise(asked)
    own_chain = languages.chain(tag) if tag.partition("-")[0] == languages.DEFAULT else languages.chain(tag)[:-1]
    if tag and set(own_chain) & set(template.languages):
        return tag, False
    line = standing.lines_for(tag).language
    if line == languages.DEFAULT:
        raise UnknownLanguage(f"{template.name} has no language {asked!r}: it has {', '.join(template.languages)}")
    return line, True


def _price(channel: Channel, units: int) -> dict[str, float | None]:
    """What one message costs (null: no price is known), and the seconds that the senders of its channel take for it."""
    prices = SETTINGS.district.prices
    rate = sum(sender.rate for sender in SETTINGS.district.senders_on(channel))
    cost = prices.of(units, 0) if channel is Channel.SMS else prices.of(0, units)
    return {"cost": cost if prices.known else None, "seconds_each": units / rate if rate else None}
