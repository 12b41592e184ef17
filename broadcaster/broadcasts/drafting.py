"""Drafting: a template, an audience and values become a broadcast that can be looked at, but does not go anywhere
yet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from broadcaster import clock
from broadcaster.audiences import count
from broadcaster.audiences.one_school import one_school
from broadcaster.broadcasts import audit
from broadcaster.broadcasts.models import Broadcast, Wording
from broadcaster.district import School
from broadcaster.kinds import BadInput, Channel
from broadcaster.settings import SETTINGS
from broadcaster.templating import letterhead, library
from broadcaster.templating.fields import FieldValue, read_values
from broadcaster.templating.render import render
from broadcaster.templating.template import OF_A_LIST, Template
from broadcaster.text import tokens
from broadcaster.text.segments import measure


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asks for. `values` are the template's fields as typed; empty `channels` are the template's own."""

    template: str
    audience: str
    values: Mapping[str, str] = field(default_factory=dict)
    channels: Sequence[Channel] = ()
    due_at: float | None = None
    drill: bool = False


def draft(order: Order, actor: str) -> Broadcast:
    """Check the order as a whole and keep it as a draft with its wording in every language.

    Raises a one-line ValueError for an unknown template, audience or field, a missing required field, a channel
    without a sender, or wording that wants a value per family which the audience does not give. Nothing is kept then.
    """
    template = library.load(order.template)
    values = read_values(template, order.values)
    people = count(order.audience, template.purpose)
    if not people.contacts and not people.students:
        raise BadInput(f"audience {order.audience!r} selects nobody")
    channels = _channels(order, template)
    school = SETTINGS.district.school_called(one_school(order.audience)) if SETTINGS.district.schools else None
    wordings = [_wording(template, language, values, school) for language in template.languages]
    _refuse_empty_places(order, template, wordings)
    broadcast = Broadcast.objects.create(
        template=template.name,
        title=template.title,
        purpose=template.purpose,
        audience=order.audience,
        channels=[channel.value for channel in channels],
        fields=dict(order.values),
        drill=order.drill,
        due_at=order.due_at,
        created_by=actor,
        created_at=clock.now(),
    )
    for wording in wordings:
        wording.broadcast = broadcast
    Wording.objects.bulk_create(wordings)
    audit.write(actor, "drafted", broadcast.pk, {"template": template.name, "audience": order.audience})
    return broadcast


def _channels(order: Order, template: Template) -> list[Channel]:
    channels = list(order.channels) or list(template.channels)
    for channel in channels:
        if channel not in template.channels:
            known = ", ".join(template.channels)
            raise BadInput(f"template {template.name!r} has no wording for channel {channel.value!r}: it has {known}")
        if not SETTINGS.district.senders_on(channel):
            raise BadInput(f"no sender for channel {channel.value!r}: add one to {SETTINGS.config_path.name}")
    return channels


def _refuse_empty_places(order: Order, template: Template, wordings: Sequence[Wording]) -> None:
    """No audience gives values from a list yet. All channels count: a text that points to the mail needs it whole."""
    used = frozenset[str]().union(*(_tokens(wording) for wording in wordings))
    if lacking := sorted(used & OF_A_LIST.keys()):
        raise BadInput(
            f"template {template.name!r} needs each family's own {lacking[0]} ({OF_A_LIST[lacking[0]]}), "
            f"and audience {order.audience!r} gives none"
        )


def _tokens(wording: Wording) -> frozenset[str]:
    return tokens.names(wording.sms + wording.subject + wording.preheader + wording.email_text + wording.email_html)


def _wording(template: Template, language: str, values: Mapping[str, FieldValue], school: School | None) -> Wording:
    rendered = render(template, language, values, letterhead.own(school))
    return Wording(
        language=language,
        translation=template.languages[language].translation,
        subject=rendered.subject,
        preheader=rendered.preheader,
        email_text=rendered.email_text,
        email_html=rendered.email_html,
        from_name=(school.from_name or school.name) if school else "",
        reply_to=school.reply_to if school else "",
        sms=rendered.sms,
        sms_segments=measure(rendered.sms).segments,
        per_family=bool(tokens.names(rendered.sms + rendered.subject + rendered.email_text) - {"unsubscribe"}),
    )
