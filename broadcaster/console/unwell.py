"""What is not as it should be, each with what to do about it: the warnings on the first page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from broadcaster import clock
from broadcaster.broadcasts.models import Broadcast
from broadcaster.console.templatetags.console import address as spoken
from broadcaster.console.templatetags.console import ago, channel, duration, moment, thousands
from broadcaster.delivery.models import Batch, Doubt
from broadcaster.delivery.queue.pacing import pace_of
from broadcaster.delivery.word import stuck
from broadcaster.kinds import Channel
from broadcaster.people.models import Person
from broadcaster.people.roles import Act, Role, may
from broadcaster.roster.snapshot import snapshot
from broadcaster.settings import SETTINGS
from broadcaster.webhooks.models import StoredReceipt

#: seconds in which nothing moved until something is stuck
_STILL = 60.0
#: seconds after its first message within which a broadcast's first receipt should have come, and for which we look back
_FIRST_RECEIPT, _LOOK_BACK = 300.0, 86_400.0
#: a backlog that takes longer than this many seconds is worth a word
_LONG = 600.0

_STUCK: dict[stuck.Cause, tuple[Any, Any]] = {
    stuck.Cause.NOT_BEGUN: (
        gettext_lazy("It was to begin and did not: no worker took it up."),
        gettext_lazy("Have IT start the workers: `broadcaster serve`, or `broadcaster worker`."),
    ),
    stuck.Cause.NOT_SENDING: (
        gettext_lazy("Messages are due and no worker sends them."),
        gettext_lazy("Have IT start the workers: `broadcaster serve`, or `broadcaster worker`."),
    ),
    stuck.Cause.PAUSED: (
        gettext_lazy("It was paused because a provider refuses us."),
        gettext_lazy("Its page says why. When that is mended, resume it: it goes on where it stopped."),
    ),
}


@dataclass(frozen=True, slots=True)
class Unwell:
    """What is wrong, what to do, and the page to do it on with its name. `bad`: families wait for it."""

    wrong: Any
    do: Any
    address: str = ""
    page: Any = ""
    bad: bool = True


def warnings(person: Person) -> list[Unwell]:
    """Those that somebody can do something about, the worst first."""
    found = [*_roster()]
    if person.role in Role.of_the_district():
        found += [*_broadcasts(), *_doubts(), *_receipts(), *_senders(), *_backlog()]
    if may(person.role, Act.MANAGE_PEOPLE):
        found += _people()
    return sorted(found, key=lambda one: not one.bad)


def _broadcasts() -> Iterator[Unwell]:
    found = [one for one in stuck.find(clock.now(), _STILL) if one.cause in _STUCK]
    broadcasts = Broadcast.objects.in_bulk({one.broadcast_id for one in found})
    for one in found:
        wrong, do = _STUCK[one.cause]
        title = broadcasts[one.broadcast_id].title
        yield Unwell(f"{title}: {wrong}", do, reverse("console:broadcast", args=[one.broadcast_id]), title)


def _doubts() -> Iterator[Unwell]:
    count = Doubt.objects.filter(settled_at__isnull=True, person=True).count()
    if count:
        wrong = ngettext(
            "%(n)s message waits for a person to say whether it left.",
            "%(n)s messages wait for a person to say whether they left.",
            count,
        ) % {"n": thousands(count)}
        yield Unwell(wrong, _("Look for them on the provider's own page."), reverse("console:doubts"), _("Settle them"))


def _receipts() -> Iterator[Unwell]:
    """Something went out a while ago, and since then no provider has told us anything."""
    now = clock.now()
    began = Broadcast.objects.filter(started_at__gt=now - _LOOK_BACK, started_at__lt=now - _FIRST_RECEIPT)
    first = began.order_by("-started_at").values_list("started_at", flat=True).first()
    newest = StoredReceipt.objects.order_by("-pk").values_list("received_at", flat=True).first()
    if first is not None and (newest is None or newest < first):
        wrong = _("No receipt has come since %(when)s: nobody can tell what arrived.") % {"when": moment(first)}
        do = _("Have IT run `broadcaster doctor`: it names the addresses that the providers must call.")
        yield Unwell(wrong, do)


def _senders() -> Iterator[Unwell]:
    now = clock.now()
    for sender in SETTINGS.district.senders:
        _free_in, share = pace_of(sender.channel, sender.address).glance(now)
        if share < 1:
            told = {"sender": spoken(sender.address), "share": round(100 * share)}
            wrong = _("The provider has slowed %(sender)s down, to %(share)d %% of its rate.") % told
            yield Unwell(wrong, _("Nothing to do: it comes back by itself. It takes longer meanwhile."), bad=False)


def _backlog() -> Iterator[Unwell]:
    due = Batch.objects.filter(done_at__isnull=True, due_at__lte=clock.now())
    for name, waiting in due.values_list("channel").annotate(Sum("size")).order_by("channel"):
        rate = sum(sender.rate for sender in SETTINGS.district.senders_on(Channel(name)))
        if rate and waiting / rate > _LONG:
            told = {"n": thousands(waiting), "channel": channel(name), "time": duration(waiting / rate)}
            wrong = _("%(n)s %(channel)s messages wait their turn: about %(time)s at the senders' rates.") % told
            do = _("Each family's best address goes first. A further sender makes it faster.")
            yield Unwell(wrong, do, bad=False)


def _roster() -> Iterator[Unwell]:
    found = snapshot()
    if found is None:
        yield Unwell(
            _("There is no roster yet, so nobody can be written to."),
            _("Have IT import one: `broadcaster import FOLDER`."),
        )
    elif found.stale:
        wrong = _("The roster is old: it was imported %(when)s (%(ago)s).") % {
            "when": moment(found.at),
            "ago": ago(found.at),
        }
        yield Unwell(wrong, _("Families who came since are not in it: import a newer one."), bad=False)


def _people() -> Iterator[Unwell]:
    senders = Person.objects.filter(role=Role.COMMUNICATIONS, is_active=True).count()
    if senders < 2 and SETTINGS.district.policies.four_eyes:
        wrong = _("A district-wide or emergency broadcast needs two people, and there are fewer.")
        yield Unwell(
            wrong,
            _("Add people with the role District communications."),
            reverse("console:people"),
            _("People"),
            bad=False,
        )
