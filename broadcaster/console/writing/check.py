"""The fourth step: all of it at a glance with its numbers, and the one button that hands it in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from broadcaster import clock
from broadcaster.audiences.one_school import one_school
from broadcaster.broadcasts import approval, drafts, due, usual
from broadcaster.broadcasts.drafts import HandedIn, SavedMeanwhile
from broadcaster.broadcasts.models import Draft
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.console import soon
from broadcaster.console.guard import Request, allowed, keeps_what_was_typed
from broadcaster.console.writing import prospects, showing, step, trying, what
from broadcaster.console.writing.when import quiet_until
from broadcaster.delivery import wake
from broadcaster.kinds import BadInput, Purpose
from broadcaster.people.models import Person
from broadcaster.people.roles import Act, may
from broadcaster.roster.models import RosterImport
from broadcaster.templating import library
from broadcaster.templating.template import Template

#: so many times more families than usual are worth a word
_FAR_MORE = 3.0


class Confirming(forms.Form):
    """What is decided on the last page. `number` is asked for where the whole district is meant."""

    unreviewed = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    number = forms.CharField(required=False)
    reason = forms.CharField(
        label=gettext_lazy("Why it can't wait for a second person"),
        required=False,
        widget=forms.Textarea(attrs={"class": "line"}),
    )

    def __init__(self, draft: Draft, outlook: Mapping[str, Any], ask: int | None, data: QueryDict | None) -> None:
        super().__init__(data, initial={"unreviewed": draft.unreviewed})
        self._ask = ask
        languages = self.fields["unreviewed"]
        assert isinstance(languages, forms.MultipleChoiceField)  # noqa: S101 - declared above
        languages.choices = [(one["tag"], one["name"]) for one in outlook.get("languages", ()) if _may_be_let_out(one)]
        if ask is None:
            del self.fields["number"]
        else:
            shown = number_format(ask, use_l10n=True, force_grouping=True)
            label = _("It is for more than one school. Type the number of families, %s, to confirm") % shown
            self.fields["number"].label = label
            self.fields["number"].widget = forms.TextInput(
                attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short"}
            )

    def clean_number(self) -> str:
        """The number as a person writes it."""
        typed: str = self.cleaned_data["number"]
        if "".join(filter(str.isdigit, typed)) != str(self._ask):
            raise forms.ValidationError(_("This is not the number of families that it is for."))
        return typed


def _may_be_let_out(language: Mapping[str, Any]) -> bool:
    return bool(language["has_words"]) and language["why"] in ("outdated", "stale", "unreviewed", "overridden")


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether a draft can be handed in: `faults` say what stands against it."""

    template: Template | None
    prospect: Mapping[str, Any]
    faults: list[str]

    @classmethod
    def of(cls, draft: Draft, person: Person, *, may_wait: bool = False) -> "Judged":
        """Look at all of it. `may_wait`: the prospect may be empty, since it is still being worked out."""
        faults = []
        template: Template | None = None
        prospect: dict[str, Any] = {}
        try:
            template = library.load(draft.template)
            if lacking := what.missing(draft):
                labels = [field.label for field in template.fields if field.name in lacking]
                faults.append(_("Still to fill in: %s.") % ", ".join(labels))
            if draft.at:
                due.instant(draft.at)
            if draft.audience:
                prospect = prospects.of(draft, soon.WAIT if may_wait else None) or {}
            else:
                faults.append(_("Nobody is picked yet."))
        except BadInput as error:
            faults.append(str(error))
        if not draft.drill and not may(person.role, Act.SEND):
            faults.append(_("You may rehearse, and send nothing to families: make it a drill."))
        if draft.audience and draft.school and not faults and one_school(draft.audience) != draft.school.name:
            faults.append(_("This goes beyond %s.") % draft.school.name)
        return cls(template, prospect, faults)


@keeps_what_was_typed
@allowed(Act.REHEARSE)
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: Request, pk: int) -> HttpResponse:
    """GET shows what would happen; POST makes it happen, once."""
    draft = step.draft_of(request, pk)
    if draft.handed_in_at is not None and draft.broadcast_id is not None:
        return redirect("console:broadcast", draft.broadcast_id)
    judged = Judged.of(draft, request.user, may_wait=request.method != "POST")
    form = Confirming(draft, judged.prospect, _to_type(draft, judged), request.POST or None)
    if request.method == "POST":
        _keep_decision(request, draft, form)
        if request.headers.get("HX-Request"):
            judged = Judged.of(draft, request.user)
            told = step.context(request, draft, "check", form) | _context(request, draft, judged)
            return render(request, "console/writing/check_live.html", told | {"saved_now": True})
        if "test" in request.POST:
            trying.to_oneself(request, draft)
            return redirect("console:draft-check", pk)
        if "send" in request.POST or "release" in request.POST:
            answer = _send(request, draft, form, judged)
            if answer is not None:
                return answer
            judged = Judged.of(draft, request.user)
    told = step.context(request, draft, "check", form) | _context(request, draft, judged)
    return render(request, "console/writing/check.html", told)


