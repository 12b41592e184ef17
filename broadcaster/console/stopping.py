"""The kill switch's page: throw it, and lift it."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from broadcaster.broadcasts import kill_switch
from broadcaster.broadcasts.models import Broadcast, Stop
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.console.guard import Request, allowed
from broadcaster.delivery import wake
from broadcaster.people.roles import Act

#: past stops on the page
_LAST = 10
_GOING = (BroadcastStatus.APPROVED, BroadcastStatus.SENDING, BroadcastStatus.PAUSED)


class Throwing(forms.Form):
    """Why everything stops."""

    why = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        help_text=gettext_lazy("Everybody reads it on each page, and it stands in the audit log."),
    )


@allowed(Act.STOP_ALL)
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: Request) -> HttpResponse:
    """GET says what it does; POST throws it or lifts it."""
    form = Throwing(request.POST if "throw" in request.POST else None)
    if "lift" in request.POST:
        kill_switch.lift(request.user.email)
        for pk in Broadcast.objects.filter(status__in=_GOING).values_list("pk", flat=True):
            wake.wake(pk)
        messages.success(request, _("Lifted: everything goes on where it stopped."))
        return redirect("console:stop")
    if form.is_valid():
        kill_switch.throw(request.user.email, form.cleaned_data["why"])
        return redirect("console:stop")
    context = {
        "form": form,
        "going": Broadcast.objects.filter(status__in=_GOING).order_by("-approved_at"),
        "past": Stop.objects.exclude(lifted_at=None).order_by("-id")[:_LAST],
    }
    return render(request, "console/stopping.html", context)
