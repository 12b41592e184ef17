"""What the steps have in common. A step is a form over some of a draft's fields; whatever is typed is saved, right or
wrong, and only going on asks whether it is right.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from broadcaster.broadcasts import drafts
from broadcaster.broadcasts.drafts import HandedIn, SavedMeanwhile
from broadcaster.broadcasts.models import Draft
from broadcaster.console.guard import Request, typed_before_signing_in
from broadcaster.console.writing import trying
from broadcaster.kinds import BadInput
from broadcaster.people.models import Person
from broadcaster.people.roles import Act, may
from broadcaster.templating import library
from broadcaster.templating.template import Template

#: the steps by the names of their pages, in order
STEPS = {
    "what": gettext_lazy("What"),
    "who": gettext_lazy("Who"),
    "when": gettext_lazy("When and how"),
    "check": gettext_lazy("Check"),
}


class Step(Protocol):
    """A step's own part."""

    name: str

    def form(self, draft: Draft, person: Person, data: QueryDict | None) -> forms.Form:
        """The form as it stands in the draft, or with what was typed."""
        ...

    def typed(self, form: forms.Form, draft: Draft) -> dict[str, Any]:
        """The draft's fields as they were typed, right or wrong."""
        ...

    def beside(self, draft: Draft, request: Request) -> dict[str, Any]:
        """What the page shows beside the form, of the draft as it is now saved."""
        ...


@dataclass(frozen=True, slots=True)
class Line:
    """A step in the list of steps; `done` is that nothing is missing there."""

    name: str
    label: Any
    here: bool
    done: bool


def draft_of(request: Request, pk: int) -> Draft:
    """The draft, for who may see it: a school's people see their school's. Raises Http404."""
    found = drafts.find(pk)
    if found is None or (request.user.school_id is not None and found.school_id != request.user.school_id):
        raise Http404
    return found


def walk(request: Request, pk: int, step: Step) -> HttpResponse:
    """The page of a step: GET shows it, POST saves it, and goes on where that was asked and all is right."""
    draft = draft_of(request, pk)
    if draft.handed_in_at is not None and draft.broadcast_id is not None:
        return redirect("console:broadcast", draft.broadcast_id)
    data = request.POST if request.method == "POST" else typed_before_signing_in(request)
    form = step.form(draft, request.user, data)
    if data is not None:
        elsewhere = _save(request, draft, step, form, data) or _go(request, draft, step, form, data)
        if elsewhere is not None:
            return elsewhere
        if request.method == "GET":
            messages.info(request, _("You were signed out. What you had typed is here, and saved."))
    page = f"{step.name}_live" if request.headers.get("HX-Request") else step.name
    return render(
        request,
        f"console/writing/{page}.html",
        context(request, draft, step.name, form) | step.beside(draft, request),
    )


def context(request: Request, draft: Draft, name: str, form: forms.Form | None = None) -> dict[str, Any]:
    """What every page of a draft has."""
    return {
        "draft": draft,
        "template": _template(draft),
        "drill": draft.drill,
        "form": form,
        "steps": [Line(one, label, one == name, _is_done(draft, one)) for one, label in STEPS.items()],
        "next": _following(name),
        "last_test": trying.last(request, draft),
        "may_send": may(request.user.role, Act.SEND),
        "sent_back": draft.broadcast.submissions.exclude(answer="").order_by("-id").first()
        if draft.broadcast
        else None,
    }


def _template(draft: Draft) -> Template | None:
    try:
        return library.load(draft.template)
    except BadInput:
        return None


def _is_done(draft: Draft, name: str) -> bool:
    from broadcaster.console.writing import what  # which is a step itself

    if name == "what":
        return not what.missing(draft)
    return bool(draft.audience) if name == "who" else name == "when"


def _following(name: str) -> str:
    order = [*STEPS]
    return order[min(order.index(name) + 1, len(order) - 1)]


def _save(request: Request, draft: Draft, step: Step, form: forms.Form, data: QueryDict) -> HttpResponse | None:
    """Save what was typed; an answer where somebody else was quicker, or where the page goes on by itself."""
    fields = step.typed(form, draft)
    try:
        save(draft, data, request.user.email, fields)
    except HandedIn as error:
        messages.info(request, str(error))
        return redirect("console:broadcast", draft.broadcast_id)
    except SavedMeanwhile:
        live = bool(request.headers.get("HX-Request"))
        page = "console/writing/meanwhile_note.html" if live else "console/writing/meanwhile.html"
        told = context(request, draft, step.name) | {"differences": differences(draft, fields), "typed": _again(data)}
        return render(request, page, told, status=200 if live else 409)
    if request.headers.get("HX-Request"):
        told = context(request, draft, step.name, form) | step.beside(draft, request)
        return render(request, f"console/writing/{step.name}_live.html", told | {"saved_now": True})
    return None


def save(draft: Draft, data: Mapping[str, Any], actor: str, fields: Mapping[str, Any]) -> None:
    """Save over the version that the page was made of; over one's own newer one too, from another window."""
    version = int(data.get("version") or 0) if str(data.get("version") or 0).isdigit() else 0
    try:
        drafts.save(draft, version, actor, **fields)
    except SavedMeanwhile:
        if draft.saved_by != actor:
            raise
        drafts.save(draft, draft.version, actor, **fields)


def _go(request: Request, draft: Draft, step: Step, form: forms.Form, data: QueryDict) -> HttpResponse | None:
    if "test" in data:
        trying.to_oneself(request, draft)
        return redirect(f"console:draft-{step.name}", draft.pk)
    if "go" in data and form.is_valid():
        goal = data["go"] if data["go"] in STEPS else _following(step.name)
        return redirect(f"console:draft-{goal}", draft.pk)
    if "aside" in data:  # saved, and gone on with later
        return redirect("console:broadcasts")
    return None


@dataclass(frozen=True, slots=True)
class Difference:
    """What two people typed into the same place."""

    what: str
    theirs: str
    mine: str


def differences(draft: Draft, fields: Mapping[str, Any]) -> list[Difference]:
    """Where the draft as saved is not what was typed."""
    return [
        Difference(what, theirs, mine)
        for name, typed in fields.items()
        for what, theirs, mine in _pairs(name, getattr(draft, name), typed)
        if theirs != mine
    ]


def _pairs(name: str, theirs: Any, mine: Any) -> list[tuple[str, str, str]]:
    if isinstance(theirs, dict) and isinstance(mine, dict):
        return [pair for key in {**theirs, **mine} for pair in _pairs(key, theirs.get(key, ""), mine.get(key, ""))]
    return [(name.replace("_", " "), _plain(theirs), _plain(mine))]


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _again(data: QueryDict) -> list[tuple[str, str]]:
    """What was typed, to be sent once more."""
    left_out = {"csrfmiddlewaretoken", "version"}
    return [(name, value) for name, values in data.lists() if name not in left_out for value in values]
