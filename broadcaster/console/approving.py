"""The second person's page: what would go out, what has changed since it was handed in, and the three answers."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from broadcaster import clock
from broadcaster.broadcasts import approval, drafts, submissions, usual
from broadcaster.broadcasts.models import Broadcast, Submission
from broadcaster.broadcasts.preview import Preview, of_wording
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.console import seen, soon
from broadcaster.console.framing import framed
from broadcaster.console.guard import Request, allowed, no_page
from broadcaster.delivery import wake
from broadcaster.delivery.forecasting import prospect
from broadcaster.delivery.queue import quiet
from broadcaster.kinds import BadInput, Channel, Purpose
from broadcaster.people.roles import Act, may
from broadcaster.roster import snapshot
from broadcaster.roster.models import RosterImport
from broadcaster.settings import SETTINGS
from broadcaster.templating import library
from broadcaster.text.languages import DEFAULT


class Answering(forms.Form):
    """What the second person says. `seen` is the submission that the page was made of."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    note = forms.CharField(
        label=gettext_lazy("What should be changed"), required=False, widget=forms.Textarea(attrs={"class": "line"})
    )
    reason = forms.CharField(
        label=gettext_lazy("Why it can't wait for a second person"),
        required=False,
        widget=forms.Textarea(attrs={"class": "line"}),
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands to a broadcast in review."""

    wrote_it: bool
    may_approve: bool
    may_release: bool

    @property
    def decides(self) -> bool:
        """Whether it can go out by their answer."""
        return self.may_approve or self.may_release

    @classmethod
    def of(cls, request: Request, found: Broadcast, last: Submission | None) -> "Standing":
        """Who wrote it or handed it in does not approve it."""
        email, role = request.user.email, request.user.role
        wrote_it = email == found.created_by or (last is not None and email == last.by)
        emergency = found.purpose == Purpose.EMERGENCY
        return cls(wrote_it, may(role, Act.APPROVE) and not wrote_it, wrote_it and emergency and may(role, Act.SEND))


@allowed(Act.SEND)
@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: Request, pk: int) -> HttpResponse:
    """GET shows it; POST approves it, sends it back, takes it back, or releases it alone."""
    found = seen.own_broadcast(request, pk)
    if found.status != BroadcastStatus.IN_REVIEW:
        return redirect("console:broadcast", pk)
    last = submissions.newest(found)
    standing = Standing.of(request, found, last)
    form = Answering(request.POST or None, initial={"seen": last.pk if last else 0})
    if request.method == "POST" and form.is_valid():
        answer = _answered(request, found, form, standing)
        if answer is not None:
            return answer
    return render(request, "console/approving.html", _context(request, found, form, standing, last))


def _answered(request: Request, found: Broadcast, form: Answering, standing: Standing) -> HttpResponse | None:
    """Do what was asked; None where something stands against it, which then stands on the form."""
    actor, told = request.user.email, form.cleaned_data
    unreviewed = frozenset(request.POST.getlist("unreviewed"))
    try:
        if "approve" in request.POST and standing.may_approve:
            approval.approve_as_second(found, actor, told["seen"] or 0, unreviewed, _public(request, found))
            wake.wake(found.pk)
            messages.success(request, _("Approved. It goes out now.") if not found.due_at else _("Approved."))
        elif "release" in request.POST and standing.may_release:
            if not told["reason"].strip():
                form.add_error("reason", _("Say why: it stands in the audit log, and everybody who approves is told."))
                return None
            approval.approve(found, actor, told["reason"].strip(), unreviewed, _public(request, found))
            wake.wake(found.pk)
            wake.wake_teller()
        elif "back" in request.POST:
            return _sent_back(request, found, form, standing)
    except BadInput as error:
        form.add_error(None, str(error))
        return None
    return redirect("console:broadcast", found.pk)


def _public(request: Request, found: Broadcast) -> bool | None:
    """What was said about the notice board; None where that is what was drafted, or was not asked."""
    if found.drill or "public-asked" not in request.POST:
        return None
    public = "public" in request.POST
    return None if public == found.public else public


def _sent_back(request: Request, found: Broadcast, form: Answering, standing: Standing) -> HttpResponse | None:
    """To whoever wrote it with a word, or taken back by them to go on writing."""
    note = form.cleaned_data["note"].strip()
    if not standing.wrote_it and not note:
        form.add_error("note", _("Say what should be changed: whoever wrote it reads it."))
        return None
    approval.send_back(found, request.user.email, note)
    draft = drafts.reopen(found, found.created_by, request.user.school)
    if standing.wrote_it:
        return redirect("console:draft-what", draft.pk)
    messages.success(request, _("Sent back. It is a draft again, and has to be approved anew."))
    return redirect("console:broadcasts")


def _context(
    request: Request, found: Broadcast, form: Answering, standing: Standing, last: Submission | None
) -> dict[str, Any]:
    looked = _prospect(found, last)
    if looked is None:
        return {"broadcast": found, "drill": found.drill, "reckoning": True}
    now = submissions.content(found, looked["counts"])
    earlier = submissions.before(last) if last else None
    starts = found.due_at or clock.now()
    rest = quiet.ends(starts) if found.purpose == Purpose.GENERAL else None
    typical = usual.families()
    families = looked["counts"]["families"]
    roster = RosterImport.objects.order_by("-pk").first()
    most = looked["most_seconds"]
    return {
        "broadcast": found,
        "drill": found.drill,
        "form": form,
        "standing": standing,
        "last": last,
        "prospect": looked,
        "since": submissions.changes(last.content, now) if last else [],
        "since_before": submissions.changes(earlier.content, last.content) if last and earlier else [],
        "answer": earlier if earlier and earlier.answer else None,
        "own_words": _own_words(found),
        "reached_at": None if most is None else max(rest or starts, clock.now()) + most,
        "usual": typical,
        "times": families / typical if typical and families > 3 * typical else None,
        "starts": found.due_at,
        "quiet_until": rest,
        "roster": roster,
        "roster_days": int((clock.now() - roster.at) // 86_400) if roster else None,
        "by_sms": Channel.SMS.value in found.channels,
        "by_email": Channel.EMAIL.value in found.channels,
    } | _shown(request, found)


def _prospect(found: Broadcast, last: Submission | None) -> dict[str, Any] | None:
    """As `Prospect.kept`, of the very words that were handed in; None while it is worked out."""
    roster = snapshot.version()
    key = f"prospect:{found.pk}:{last.pk if last else 0}:{roster}"
    return soon.made(key, lambda: prospect.of_broadcast(found).kept())


def _own_words(found: Broadcast) -> list[submissions.Changed]:
    """Where the words are not the library's."""
    try:
        template = library.load(found.template)
    except BadInput:
        return []
    return [
        submissions.Changed(part, tag, submissions.word_by_word(template.languages[tag].parts()[part], text))
        for tag, parts in found.changes.items()
        if tag in template.languages
        for part, text in parts.items()
    ]


def _shown(request: Request, found: Broadcast) -> dict[str, Any]:
    previews = {_key(one): one for one in map(of_wording, found.wordings.order_by("language", "stand_in"))}
    asked = request.GET.get("show", DEFAULT)
    shown = previews.get(asked) or previews.get(DEFAULT) or next(iter(previews.values()))
    return {
        "previews": previews,
        "shown": shown.filled(),
        "shown_key": _key(shown),
        "cautions": shown.filled().cautions(Purpose(found.purpose)),
        "sender": next((one.address for one in SETTINGS.district.senders_on(Channel.SMS)), ""),
    }


def _key(one: Preview) -> str:
    return f"{one.language}{'+' if one.stand_in else ''}"


@no_page
@allowed(Act.SEE_REPORTS)
@require_safe
def mail(request: Request, pk: int, key: str) -> HttpResponse:
    """The mail of a broadcast in one language, for a frame of its own; a stand-in's key ends in +."""
    found = seen.broadcast(request, pk)
    wording = found.wordings.filter(language=key.rstrip("+"), stand_in=key.endswith("+")).first()
    if wording is None:
        return framed("")
    return framed(of_wording(wording).filled().html)
