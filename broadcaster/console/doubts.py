"""Messages of which nobody knows whether they left: what waits for a person, and what that person saw."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from broadcaster.broadcasts.models import Broadcast
from broadcaster.console.guard import Request, allowed
from broadcaster.delivery import wake
from broadcaster.delivery.unknown import deciding
from broadcaster.kinds import BadInput, Channel
from broadcaster.people.roles import Act, may
from broadcaster.reports.doubts import happened, in_doubt, known


class Settling(forms.Form):
    """What somebody saw on the provider's own page, of which messages, and how they know."""

    seen = forms.ChoiceField(choices=[(one.value, one.value) for one in deciding.Seen])
    channel = forms.ChoiceField(choices=[(one.value, one.value) for one in Channel])
    request = forms.CharField(required=False, max_length=60)
    reason = forms.CharField(
        label=gettext_lazy("How you know"),
        help_text=gettext_lazy("For the audit log: what you looked at, and what stood there."),
        max_length=300,
    )


@allowed(Act.SEE_SETTINGS)
@require_safe
def doubts(request: Request) -> HttpResponse:
    """All of it, what waits for a person first."""
    return _page(request)


@allowed(Act.APPROVE)
@require_POST
def settle(request: Request, pk: int) -> HttpResponse:
    """Keep what somebody saw: they count as sent, or they are sent again."""
    broadcast = get_object_or_404(Broadcast, pk=pk)
    form = Settling(request.POST)
    if not form.is_valid():
        return _page(request, form, pk)
    told = form.cleaned_data
    seen, channel = deciding.Seen(told["seen"]), Channel(told["channel"])
    try:
        count = deciding.settle(
            broadcast, seen, request.user.email, told["reason"], channel=channel, request=told["request"]
        )
    except BadInput as error:
        messages.error(request, str(error))
    else:
        wake.wake(pk)
        messages.success(request, _("Settled: %(count)d messages.") % {"count": count})
    return redirect("console:doubts")


def _page(request: Request, wrong: Settling | None = None, pk: int | None = None) -> HttpResponse:
    """`wrong` is the form of the broadcast `pk` that can't be kept as it is."""
    groups = []
    for number, one in enumerate(in_doubt()):
        is_wrong = wrong is not None and (one.broadcast_id, one.channel, one.request) == (
            pk,
            wrong.data.get("channel"),
            wrong.data.get("request"),
        )
        form = wrong if is_wrong else Settling(auto_id=f"settle{number}_%s")
        groups.append((one, [*map(happened, one.causes), *known(one)], form))
    context = {
        "waiting": [group for group in groups if group[0].person],
        "asked_about": [group for group in groups if not group[0].person],
        "may_settle": may(request.user.role, Act.APPROVE),
    }
    return render(request, "console/doubts.html", context)
