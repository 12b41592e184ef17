"""Drafting: a template, an audience and values become a broadcast that can be looked at, but does not go anywhere
yet.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction

from broadcaster import clock
from broadcaster.audiences import count, own_values
from broadcaster.audiences.audience import for_the_log, frozen
from broadcaster.broadcasts import audit, publicity, threads, wordings
from broadcaster.broadcasts.composing import school_of
from broadcaster.broadcasts.models import Broadcast, Wording
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.kinds import BadInput, Channel
from broadcaster.settings import SETTINGS
from broadcaster.templating import library
from broadcaster.templating.changing import Changes, change
from broadcaster.templating.coding import code_of
from broadcaster.templating.fields import read_values
from broadcaster.templating.judging import MOST_SEGMENTS
from broadcaster.templating.template import OF_A_LIST, Template
from broadcaster.text import tokens
from broadcaster.text.languages import english_name


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asks for. `values` are the template's fields as typed; empty `channels` are the template's own.

    `follows` is the broadcast that this one updates or, where it `corrects`, puts right. It goes to everyone who got
    that one, and to the audience: the same by default. `public`: whether it stands on the notice board, None for what
    template and audience say.

    `changes` are words that stand in place of the template's, for this broadcast alone. `unreviewed`: the languages
    that they would let out unreviewed, which is for the approval to say.
    """

    template: str
    audience: str
    values: Mapping[str, str] = field(default_factory=dict)
    channels: Sequence[Channel] = ()
    due_at: float | None = None
    drill: bool = False
    unreviewed: Collection[str] = frozenset()
    changes: Changes = field(default_factory=dict)
    follows: int | None = None
    corrects: bool = False
    public: bool | None = None


def draft(order: Order, actor: str) -> Broadcast:
    """Check the order as a whole and keep it as a draft with its wording in every language, stand-ins among them.

    Raises a one-line ValueError for an unknown template, audience or field, changes that can't be made, a missing
    required field, an audience that the template is not for, a channel without a sender, wording that wants a value per
    family which the audience does not give, or an unreviewed language that needs no permission. Nothing is kept then.
    """
    checked = _checked(order)
    with transaction.atomic():
        broadcast = Broadcast.objects.create(**checked.columns, created_by=actor, created_at=clock.now())
        _keep_words(broadcast, checked)
        audit.write(actor, "drafted", broadcast.pk, _for_the_log(order, checked.template))
    return broadcast


def redraft(broadcast: Broadcast, order: Order, actor: str) -> None:
    """Put another order in the place of a draft's. Raises as `draft` does, and for what is no draft any more; then all
    stays as it was.
    """
    checked = _checked(order)
    with transaction.atomic():
        mine = Broadcast.objects.filter(pk=broadcast.pk, status=BroadcastStatus.DRAFT)
        if not mine.update(**checked.columns):
            broadcast.refresh_from_db(fields=["status"])
            raise BadInput(
                f"broadcast {broadcast.pk} is {broadcast.status}, so it can't be drafted anew: only a draft can"
            )
        broadcast.wordings.all().delete()
        _keep_words(broadcast, checked)
        audit.write(actor, "redrafted", broadcast.pk, _for_the_log(order, checked.template))
    broadcast.refresh_from_db()


def order_of(broadcast: Broadcast) -> Order:
    """What was ordered, to be changed and given to `redraft` or, for another broadcast like it, to `draft`."""
    return Order(
        template=broadcast.template,
        audience=threads.present_audience(broadcast),
        values=broadcast.fields,
        channels=broadcast.channel_list,
        due_at=broadcast.due_at,
        drill=broadcast.drill,
        changes=broadcast.changes,
        follows=broadcast.follows_id,
        corrects=broadcast.corrects,
    )


@dataclass(frozen=True, slots=True)
class _Checked:
    """A sound order: what a broadcast keeps of it, and its wordings, unsaved."""

    template: Template
    columns: Mapping[str, Any]
    drafted: Sequence[Wording]


