"""The second step: whom it is for, with counts that follow each tick."""

import hashlib
from functools import lru_cache
from typing import Any, cast

from django import forms
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from broadcaster.audiences import AudienceError, Counts, count
from broadcaster.broadcasts import drafts
from broadcaster.broadcasts.models import Draft
from broadcaster.broadcasts.selecting import Kind, Selection
from broadcaster.console import soon
from broadcaster.console.guard import Request, allowed, keeps_what_was_typed
from broadcaster.console.writing import keepsakes, step
from broadcaster.kinds import BadInput, Purpose
from broadcaster.people.models import Person
from broadcaster.people.roles import Act
from broadcaster.roster import grades, snapshot
from broadcaster.roster.models import Contact, RosterImport, School, Student
from broadcaster.templating import library
from broadcaster.text.languages import DEFAULT, english_name

_KINDS = {
    Kind.SOME: gettext_lazy("Some families"),
    Kind.DISTRICT: gettext_lazy("All families of the district"),
    Kind.STAFF: gettext_lazy("Staff"),
    Kind.SAVED: gettext_lazy("A saved audience"),
    Kind.LIST: gettext_lazy("A list of people"),
    Kind.WORDS: gettext_lazy("Something else, in words"),
}

#: the field that says it, of kinds with one of their own
_FIELDS = {Kind.WORDS: "words", Kind.SAVED: "saved", Kind.LIST: "listed"}


class Picking(forms.Form):
    """The boxes and names of a `Selection`. A school's people pick inside their school."""

    kind = forms.ChoiceField(label=gettext_lazy("Who gets it"), widget=forms.RadioSelect)
    schools = forms.MultipleChoiceField(
        label=gettext_lazy("Schools"), required=False, widget=forms.CheckboxSelectMultiple
    )
    grades = forms.MultipleChoiceField(
        label=gettext_lazy("Grades"), required=False, widget=forms.CheckboxSelectMultiple
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Guardians who read"), required=False, widget=forms.CheckboxSelectMultiple
    )
    saved = forms.ChoiceField(label=gettext_lazy("Saved audiences"), required=False, widget=forms.RadioSelect)
    listed = forms.ChoiceField(label=gettext_lazy("Lists"), required=False, widget=forms.RadioSelect)
    words = forms.CharField(
        label=gettext_lazy("In words"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"class": "code line"}),
        help_text=gettext_lazy('Such as: school:"South High" and not grade:9'),
    )

    def __init__(self, draft: Draft, data: QueryDict | None) -> None:
        kept = Selection.read(draft.who)
        super().__init__(data, initial=kept.kept())
        self._school, self._purpose = draft.school, _purpose(draft)
        there = _choices()
        choose = {"grades": there.grades, "languages": there.languages, "schools": there.schools}
        choose |= {"saved": keepsakes.saved_ones(), "listed": keepsakes.lists_of(draft.school, kept.listed)}
        for name, options in choose.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            field.choices = options
        if draft.school is not None:
            del self.fields["schools"]
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)  # noqa: S101 - declared above
        nothing_kept = {Kind.SAVED: not choose["saved"], Kind.LIST: not choose["listed"]}
        kinds = [one for one in _kinds_for(draft) if one is kept.kind or not nothing_kept.get(one)]
        kind.choices = [(one.value, self._label(one)) for one in kinds]

    def _label(self, kind: Kind) -> Any:
        if self._school is None:
            return _KINDS[kind]
        own = {
            Kind.DISTRICT: _("All families of %s"),
            Kind.STAFF: _("Staff of %s"),
            Kind.SOME: _("Some families of %s"),
        }
        return own[kind] % self._school.name if kind in own else _KINDS[kind]

    def selection(self) -> Selection:
        """What is picked, whether it makes an audience or not."""
        data = cast("QueryDict", self.data)
        kind = data.get("kind", "")
        return Selection(
            kind=Kind(kind) if kind in [one.value for one in Kind] else Kind.SOME,
            schools=tuple(data.getlist("schools")) if "schools" in self.fields else (),
            grades=tuple(data.getlist("grades")),
            languages=tuple(data.getlist("languages")),
            words=data.get("words", ""),
            saved=data.get("saved", ""),
            listed=data.get("listed", ""),
        )

    def expression(self) -> str:
        """The audience that it makes."""
        return self.selection().expression(self._school.name if self._school else None)

    def clean(self) -> dict[str, Any]:
        """Somebody has to be picked, and what is in words has to be right."""
        picked = self.selection()
        if not self.expression():
            self.add_error(_FIELDS.get(picked.kind, "kind"), _("Pick whom it is for."))
            return self.cleaned_data
        try:
            people = _counted(self.expression(), self._purpose, None)
        except AudienceError as error:
            self.add_error(_FIELDS.get(picked.kind, "words"), str(error))
            return self.cleaned_data
        if people and not people.contacts and not people.students:
            self.add_error("kind", _("This means nobody: no family and no staff member is in it."))
        return self.cleaned_data


