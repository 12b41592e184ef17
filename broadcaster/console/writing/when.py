"""The third step: at once or at a time, by which channels, and whether it is a drill."""

from contextlib import suppress
from typing import Any, cast

from django import forms
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from broadcaster import clock
from broadcaster.broadcasts import due
from broadcaster.broadcasts.models import Draft
from broadcaster.console import words
from broadcaster.console.guard import Request, allowed, keeps_what_was_typed
from broadcaster.console.writing import prospects, showing, step
from broadcaster.delivery.queue import quiet
from broadcaster.kinds import BadInput, Purpose
from broadcaster.people.models import Person
from broadcaster.people.roles import Act, may
from broadcaster.templating import library

_NOW, _LATER = "now", "later"


class Timing(forms.Form):
    """When and how. A drill is no choice for who may send nothing else."""

    channels = forms.MultipleChoiceField(label=gettext_lazy("How"), required=False, widget=forms.CheckboxSelectMultiple)
    when = forms.ChoiceField(
        label=gettext_lazy("When"),
        required=False,
        widget=forms.RadioSelect,
        choices=[(_NOW, gettext_lazy("As soon as it is approved")), (_LATER, gettext_lazy("At a time"))],
    )
    at = forms.CharField(
        label=gettext_lazy("Day and time"),
        required=False,
        widget=forms.TextInput(attrs={"type": "datetime-local"}),
        help_text=gettext_lazy("On the district's clock."),
    )
    drill = forms.BooleanField(
        label=gettext_lazy("This is a drill: it runs the whole way, and goes to the sandbox alone"), required=False
    )

    def __init__(self, draft: Draft, person: Person, data: QueryDict | None) -> None:
        offered = library.load(draft.template).channels
        initial = {
            "channels": draft.channels or [channel.value for channel in offered],
            "when": _LATER if draft.at else _NOW,
            "at": draft.at,
            "drill": draft.drill,
        }
        super().__init__(data, initial=initial)
        channels = self.fields["channels"]
        assert isinstance(channels, forms.MultipleChoiceField)  # noqa: S101 - declared above
        channels.choices = [(channel.value, words.CHANNELS_HOW[channel]) for channel in offered]
        at = self.fields["at"].widget
        assert isinstance(at, forms.TextInput)  # noqa: S101 - declared above
        at.input_type = "datetime-local"
        self._only_drills = not may(person.role, Act.SEND)
        if self._only_drills:
            del self.fields["drill"]

    def fields_typed(self) -> dict[str, Any]:
        """The draft's fields."""
        data = cast("QueryDict", self.data)
        return {
            "channels": data.getlist("channels"),
            "at": data.get("at", "").replace("T", " ") if data.get("when") == _LATER else "",
            "drill": self._only_drills or bool(data.get("drill")),
        }

    def clean(self) -> dict[str, Any]:
        """A channel at least, and a time that is to come."""
        typed = self.fields_typed()
        if not typed["channels"]:
            self.add_error("channels", _("Pick one at least."))
        if self.data.get("when") == _LATER:
            try:
                due.instant(typed["at"])
            except BadInput as error:
                self.add_error("at", str(error) if typed["at"] else _("Say when, or let it go at once."))
        return self.cleaned_data


class When:
    """The step."""

    name = "when"

    def form(self, draft: Draft, person: Person, data: QueryDict | None) -> Timing:
        """As the draft has it."""
        return Timing(draft, person, data)

    def typed(self, form: forms.Form, _draft: Draft) -> dict[str, Any]:
        """All of it."""
        assert isinstance(form, Timing)  # noqa: S101 - `form` made it
        return form.fields_typed()

    def beside(self, draft: Draft, request: Request) -> dict[str, Any]:
        """The message, and how long a night's rest keeps it back."""
        if draft.audience and request.method == "GET":
            with suppress(BadInput):
                prospects.of(draft, patience=0.0)  # the next page wants it
        return showing.beside(draft, request) | {"quiet_until": quiet_until(draft)}


def quiet_until(draft: Draft) -> float | None:
    """When the quiet hours are over that it would have to wait for; None where it waits for none."""
    try:
        general = library.load(draft.template).purpose is Purpose.GENERAL
        return quiet.ends(due.instant(draft.at) if draft.at else clock.now()) if general else None
    except BadInput:
        return None


@keeps_what_was_typed
@allowed(Act.REHEARSE)
@require_http_methods(["GET", "HEAD", "POST"])
def when(request: Request, pk: int) -> HttpResponse:
    """The page."""
    return step.walk(request, pk, When())
