"""Whether a template's words may go out: placeholders exist, texts fit, and phone companies let the links through."""

from collections.abc import Mapping
from dataclasses import replace
from unicodedata import category

from broadcaster.kinds import Channel, Purpose
from broadcaster.templating.faults import BadTemplate, Finding, Severity
from broadcaster.templating.fields import FieldValue, read_draft, read_values
from broadcaster.templating.files import ABOUT
from broadcaster.templating.layout import Letterhead
from broadcaster.templating.links import link_in, shortener_in
from broadcaster.templating.placeholders import inspect
from broadcaster.templating.render import render
from broadcaster.templating.samples import FAMILY, barest, fullest
from broadcaster.templating.template import OF_THE_DISTRICT, FieldType, Template, Wording
from broadcaster.text import tokens
from broadcaster.text.languages import DEFAULT
from broadcaster.text.segments import measure

#: More than the first no vendor sends (Twilio: 1600 characters); more than the second costs too much money and time.
MOST_SEGMENTS = 10
GOOD_SEGMENTS = 2

_SHOWN = 8  # characters of many
_CONTROL = "Cc"  # PostgreSQL can't keep some of them, and no family can read any

_LETTERHEAD = Letterhead("Minneapolis Public Schools", "(612) 555-0100", code="SAMPLE")


def judge(template: Template, findings: list[Finding], unlike: Severity = Severity.WARNING) -> None:
    """Adds to the findings of each file what is wrong with its words, and with the template's own defaults.

    `unlike`: how grave it is that a translation names other fields than the English.
    """
    by_file = {finding.file: finding for finding in findings}
    about = next(finding for finding in findings if finding.file.name == ABOUT)
    values = _value_sets(template, about)
    for wording in template.languages.values():
        finding = by_file[wording.path]
        if _read_through(template, wording, finding):
            _try_out(template, wording, values, finding)
            _compare(template, wording, finding, unlike)


def cautions(purpose: Purpose, sms: str, mail: str) -> list[str]:
    """What a person should weigh of a message with its values in it, a sentence each. None of it stops anything.

    Values are data and never refused, so what they bring along is looked at here: `judge` sees only the template.
    """
    found = []
    size = measure(sms)
    if size.segments > GOOD_SEGMENTS:
        doubling = " ".join(forced.char for forced in size.forcing[:_SHOWN])
        why = f", and these characters halve what fits in one: {doubling}" if doubling else ""
        found.append(f"The text has {size.segments} segments: {GOOD_SEGMENTS} are good, each is paid for{why}.")
    if purpose is Purpose.EMERGENCY and (link := link_in(sms)):
        found.append(f"The emergency text has a link in it ({link}): links look like fraud and load slowly.")
    found += [
        f"{host} in the {where} is a link shortener: phone companies block it, and criminals use it."
        for where, text in (("text", sms), ("mail", mail))
        if (host := shortener_in(text))
    ]
    return found


def _read_through(template: Template, wording: Wording, finding: Finding) -> bool:
    """Notes what is wrong in each part as written; whether its Jinja is right."""
    types = {field.name: field.type for field in template.fields}
    sound = True
    for name, source in wording.parts().items():
        begins = wording.lines.get(name, 1)
        for problem in inspect(source, types).problems:
            sound = False
            finding.error(begins + problem.line - 1, problem.wrong, problem.right, name)
        for number, line in enumerate(source.split("\n")):
            if host := shortener_in(line):
                right = "give the full address: phone companies block short ones"
                finding.error(begins + number, f"{host} is a link shortener", right, name)
            if unprintable := next((char for char in line if category(char) == _CONTROL and char != "\t"), ""):
                right = "take it out: no mail and no text message can hold it"
                finding.error(begins + number, f"the unprintable character {unprintable!a}", right, name)
    _judge_channels(template, wording, finding)
    return sound


def _judge_channels(template: Template, wording: Wording, finding: Finding) -> None:
    if template.purpose is Purpose.EMERGENCY and (link := link_in(wording.sms)):
        right = "say it in the text: links look like fraud and load slowly"
        finding.warn(wording.lines.get("sms", 1), f"an emergency text with a link ({link})", right, "sms")
    if Channel.SMS in template.channels and not wording.sms.strip():
        finding.error(1, "there is no sms", "add it to the front matter, or take sms out of the template's channels")
    if Channel.EMAIL in template.channels and not wording.body.strip():
        finding.error(wording.lines.get("body", 1), "there is no email", "write it below the front matter")


def _compare(template: Template, wording: Wording, finding: Finding, unlike: Severity) -> None:
    """Notes where a translation and the English are not of one mind."""
    if wording.language == DEFAULT or DEFAULT not in template.languages:
        return
    english = template.english
    types = {field.name: field.type for field in template.fields}
    for part, source in wording.parts().items():
        own, original = _fields_of(source, types), _fields_of(english.parts()[part], types)
        line = wording.lines.get(part, 1)
        if lacking := ", ".join(sorted(original - own)):
            finding.note(unlike, line, f"says nothing of {lacking}", "the English does: say it here too", part)
        if extra := ", ".join(sorted(own - original)):
            finding.note(unlike, line, f"says something of {extra}", "the English does not: leave it out", part)
    if wording.of == english.fingerprint or wording.on is None:  # one without [translation] has a fault already
        return
    changed = "the English has changed since" if wording.of else "nobody wrote down of which English this is"
    right = f'compare it with en.md, then write of = "{english.fingerprint}" under [translation]'
    finding.warn(wording.lines.get("translation", 1), changed, right)


def _fields_of(source: str, types: Mapping[str, FieldType]) -> frozenset[str]:
    """What a text names but the letterhead: to give the district's phone or not is a matter of room."""
    return frozenset(inspect(source, types).names - OF_THE_DISTRICT.keys())


def _value_sets(template: Template, finding: Finding) -> list[Mapping[str, FieldValue]]:
    """The template's values with as little as may be given, and with everything; none where a default is wrong."""
    sound = True
    for field in template.fields:
        try:
            read_draft(replace(template, fields=(field,)), {})
        except ValueError as error:
            sound = False
            finding.error(field.line, f"a default is wrong: {error}", "mend the field's default")
    if not sound:
        return []
    return [read_values(template, given) for given in (barest(template), fullest(template))]


def _try_out(template: Template, wording: Wording, values: list[Mapping[str, FieldValue]], finding: Finding) -> None:
    """Fills the wording in, and sees how long the text message gets at most."""
    try:
        rendered = [render(template, wording.language, each, _LETTERHEAD) for each in values]
    except BadTemplate:  # the lines under every mail: told once, by `check`
        return
    except Exception as error:  # noqa: BLE001 - whatever a wording makes Jinja raise is a mistake in the wording
        finding.error(wording.lines.get("body", 1), f"can't be filled in: {error}", "compare only values of one kind")
        return
    sizes = [measure(tokens.fill(each.sms, FAMILY)) for each in rendered]
    largest = max(sizes, key=lambda size: size.segments, default=measure(""))
    line = wording.lines.get("sms", 1)
    if largest.segments > MOST_SEGMENTS:
        right = f"shorten it: at most {MOST_SEGMENTS} can be sent, {GOOD_SEGMENTS} are good"
        finding.error(line, f"{largest.segments} segments", right, "sms")
    elif largest.segments > GOOD_SEGMENTS:
        doubling = "".join(forced.char for forced in largest.forcing)
        why = f" ({doubling} make it cost double)" if doubling else ""
        right = f"shorten it to {GOOD_SEGMENTS} if you can: each is paid for and takes its time"
        finding.warn(line, f"{largest.segments} segments{why}", right, "sms")
