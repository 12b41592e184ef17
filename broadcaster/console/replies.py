"""What families wrote back: wishes to stop first, by school; answers, and what was seen to."""

from collections.abc import Iterable
from itertools import islice

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from broadcaster.broadcasts import looks
from broadcaster.console import looking
from broadcaster.console.guard import Request, allowed
from broadcaster.console.scope import school_of
from broadcaster.kinds import BadInput
from broadcaster.people.roles import Act, may
from broadcaster.replies import inbox
from broadcaster.replies.inbox import Letter
from broadcaster.replies.models import Reply

#: replies on a page
_SHOWN = 100


class Answering(forms.Form):
    """What somebody writes back."""

    text = forms.CharField(
        label=gettext_lazy("Your answer, as a text message"),
        help_text=gettext_lazy(
            "In the family's language if you can. It goes out at once, from the number they wrote to."
        ),
        max_length=1500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@allowed(Act.SEE_FAMILIES)
@require_safe
def replies(request: Request) -> HttpResponse:
    """What waits."""
    return _page(request)


@allowed(Act.SEE_FAMILIES)
@require_safe
def seen_to(request: Request) -> HttpResponse:
    """What was seen to, and how."""
    letters = inbox.letters(list(islice(inbox.done(school_of(request.user)), _SHOWN)))
    _saw(request, letters)
    return render(request, "console/replies_done.html", {"letters": letters})


@allowed(Act.EDIT_FAMILIES)
@require_POST
def act(request: Request, pk: int, name: str) -> HttpResponse:
    """Answer it, stop texts to that phone, or lay it aside."""
    school = school_of(request.user)
    reply = get_object_or_404(Reply, pk=pk, **({"school_id": school.pk} if school else {}))
    by = request.user.email
    if name == "answer" and may(request.user.role, Act.SEND):
        form = Answering(request.POST, auto_id=f"answer{pk}_%s")
        try:
            if form.is_valid():
                inbox.answer(reply, form.cleaned_data["text"], by)
        except BadInput as error:
            form.add_error("text", str(error))
        if not form.is_valid():
            return _page(request, form, pk)
        messages.success(request, _("Your answer is on its way."))
    elif name == "stop":
        inbox.stop(reply, by)
        messages.success(request, _("No more texts go to that phone."))
    elif name == "aside":
        inbox.see_to(reply, by, "laid aside")
        messages.success(request, _("Laid aside."))
    else:
        raise Http404
    return redirect("console:replies")


def _page(request: Request, wrong: Answering | None = None, pk: int = 0) -> HttpResponse:
    waiting = inbox.waiting(school_of(request.user))
    found = list(islice(waiting, _SHOWN))
    forms_of = [
        wrong if wrong is not None and reply.pk == pk else Answering(auto_id=f"answer{reply.pk}_%s") for reply in found
    ]
    letters = inbox.letters(found)
    _saw(request, letters)
    context = {
        "letters": list(zip(letters, forms_of, strict=True)),
        "more": max(0, waiting.count() - len(found)),
        "may_answer": may(request.user.role, Act.SEND),
        "may_edit": may(request.user.role, Act.EDIT_FAMILIES),
    }
    return render(request, "console/replies.html", context, status=422 if wrong is not None else 200)


def _saw(request: Request, letters: Iterable[Letter]) -> None:
    looking.saw_people(request, looks.REPLIES, (contact for letter in letters for contact in letter.contacts))
