"""`preview`: what a family would get; and for an audience, how many that is, what it costs and how long it takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from broadcaster.cli import output
from broadcaster.cli.phrases import counted
from broadcaster.cli.values import pairs
from broadcaster.cli.wording import MARKS, print_panel
from broadcaster.kinds import BadInput, Channel
from broadcaster.running import ledger
from broadcaster.settings import SETTINGS
from broadcaster.templating import letterhead, library
from broadcaster.templating.fields import FieldValue, missing, read_draft
from broadcaster.templating.render import Letterhead, Rendered, per_family_fields, render
from broadcaster.templating.samples import FAMILY
from broadcaster.templating.template import Template
from broadcaster.text import languages, tokens
from broadcaster.text.segments import measure

if TYPE_CHECKING:
    from broadcaster.delivery.forecast import Forecast


_WHICH = {"longest": "longest names", "emptiest": "shortest names"}


class UnknownLanguage(BadInput):
    """The template has no wording that a reader of the language could read."""


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
    json: output.Json = False,
) -> None:
    """What a family would get, with a made-up family's values. A required field without one shows as its label.

    With an audience whose families get values of their own, also as the families with the most and the least see it.
    """
    found = library.load(template)
    channels = _channels(found, channel)
    tag = _language(found, language)
    region = SETTINGS.district.district.region
    given = pairs(values or [])
    draft = read_draft(found, given, region)
    head = _letterhead(audience)
    rendered = render(found, tag, draft, head)
    lacking = missing(found, given)
    sending = _Sending.of(audience, found, draft, channels, head) if audience else None
    if json:
        facts: dict[str, Any] = {"template": found.name, "language": rendered.language, "missing": lacking}
        facts |= {one.value: _channel_facts(one, rendered) for one in channels}
        output.document(facts | (sending.facts(rendered, channels) if sending else {}))
        return
    if lacking:
        output.note(f"still missing: {', '.join(lacking)}")
    _show(found, rendered, channels)
    if sending:
        sending.show(found, rendered, channels)


def _letterhead(audience: str) -> Letterhead:
    """The district's letterhead, or that of the one school that the audience is at. Without one it needs no ledger."""
    if not audience:
        return letterhead.own()
    ledger.set_up()
    ledger.make_ready()
    from broadcaster.audiences.one_school import one_school

    return letterhead.own(SETTINGS.district.school_called(one_school(audience)))


@dataclass(frozen=True, slots=True)
class _Sending:
    """What sending to an audience would mean: whom, and the forecast. `families` are real ones' own values by what
    stands over them, where the wording has places for these.
    """

    whom: str
    forecast: "Forecast"
    families: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(
        cls,
        audience: str,
        template: Template,
        draft: Mapping[str, FieldValue],
        channels: tuple[Channel, ...],
        head: Letterhead,
    ) -> "_Sending":
        """Ask the roster. Raises AudienceError, and BadInput for an audience of nobody."""
        from broadcaster.audiences import count  # only now is Django ready
        from broadcaster.audiences.extremes import extremes
        from broadcaster.delivery.forecast import forecast

        people = count(audience, template.purpose)
        if not people.contacts and not people.students:
            raise BadInput(f"audience {audience!r} selects nobody")
        texts = {tag: render(template, tag, draft, head).sms for tag in template.languages}
        families = extremes(audience) if per_family_fields(template) else None  # one that names no child needs none
        own = {"longest": families.longest, "emptiest": families.emptiest} if families else {}
        whom = f"{audience}: {counted(people.families, 'family', 'families')}, " + counted(
            people.contacts, "person who may be written to", "people who may be written to"
        )
        return cls(whom, forecast(audience, template.purpose, channels, texts), own)

    def facts(self, rendered: Rendered, channels: tuple[Channel, ...]) -> dict[str, Any]:
        """For `--json`."""
        from broadcaster.cli import forecast

        personal = _personal(rendered, channels)
        own = {
            which: {channel.value: _channel_facts(channel, rendered, values) for channel in personal}
            for which, values in self.families.items()
            if personal
        }
        return {"forecast": forecast.facts(self.forecast), "families": own}

    def show(self, template: Template, rendered: Rendered, channels: tuple[Channel, ...]) -> None:
        """For people."""
        from broadcaster.cli import forecast

        if personal := _personal(rendered, channels):
            for which, values in self.families.items():
                output.say(f"\nAs the family with the {_WHICH[which]} gets it:")
                _show(template, rendered, personal, values)
        output.say(f"\n{self.whom}.")
        for line in forecast.lines(self.forecast):
            output.say(line)


def _channels(template: Template, asked: str) -> tuple[Channel, ...]:
    if not asked:
        return template.channels
    found = tuple(channel for channel in template.channels if channel.value == asked.lower())
    if not found:
        raise NoSuchWording(f"{template.name} has nothing for channel {asked!r}: it has {', '.join(template.channels)}")
    return found


def _language(template: Template, asked: str) -> str:
    tag = languages.recognise(asked)
    own_chain = languages.chain(tag) if tag.partition("-")[0] == languages.DEFAULT else languages.chain(tag)[:-1]
    if not tag or not set(own_chain) & set(template.languages):
        raise UnknownLanguage(f"{template.name} has no language {asked!r}: it has {', '.join(template.languages)}")
    return tag


def _personal(rendered: Rendered, channels: tuple[Channel, ...]) -> tuple[Channel, ...]:
    """The channels on which families get values of their own."""
    parts = {Channel.SMS: rendered.sms, Channel.EMAIL: rendered.subject + rendered.preheader + rendered.email_text}
    return tuple(channel for channel in channels if tokens.names(parts[channel]) - {"unsubscribe"})


def _channel_facts(channel: Channel, rendered: Rendered, own: Mapping[str, str] = FAMILY) -> dict[str, Any]:
    """A message with a family's own values; what the roster does not have of them is the made-up family's."""
    family = {**FAMILY, **own}
    if channel is Channel.SMS:
        text = tokens.fill(rendered.sms, family)
        size = measure(text)
        facts = {"text": text, "encoding": size.encoding, "segments": size.segments, "units": size.units}
        return facts | _price(channel, size.segments)
    return {
        "subject": tokens.fill(rendered.subject, family),
        "preheader": tokens.fill(rendered.preheader, family),
        "text": tokens.fill(rendered.email_text, family),
        "html": tokens.fill(rendered.email_html, family, escape=True),
    } | _price(channel, 1)


def _price(channel: Channel, units: int) -> dict[str, float | None]:
    """What one message costs (null: no price is known), and the seconds that the senders of its channel take for it."""
    prices = SETTINGS.district.prices
    rate = sum(sender.rate for sender in SETTINGS.district.senders_on(channel))
    cost = prices.of(units, 0) if channel is Channel.SMS else prices.of(0, units)
    return {"cost": cost if prices.known else None, "seconds_each": units / rate if rate else None}


def _show(
    template: Template, rendered: Rendered, channels: tuple[Channel, ...], own: Mapping[str, str] = FAMILY
) -> None:
    wording = template.languages[rendered.language]
    console = output.console()
    console.print(f"{template.title}, in {languages.english_name(rendered.language)}{MARKS[wording.translation]}")
    for channel in channels:
        facts = _channel_facts(channel, rendered, own)
        if channel is Channel.EMAIL:
            print_panel(console, "Email", facts["subject"], facts["text"])
        else:
            plural = "" if facts["segments"] == 1 else "s"
            title = f"Text message, {facts['segments']} segment{plural} ({facts['encoding']})"
            print_panel(console, title, "", facts["text"])
