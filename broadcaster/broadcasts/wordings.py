"""A broadcast's wordings: all that may have to go out, as they are drafted, and those that do."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from broadcaster.broadcasts.languages import Decision, Gets, Mark, decide
from broadcaster.broadcasts.models import Broadcast, Wording
from broadcaster.district import School
from broadcaster.kinds import Purpose
from broadcaster.settings import SETTINGS
from broadcaster.templating import letterhead, standing
from broadcaster.templating.coding import code_of
from broadcaster.templating.fields import FieldValue
from broadcaster.templating.layout import Letterhead, Update
from broadcaster.templating.render import Rendered, render
from broadcaster.templating.stand_in import stand_in
from broadcaster.templating.template import Template, TranslationStatus
from broadcaster.text import tokens
from broadcaster.text.languages import DEFAULT, chain
from broadcaster.text.segments import measure


def drafted(
    template: Template,
    values: Mapping[str, FieldValue],
    school: School | None,
    spoken: Iterable[str],
    update: Update | None = None,
) -> list[Wording]:
    """The template in each of its languages, then the stand-ins for readers of `spoken`, unsaved and of no broadcast.
    `update` says which message of a thread it is, where it follows another.

    A stand-in is there where words of the language may have to stay, or are none, and it has standing lines. Whether
    these may be used is for `decided` to say. Raises BadTemplate, and BadPhone for a phone of the district's.
    """
    own = [own_words(template, tag, values, school, update) for tag in template.languages]
    read = {step for tag in spoken for step in chain(tag)} - {DEFAULT}
    lines = {tag: Mark(each.status, each.stale) for tag, each in standing.all_lines().items() if tag in read}
    found = decide(template.purpose, marks(own), lines, policy=_policy())
    english = [tag for tag in lines if found[tag].gets is not Gets.OWN and found[tag].words == DEFAULT]
    return [*own, *(over_english(template, tag, values, school, update) for tag in english)]


def own_words(
    template: Template,
    tag: str,
    values: Mapping[str, FieldValue],
    school: School | None,
    update: Update | None = None,
) -> Wording:
    """The template in its best words for a reader of the language, unsaved. Raises BadTemplate, BadPhone."""
    rendered = render(template, tag, values, _head(template, values, school, update))
    own = template.languages[rendered.language]
    mark = Mark(own.translation, template.is_stale(own.language), own.language in template.outdated_by_change)
    return _wording(rendered, mark, school)


def over_english(
    template: Template,
    tag: str,
    values: Mapping[str, FieldValue],
    school: School | None,
    update: Update | None = None,
) -> Wording:
    """The template's stand-in for readers of a language with standing lines, unsaved. Raises BadTemplate, BadPhone."""
    lines = standing.all_lines()[tag]
    rendered = stand_in(template, tag, values, _head(template, values, school, update))
    return _wording(rendered, Mark(lines.status, lines.stale), school, led=True)


def _head(
    template: Template, values: Mapping[str, FieldValue], school: School | None, update: Update | None
) -> Letterhead:
    return letterhead.own(school, code_of(template, values, update), update)


def marks(wordings: Iterable[Wording], *, stand_ins: bool = False) -> dict[str, Mark]:
    """How far each language's own words may be trusted; of stand-ins, their lines."""
    return {
        wording.language: Mark(TranslationStatus(wording.translation), wording.stale, wording.outdated)
        for wording in wordings
        if wording.stand_in is stand_ins
    }


def decided(
    wordings: Collection[Wording], purpose: Purpose, overrides: Collection[str] = (), asked: Iterable[str] = ()
) -> dict[str, Decision]:
    """What the readers of each language get of these, as `decide` says, by the district's policy."""
    lines = marks(wordings, stand_ins=True)
    return decide(purpose, marks(wordings), lines, policy=_policy(), overrides=overrides, asked=asked)


def going_out(wordings: Iterable[Wording], decisions: Mapping[str, Decision]) -> list[Wording]:
    """Those that go out: one for each language that is not left to its fallback."""
    return [wording for wording in wordings if _goes_out(wording, decisions[wording.language])]


def of(broadcast: Broadcast) -> list[Wording]:
    """Those of a broadcast that go out; before its approval those that would, if nothing was let out unreviewed."""
    kept = list(broadcast.wordings.all())
    return kept if broadcast.approved_at else going_out(kept, decided(kept, Purpose(broadcast.purpose)))


def texts(wordings: Sequence[Wording]) -> dict[str, str]:
    """Their text messages by language, as a forecast takes them."""
    return {wording.language: wording.sms for wording in wordings}


def _goes_out(wording: Wording, decision: Decision) -> bool:
    if wording.stand_in:
        return decision.line == wording.language
    return decision.gets is Gets.OWN


def _policy() -> bool:
    return SETTINGS.district.policies.unreviewed_translations


def _wording(rendered: Rendered, mark: Mark, school: School | None, *, led: bool = False) -> Wording:
    return Wording(
        language=rendered.language,
        stand_in=led,
        translation=mark.status,
        stale=mark.stale,
        outdated=mark.outdated,
        subject=rendered.subject,
        preheader=rendered.preheader,
        email_text=rendered.email_text,
        email_html=rendered.email_html,
        from_name=school.mail_from if school else "",
        reply_to=school.reply_to if school else "",
        sms=rendered.sms,
        sms_segments=measure(rendered.sms).segments,
        per_family=bool(tokens.names(rendered.sms + rendered.subject + rendered.email_text) - tokens.LINKS),
    )
