"""The message as a family gets it, made by the code that sends, beside every step."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from broadcaster.audiences import AudienceError, parse
from broadcaster.audiences.extremes import extremes
from broadcaster.broadcasts import drafts
from broadcaster.broadcasts.composing import Composed, UnknownLanguage, compose
from broadcaster.broadcasts.models import Draft
from broadcaster.broadcasts.preview import Preview
from broadcaster.console.framing import framed
from broadcaster.console.guard import Request, allowed, no_page
from broadcaster.console.writing import step
from broadcaster.kinds import BadInput, Channel
from broadcaster.people.roles import Act
from broadcaster.settings import SETTINGS
from broadcaster.templating import childless, library
from broadcaster.templating.fields import MissingField, read_values
from broadcaster.templating.template import Template
from broadcaster.text.languages import DEFAULT, english_name


def beside(draft: Draft, request: Request) -> dict[str, Any]:
    """The message in the language that is asked for, and the languages there are; nothing where it can't be made."""
    try:
        composed = composed_of(draft)
    except BadInput as error:
        return {"cannot_show": str(error)}
    asked = request.POST.get("show") or request.GET.get("show") or DEFAULT
    shown = preview(composed, draft, asked)
    channels = draft.channels or [channel.value for channel in composed.template.channels]
    return {
        "shown": shown,
        "tabs": _tabs(composed, draft),
        "by_sms": Channel.SMS.value in channels and shown.sms,
        "by_email": Channel.EMAIL.value in channels,
        "cautions": shown.cautions(composed.template.purpose),
        "sender": next((one.address for one in SETTINGS.district.senders_on(Channel.SMS)), ""),
    }


def composed_of(draft: Draft) -> Composed:
    """What is right of the draft, put together: a wrong value shows as if it were missing, wrong words as they were.

    Raises BadInput where the template can't be used.
    """
    template = library.load(draft.template)
    values = {name: raw for name, raw in draft.values.items() if _reads(template, name, raw)}
    place = drafts.place_of(draft)
    update = place.update if place else None
    for changes, audience in ((draft.changes, draft.audience), ({}, draft.audience), ({}, "")):
        try:
            return compose(draft.template, values, changes, audience, update)
        except BadInput:
            continue
    return compose(draft.template, values, update=update)


def preview(composed: Composed, draft: Draft, asked: str) -> Preview:
    """In that language, or in English where there is nothing in it, with a real family's values."""
    try:
        found = composed.preview(asked)
    except UnknownLanguage:
        found = composed.preview(DEFAULT)
    words = DEFAULT if found.stand_in else found.language
    personal = any(found.is_personal(channel) for channel in Channel)
    return found.filled(own_values(draft.audience, words) if personal else None)


def own_values(audience: str, language: str) -> Mapping[str, str] | None:
    """What a real family has of its own: the one with the longest names, where a wording breaks first. Where staff
    alone get it, what they read in its place, in the language of the words around it.
    """
    try:
        found = extremes(audience) if audience else None
        if found is None and audience and parse(audience).with_staff:
            return childless.values(language)
    except AudienceError:
        return None
    return found.longest if found else None


def _reads(template: Template, name: str, raw: str) -> bool:
    field = template.field(name)
    if field is None:
        return False
    try:
        read_values(replace(template, fields=(field,)), {name: raw}, SETTINGS.district.district.region)
    except MissingField:
        return True
    except BadInput:
        return False
    return True


def _tabs(composed: Composed, draft: Draft) -> dict[str, str]:
    """The languages of the template, and those of readers who get a stand-in."""
    stand_ins = [one["tag"] for one in draft.prospect.get("languages", ()) if one["gets"] == "stand_in"]
    return {tag: english_name(tag) for tag in dict.fromkeys([*composed.template.languages, *stand_ins])}


@no_page
@allowed(Act.REHEARSE)
@require_safe
def mail(request: Request, pk: int, language: str) -> HttpResponse:
    """The mail, whole, for a frame of its own."""
    draft = step.draft_of(request, pk)
    try:
        composed = composed_of(draft)
    except BadInput:
        raise Http404 from None
    return framed(preview(composed, draft, language).html)
