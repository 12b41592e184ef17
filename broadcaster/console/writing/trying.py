"""A test to oneself: the message as families would get it, to the address and the phone of whoever is signed in."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.utils.translation import gettext as _

from broadcaster import clock
from broadcaster.broadcasts import audit, wordings
from broadcaster.broadcasts.models import Draft
from broadcaster.console.guard import Request
from broadcaster.console.writing import showing
from broadcaster.delivery.word import staff
from broadcaster.kinds import BadInput, Channel
from broadcaster.people.models import Person
from broadcaster.settings import SETTINGS
from broadcaster.templating.samples import FAMILY
from broadcaster.text import phones
from broadcaster.text.languages import DEFAULT


def to_oneself(request: Request, draft: Draft) -> None:
    """Send it in the language that is shown, and say what became of it."""
    person = request.user
    try:
        _keep_phone(person, request.POST.get("phone", ""))
        composed = showing.composed_of(draft)
        to = _own_addresses(person, draft.channels or [channel.value for channel in composed.template.channels])
        language = request.POST.get("show_now") or DEFAULT
        stands_in = language not in composed.template.languages and composed.preview(language).stand_in
        worded = wordings.over_english if stands_in else wordings.own_words
        wording = worded(composed.template, language, composed.values, composed.school, composed.update)
        words = DEFAULT if stands_in else wording.language
        values = {**FAMILY, **(showing.own_values(draft.audience, words) or {})}
        outcomes = staff.test(wording, composed.template.purpose, to, values, drill=draft.drill)
    except BadInput as error:
        messages.error(request, str(error))
        return
    detail = {"template": draft.template, "channels": sorted(to), "drill": draft.drill}
    audit.write(person.email, "sent a test to themselves", draft.broadcast_id, detail)
    said = [_said(outcome, to[outcome.channel], drill=draft.drill) for outcome in outcomes]
    for one in said:
        messages.add_message(request, messages.SUCCESS if one.good else messages.ERROR, one.sentence)
    if Channel.SMS not in to:
        messages.info(request, _("No text was sent: no phone of yours is known."))
    request.session[_key(draft)] = {"at": clock.now(), "said": [(one.good, one.sentence) for one in said]}


def last(request: Request, draft: Draft) -> dict[str, Any] | None:
    """What became of this person's last test of the draft, for as long as they are signed in: when, and for each
    address whether it went and a sentence.
    """
    found: dict[str, Any] | None = request.session.get(_key(draft))
    return found


def _key(draft: Draft) -> str:
    return f"test-{draft.pk}"


def _own_addresses(person: Person, channels: list[str]) -> dict[Channel, str]:
    known = {Channel.EMAIL: person.email, Channel.SMS: person.phone}
    found = {channel: known[channel] for channel in Channel if channel.value in channels and known[channel]}
    if not found:
        raise BadInput(_("This goes out as a text alone, and no phone of yours is known: type it beside the button."))
    return found


def _keep_phone(person: Person, typed: str) -> None:
    if not typed.strip():
        return
    try:
        phone = phones.normalise(typed, SETTINGS.district.district.region)
    except phones.BadPhone as error:
        raise BadInput(f"{typed!r} {error}") from None
    if phone != person.phone:
        person.phone = phone
        person.save(update_fields=["phone"])
        audit.write(person.email, "named a phone of their own")


@dataclass(frozen=True, slots=True)
class Said:
    """What became of one message, for whoever sent it."""

    good: bool
    sentence: str


def _said(outcome: staff.Outcome, address: str, *, drill: bool) -> Said:
    shown = (
        address if outcome.channel is Channel.EMAIL else phones.for_people(address, SETTINGS.district.district.region)
    )
    if outcome.why:
        return Said(False, _("The test to %(to)s did not go: %(why)s") % {"to": shown, "why": outcome.why})
    if drill or not SETTINGS.live(outcome.channel):
        return Said(True, _("The test to %s is in the sandbox's inbox.") % shown)
    return Said(True, _("The test is on its way to %s.") % shown)