def _checked(order: Order) -> _Checked:
    template = change(library.load(order.template), order.changes)
    place = threads.place(order.follows, corrects=order.corrects, drill=order.drill) if order.follows else None
    order = replace(order, audience=frozen(place.audience(order.audience) if place else order.audience))
    values = read_values(template, order.values, SETTINGS.district.district.region)
    people = count(order.audience, template.purpose)
    if not people.contacts and not people.students:
        raise BadInput(f"audience {order.audience!r} selects nobody")
    if template.audience == "staff" and people.families:
        raise BadInput(f"template {template.name!r} is for staff, and audience {order.audience!r} has families in it")
    channels = _channels(order, template)
    update = place.update if place else None
    drafted = wordings.drafted(template, values, school_of(order.audience), people.by_language, update)
    wordings.decided(drafted, template.purpose, order.unreviewed)
    _refuse_empty_places(order, template, drafted)
    _refuse_long_texts(drafted)
    columns = {
        "template": template.name,
        "template_version": template.version,
        "title": template.title,
        "purpose": template.purpose,
        "audience": order.audience,
        "channels": [channel.value for channel in channels],
        "fields": dict(order.values),
        "changes": {tag: dict(parts) for tag, parts in order.changes.items() if parts},
        "drill": order.drill,
        "due_at": order.due_at,
        "code": code_of(template, values, update),
        "public": publicity.of_a_draft(template, people, drafted, place, drill=order.drill, wanted=order.public),
        "acknowledge": template.acknowledge,
        **threads.columns(place),
    }
    return _Checked(template, columns, drafted)


def _keep_words(broadcast: Broadcast, checked: _Checked) -> None:
    for wording in checked.drafted:
        wording.broadcast = broadcast
    Wording.objects.bulk_create(checked.drafted)


def _for_the_log(order: Order, template: Template) -> dict[str, Any]:
    """What of it the audit log keeps: which words were changed, not how they read, which the wording itself says."""
    kept: dict[str, Any] = {"template": template.name, "audience": order.audience and for_the_log(order.audience)}
    if order.follows:
        kept["corrects" if order.corrects else "follows"] = order.follows
    if template.version:
        kept["version"] = template.version
    if changed := {tag: sorted(parts) for tag, parts in sorted(order.changes.items()) if parts}:
        kept["changed"] = changed
    return kept


def _channels(order: Order, template: Template) -> list[Channel]:
    channels = list(order.channels) or list(template.channels)
    for channel in channels:
        if channel not in template.channels:
            known = ", ".join(template.channels)
            raise BadInput(f"template {template.name!r} has no wording for channel {channel.value!r}: it has {known}")
        if not SETTINGS.district.senders_on(channel):
            raise BadInput(f"no sender for channel {channel.value!r}: add one to {SETTINGS.config_path.name}")
    return channels


def _refuse_empty_places(order: Order, template: Template, drafted: Sequence[Wording]) -> None:
    """Values of a list are for who is on it. All channels count: a text that points to the mail needs it whole."""
    used = frozenset[str]().union(*(_tokens(wording) for wording in drafted)) & OF_A_LIST.keys()
    found = own_values.list_of(order.audience) if used else None
    if found and (others := own_values.strangers(order.audience, found)):
        raise BadInput(
            f"audience {order.audience!r} has {others} people who are not on the list {found.name!r}, and the wording "
            "needs its values"
        )
    if lacking := sorted(used - set(found.fields if found else ())):
        raise BadInput(
            f"template {template.name!r} needs each family's own {lacking[0]} ({OF_A_LIST[lacking[0]]}), "
            f"and audience {order.audience!r} gives none"
        )


def _refuse_long_texts(drafted: Sequence[Wording]) -> None:
    """The template's own texts are short enough; with the values of this broadcast they may not be."""
    for wording in drafted:
        if wording.sms_segments > MOST_SEGMENTS:
            raise BadInput(
                f"the text in {english_name(wording.language)} has {wording.sms_segments} segments with these values: "
                f"{MOST_SEGMENTS} at most can be sent"
            )


def _tokens(wording: Wording) -> frozenset[str]:
    return tokens.names(wording.sms + wording.subject + wording.preheader + wording.email_text + wording.email_html)