class Who:
    """The step."""

    name = "who"

    def form(self, draft: Draft, _person: Person, data: QueryDict | None) -> Picking:
        """What is picked."""
        return Picking(draft, data)

    def typed(self, form: forms.Form, _draft: Draft) -> dict[str, Any]:
        """The boxes, and the audience that they make."""
        assert isinstance(form, Picking)  # noqa: S101 - `form` made it
        return {"who": _as_json(form.selection()), "audience": form.expression()}

    def beside(self, draft: Draft, request: Request) -> dict[str, Any]:
        """The counts."""
        if not draft.audience:
            return {"people": None}
        try:
            people = _counts(draft, patience=None if "wait" in request.GET else soon.WAIT)
        except BadInput as error:
            return {"people": None, "wrong_audience": str(error)}
        if people is None:
            return {"people": None, "counting": True}
        read = [(english_name(tag), number) for tag, number in people.by_language.items()]
        return {"people": people, "read": read}


@keeps_what_was_typed
@allowed(Act.REHEARSE)
@require_http_methods(["GET", "HEAD", "POST"])
def who(request: Request, pk: int) -> HttpResponse:
    """The page."""
    return step.walk(request, pk, Who())


class Choices:
    """What there is to tick, of one roster."""

    def __init__(self) -> None:
        students = Student.objects.filter(left_at=None)
        here = students.exclude(grade="").values_list("grade", flat=True).distinct()
        order = {grade: place for place, grade in enumerate(grades.ORDER)}
        self.grades = [(grade, grade) for grade in sorted(here, key=lambda one: (order.get(one, 99), one))]
        self.schools = [(name, name) for name in School.objects.order_by("name").values_list("name", flat=True)]
        spoken = Contact.objects.filter(left_at=None).values_list("language", flat=True).distinct()
        tags = sorted({tag or DEFAULT for tag in spoken}, key=english_name)
        self.languages = [(tag, english_name(tag)) for tag in tags]


def _choices() -> Choices:
    """The same until another roster is taken in."""
    newest = RosterImport.objects.order_by("-pk").values_list("pk", "at").first()
    return _of_roster(newest) if newest else Choices()


@lru_cache(maxsize=1)
def _of_roster(_which: tuple[int, float]) -> Choices:
    return Choices()


def _counts(draft: Draft, patience: float | None) -> Counts | None:
    """None while they are counted."""
    return _counted(drafts.everybody(draft), _purpose(draft), patience)


def _counted(expression: str, purpose: Purpose, patience: float | None) -> Counts | None:
    roster = snapshot.version()
    digest = hashlib.sha256(expression.encode()).hexdigest()
    return soon.made(f"counts:{purpose}:{roster}:{digest}", lambda: count(expression, purpose), patience)


def _kinds_for(draft: Draft) -> list[Kind]:
    try:
        staff = library.load(draft.template).audience == "staff"
    except BadInput:
        staff = False
    first = [Kind.STAFF] if staff else [Kind.SOME, Kind.DISTRICT]
    return [*first, Kind.SAVED, Kind.LIST, Kind.WORDS]


def _purpose(draft: Draft) -> Purpose:
    try:
        return library.load(draft.template).purpose
    except BadInput:
        return Purpose.GENERAL


def _as_json(picked: Selection) -> dict[str, Any]:
    """As it comes back from the ledger: lists, no tuples, so that what has not changed is seen not to have."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in picked.kept().items()}
