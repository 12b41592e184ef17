"""The first step: the template's fields, and the words that are changed for this broadcast alone."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from broadcaster.broadcasts.models import Draft
from broadcaster.console.guard import Request, allowed, keeps_what_was_typed
from broadcaster.console.writing import showing, step
from broadcaster.kinds import BadInput
from broadcaster.people.models import Person
from broadcaster.people.roles import Act
from broadcaster.settings import SETTINGS
from broadcaster.templating import library
from broadcaster.templating.changing import BadChange, change
from broadcaster.templating.fields import MissingField, read_values
from broadcaster.templating.fields import missing as lacking
from broadcaster.templating.template import Field, FieldType, Template
from broadcaster.text.languages import DEFAULT, english_name

_PART_NAMES = {
    "subject": gettext_lazy("Subject of the email"),
    "preheader": gettext_lazy("First line in the mailbox"),
    "sms": gettext_lazy("Text message"),
    "body": gettext_lazy("Email"),
}
_INPUTS: Mapping[FieldType, dict[str, str]] = {
    FieldType.DATE: {"type": "date"},
    FieldType.TIME: {"type": "time"},
    FieldType.DATETIME: {"type": "datetime-local"},
    FieldType.URL: {"type": "url"},
    FieldType.EMAIL: {"type": "email"},
    FieldType.PHONE: {"type": "tel"},
    FieldType.NUMBER: {"type": "text", "inputmode": "decimal"},
}


class Filling(forms.Form):
    """A template's fields as `v-NAME`, and the words of one language as `w-PART`."""

    edit = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, template: Template, draft: Draft, data: QueryDict | None, language: str) -> None:
        super().__init__(data)
        self.template, self._changes = template, draft.changes
        self.language = language if language in template.languages else DEFAULT
        self.initial["edit"] = self.language
        for field in template.fields:
            self.fields[f"v-{field.name}"] = _input(field)
            self.initial[f"v-{field.name}"] = _shown(field, draft.values)
        words = template.languages[self.language].parts() | draft.changes.get(self.language, {})
        for part in template.editable:
            if words[part]:
                self.fields[f"w-{part}"] = forms.CharField(
                    label=_PART_NAMES[part], required=False, strip=False, widget=_area(part), empty_value=""
                )
                self.initial[f"w-{part}"] = words[part]

    @property
    def values_fields(self) -> list[forms.BoundField]:
        """The template's own."""
        return [self[name] for name in self.fields if name.startswith("v-")]

    @property
    def words_fields(self) -> list[forms.BoundField]:
        """Those of the words."""
        return [self[name] for name in self.fields if name.startswith("w-")]

    def values(self) -> dict[str, str]:
        """What was typed, by field."""
        return {field.name: _typed(field, self.data) for field in self.template.fields}

    def changes(self) -> dict[str, dict[str, str]]:
        """The words that are no longer the template's, by language and part."""
        kept = {tag: dict(parts) for tag, parts in self._changes.items() if tag != self.language}
        own = self.template.languages[self.language].parts()
        typed = {part: self.data[f"w-{part}"].replace("\r\n", "\n") for part in own if f"w-{part}" in self.data}
        if new := {part: text for part, text in typed.items() if text.strip() != own[part].strip()}:
            kept[self.language] = new
        return kept

    def clean(self) -> dict[str, Any]:
        """Each mistake beside its field."""
        for field in self.template.fields:
            self._check(field)
        try:
            change(self.template, self.changes())
        except BadChange as error:
            for (tag, part), faults in error.by_part().items():
                known = tag == self.language and f"w-{part}" in self.fields
                told = "; ".join(f"{fault.wrong}: {fault.right}" for fault in faults)
                self.add_error(f"w-{part}" if known else None, told if known else f"{english_name(tag)}: {told}")
        return self.cleaned_data

    def _check(self, field: Field) -> None:
        raw = _typed(field, self.data)
        try:
            read_values(replace(self.template, fields=(field,)), {field.name: raw}, SETTINGS.district.district.region)
        except MissingField:
            self.add_error(f"v-{field.name}", _("Fill this in."))
        except BadInput as error:
            self.add_error(f"v-{field.name}", str(error).removeprefix(f"{field.name} "))


class What:
    """The step."""

    name = "what"

    def __init__(self, language: str) -> None:
        self._language = language

    def form(self, draft: Draft, _person: Person, data: QueryDict | None) -> Filling:
        """Of the draft's template, as the library has it now."""
        language = data.get("edit", "") if data else self._language
        return Filling(library.load(draft.template), draft, data, language or DEFAULT)

    def typed(self, form: forms.Form, _draft: Draft) -> dict[str, Any]:
        """The values and the changed words."""
        assert isinstance(form, Filling)  # noqa: S101 - `form` made it
        return {"values": form.values(), "changes": form.changes()}

    def beside(self, draft: Draft, request: Request) -> dict[str, Any]:
        """The message, and the languages whose words can be changed."""
        template = library.load(draft.template)
        names = {tag: english_name(tag) for tag in template.languages}
        return showing.beside(draft, request) | {"template": template, "languages": names, "changed": draft.changes}


@keeps_what_was_typed
@allowed(Act.REHEARSE)
@require_http_methods(["GET", "HEAD", "POST"])
def what(request: Request, pk: int) -> HttpResponse:
    """The page."""
    return step.walk(request, pk, What(request.GET.get("edit", "")))


def missing(draft: Draft) -> list[str]:
    """What has to be filled in yet, by field; all of it where the template can't be used."""
    try:
        return lacking(library.load(draft.template), draft.values)
    except BadInput as error:
        return [str(error)]


def _input(field: Field) -> forms.CharField:
    asked = field.required or field.default or field.type is FieldType.BOOLEAN
    label = field.label if asked else _("%s (not needed)") % field.label
    made = forms.CharField(label=label, help_text=field.help, required=False, strip=False)
    if field.type is FieldType.BOOLEAN:
        made.widget = forms.CheckboxInput()
    elif field.type is FieldType.CHOICE:
        choices = [(choice, choice) for choice in field.choices]
        made.widget = forms.Select(choices=choices if field.required or field.default else [("", "–"), *choices])
    else:
        attributes = dict(_INPUTS.get(field.type, {"type": "text"}))
        made.widget = forms.TextInput(attrs=attributes)
        made.widget.input_type = attributes["type"]
    return made


def _area(part: str) -> forms.Textarea:
    return forms.Textarea(
        attrs={"class": "code short" if part in ("body", "sms") else "code line", "spellcheck": "true"}
    )


def _shown(field: Field, values: Mapping[str, str]) -> str | bool:
    raw = values.get(field.name, field.default or "")
    return raw.casefold() in ("yes", "true", "1", "on", "y") if field.type is FieldType.BOOLEAN else raw


def _typed(field: Field, data: Mapping[str, str]) -> str:
    if field.type is FieldType.BOOLEAN:
        return "yes" if data.get(f"v-{field.name}") else "no"
    return data.get(f"v-{field.name}", "").replace("\r\n", "\n")