def _keep_decision(request: Request, draft: Draft, form: Confirming) -> None:
    """The languages that are let out are the draft's; a second person's newer draft stays as it is."""
    try:
        step.save(draft, request.POST, request.user.email, {"unreviewed": request.POST.getlist("unreviewed")})
    except SavedMeanwhile:
        form.is_valid()
        form.add_error(None, _("%s has changed this meanwhile: look at it again.") % draft.saved_by)
    except HandedIn:
        return  # said by what comes next


def _send(request: Request, draft: Draft, form: Confirming, judged: Judged) -> HttpResponse | None:
    """Hand it in. None where something stands against it, which then stands on the form."""
    if not form.is_valid() or judged.faults:
        return None
    reason = form.cleaned_data["reason"].strip() if "release" in request.POST else ""
    if "release" in request.POST and not (reason and _may_release(draft, judged, request.user)):
        form.add_error("reason", _("Say why: it stands in the audit log, and everybody who approves is told."))
        return None
    actor = request.user.email
    try:
        broadcast = drafts.hand_in(draft, draft.version, actor)
    except HandedIn:
        draft.refresh_from_db()
        return (
            redirect("console:broadcast", draft.broadcast_id) if draft.broadcast_id else redirect("console:broadcasts")
        )
    except (BadInput, SavedMeanwhile) as error:
        form.add_error(None, str(error))
        return None
    try:
        status = approval.submit(broadcast, actor, reason, draft.unreviewed)
    except BadInput as error:
        drafts.reopen(broadcast, actor)
        form.add_error(None, str(error))
        return None
    if status is BroadcastStatus.APPROVED:
        wake.wake(broadcast.pk)
        if reason:
            wake.wake_teller()
    else:
        messages.success(request, _("It waits for a second person now."))
    return redirect("console:broadcast", broadcast.pk)


def _to_type(draft: Draft, judged: Judged) -> int | None:
    """The number that has to be typed for more than one school; None for a drill, and for one school's own."""
    if draft.drill or not judged.prospect or judged.prospect["counts"]["schools"] == 1:
        return None
    counts = judged.prospect["counts"]
    return int(counts["families"] or counts["contacts"])


def _may_release(draft: Draft, judged: Judged, person: Person) -> bool:
    emergency = judged.template is not None and judged.template.purpose is Purpose.EMERGENCY
    return emergency and not draft.drill and may(person.role, Act.SEND)


def _context(request: Request, draft: Draft, judged: Judged) -> dict[str, Any]:
    prospect = judged.prospect
    second = bool(
        judged.template
        and draft.audience
        and prospect
        and approval.needs_second_person(judged.template.purpose, prospect["counts"]["schools"], drill=draft.drill)
    )
    known: dict[str, Any] = {
        "prospect": prospect,
        "faults": judged.faults,
        "template": judged.template,
        "second": second,
        "reckoning": not prospect and not judged.faults,
    }
    if prospect:
        starts = max(_starts(draft), clock.now())
        most = prospect["most_seconds"]
        typical = usual.families(draft.school)
        many = prospect["counts"]["families"]
        known |= {
            "reached_at": None if most is None else starts + most,
            "usual": typical,
            "times": many / typical if typical and many > _FAR_MORE * typical else None,
            "withheld": [one for one in prospect["languages"] if _may_be_let_out(one) and one["gets"] != "own"],
            "let_out": [one for one in prospect["languages"] if one["why"] == "overridden"],
        }
    roster = RosterImport.objects.order_by("-pk").first()
    return (
        known
        | showing.beside(draft, request)
        | {
            "roster": roster,
            "roster_days": int((clock.now() - roster.at) // 86_400) if roster else None,
            "starts": _starts(draft) if draft.at else None,
            "quiet_until": quiet_until(draft),
            "may_release": second and _may_release(draft, judged, request.user),
        }
    )


def _starts(draft: Draft) -> float:
    try:
        begins = due.instant(draft.at) if draft.at else clock.now()
    except BadInput:
        begins = clock.now()
    return quiet_until(draft) or begins
