"""`preview`: what a family would get; and for an audience, how many that is, what it costs and how long it takes."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any

import typer

from broadcaster.audiences import count
from broadcaster.audiences.extremes import extremes
from broadcaster.broadcasts import wordings
from broadcaster.broadcasts.composing import Composed, compose
from broadcaster.broadcasts.outlook import Outlook, outlook
from broadcaster.broadcasts.preview import Preview
from broadcaster.cli import forecast as in_words
from broadcaster.cli import languages as who_reads_what
from broadcaster.cli import output, people_lists, snapshot
from broadcaster.cli.values import Change, pairs
from broadcaster.cli.wording import MARKS, print_panel
from broadcaster.delivery.forecasting.forecast import Forecast, forecast
from broadcaster.kinds import BadInput, Channel
from broadcaster.reports.phrases import counted
from broadcaster.roster import snapshot as roster
from broadcaster.settings import SETTINGS
from broadcaster.templating import changing
from broadcaster.templating.render import per_family_fields
from broadcaster.templating.template import Template
from broadcaster.text import languages
from broadcaster.text.segments import Forcing

_WHICH = {"longest": "longest names", "emptiest": "shortest names"}


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
    audience = people_lists.taken(audience).expression if audience else ""
    composed = compose(template, pairs(values or []), changing.read_all(change or []), audience)
    found = composed.template
    channels = _channels(found, channel)
    shown = composed.preview(language)
    sending = _Sending.of(audience, composed, channels) if audience else None
    if json:
        facts: dict[str, Any] = {"template": found.name, "language": shown.language, "missing": composed.missing}
        facts |= {"stand_in": shown.stand_in} | {one.value: _facts(shown, one) for one in channels}
        output.document(facts | (sending.facts(shown, channels) if sending else {}))
        return
    if composed.missing:
        output.note(f"still missing: {', '.join(composed.missing)}")
    _show(shown, found, channels)
    if sending:
        sending.show(shown, found, channels)


def _facts(shown: Preview, channel: Channel, own: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A message with a family's own values."""
    filled, price = shown.filled(own), asdict(shown.filled(own).price(channel))
    if channel is Channel.SMS:
        size = filled.size
        facts = {"text": filled.sms, "encoding": size.encoding, "segments": size.segments, "units": size.units}
        facts["forcing"] = [asdict(each) for each in size.forcing]
    else:
        facts = {"from_name": filled.from_name, "reply_to": filled.answers_to, "subject": filled.subject}
        facts |= {"preheader": filled.preheader, "text": filled.text, "html": filled.html}
    return facts | {"cost": price["cost"], "seconds_each": price["seconds"]}


def _show(
    shown: Preview, template: Template, channels: tuple[Channel, ...], own: Mapping[str, str] | None = None
) -> None:
    """For people."""
    console = output.console()
    where = f"in English under a line in {shown.name}" if shown.stand_in else f"in {shown.name}"
    console.print(f"{template.title}, {where}{MARKS[shown.mark.status]}")
    filled = shown.filled(own)
    for channel in channels:
        if channel is Channel.EMAIL:
            envelope = f"From: {filled.from_name} <{filled.from_address}>\nReply-To: {filled.answers_to}"
            print_panel(console, "Email", filled.subject, f"{envelope}\n\n{filled.text}")
        else:
            print_panel(console, f"Text message, {_size(filled)}", "", filled.sms)
            if forcing := filled.size.forcing:
                output.say(f"Fewer fit in a segment because of {', '.join(map(_instead, forcing))}.")
    for caution in filled.cautions(template.purpose):
        output.say(f"Careful: {caution}")


def _size(shown: Preview) -> str:
    """2 segments (GSM-7), 0.0158 USD, 0.02 s: what a text is, costs and takes, as far as anybody knows."""
    price = shown.price(Channel.SMS)
    known = [f"{counted(shown.size.segments, 'segment', 'segments')} ({shown.size.encoding})"]
    if price.cost is not None:
        known.append(f"{price.cost:.4f} {SETTINGS.district.prices.currency}")
    if price.seconds is not None:
        known.append(f"{price.seconds:.2g} s at its senders' rate")
    return ", ".join(known)


def _instead(forcing: Forcing) -> str:
    """A character, and what could stand for it."""
    if forcing.plain is None:
        return forcing.char
    return f"{forcing.char} ({forcing.plain} would do)" if forcing.plain.strip() else f"{forcing.char!a}"


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
    def of(cls, audience: str, composed: Composed, channels: tuple[Channel, ...]) -> "_Sending":
        """Ask the roster. Raises AudienceError, and BadInput for an audience of nobody."""
        template = composed.template
        people = count(audience, template.purpose)
        if not people.contacts and not people.students:
            raise BadInput(f"audience {audience!r} selects nobody")
        drafted = wordings.drafted(template, composed.values, composed.school, people.by_language)
        texts = wordings.texts(wordings.going_out(drafted, wordings.decided(drafted, template.purpose)))
        families = extremes(audience) if per_family_fields(template) else None  # one that names no child needs none
        own = {"longest": families.longest, "emptiest": families.emptiest} if families else {}
        whom = f"{audience}: {counted(people.families, 'family', 'families')}, " + counted(
            people.contacts, "person who may be written to", "people who may be written to"
        )
        outlooks = outlook(drafted, template.purpose, audience)
        return cls(whom, forecast(audience, template.purpose, channels, texts), outlooks, own)

    def facts(self, shown: Preview, channels: tuple[Channel, ...]) -> dict[str, Any]:
        """For `--json`."""
        personal = [channel for channel in channels if shown.is_personal(channel)]
        own = {
            which: {channel.value: _facts(shown, channel, values) for channel in personal}
            for which, values in self.families.items()
            if personal
        }
        read = who_reads_what.facts(self.outlooks)
        age = snapshot.facts(roster.snapshot())
        return {"forecast": in_words.facts(self.forecast), "languages": read, "families": own, "roster": age}

    def show(self, shown: Preview, template: Template, channels: tuple[Channel, ...]) -> None:
        """For people."""
        if personal := tuple(channel for channel in channels if shown.is_personal(channel)):
            for which, values in self.families.items():
                output.say(f"\nAs the family with the {_WHICH[which]} gets it:")
                _show(shown, template, personal, values)
        output.say(f"\n{self.whom}.")
        output.say(snapshot.line(roster.snapshot()))
        for line in (*who_reads_what.lines(self.outlooks), *in_words.lines(self.forecast)):
            output.say(line)


def _channels(template: Template, asked: str) -> tuple[Channel, ...]:
    if not asked:
        return template.channels
    found = tuple(channel for channel in template.channels if channel.value == asked.lower())
    if not found:
        raise NoSuchWording(f"{template.name} has nothing for channel {asked!r}: it has {', '.join(template.channels)}")
    return found
