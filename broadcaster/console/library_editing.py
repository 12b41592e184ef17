"""Changing the library: a template's file as text, with what the checker says and how it looks beside it."""

import re
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from broadcaster import clock
from broadcaster.broadcasts import keeping
from broadcaster.console.framing import framed
from broadcaster.console.guard import Request, allowed, no_page
from broadcaster.console.library_shown import cell, pictured
from broadcaster.kinds import BadInput
from broadcaster.people.roles import Act
from broadcaster.settings import SETTINGS
from broadcaster.templating import files, library, saved, writing
from broadcaster.templating.faults import Faulty
from broadcaster.templating.files import ABOUT, Files
from broadcaster.templating.saved import SavedMeanwhile
from broadcaster.templating.template import TranslationStatus
from broadcaster.text.languages import DEFAULT, recognise

_LANGUAGE_FILE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*\.md")
#: of the session: the mail of a text that is not saved
_PICTURE = "mail picture"


class Writing(forms.Form):
    """A file as somebody typed it, the version that they began from, and why they changed it."""

    text = forms.CharField(
        label=gettext_lazy("Text of the file"),
        strip=False,
        widget=forms.Textarea(attrs={"class": "code", "spellcheck": "true", "rows": 30}),
    )
    note = forms.CharField(
        label=gettext_lazy("What you changed"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Stands beside the version, for whoever looks later."),
    )
    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


@allowed(Act.EDIT_TEMPLATES)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, name: str, file: str) -> HttpResponse:
    """GET shows a file, POST checks what was typed, and keeps it where `do` says so."""
    present = _present(name)
    if file != ABOUT and not _LANGUAGE_FILE.fullmatch(file):
        raise Http404
    is_new = file not in present.texts
    text = _begun(present, file, request.user.name) if is_new else present.texts[file]
    form = Writing(request.POST or None, initial={"text": text, "base": saved.newest_version(name)})
    changed = present.with_file(file, text)
    if request.method == "POST" and form.is_valid():
        changed = files.typed(name, {**present.texts, file: form.cleaned_data["text"]})
        if request.POST.get("do") == "save" and _keep(request, changed, form):
            return redirect("console:template", name)
    context = {"form": form, "name": name, "file": file, "files": present.names(), **_beside(request, changed, file)}
    part = "console/template_beside.html" if request.headers.get("HX-Request") else "console/template_editing.html"
    return render(request, part, context)


def _keep(request: Request, changed: Files, form: Writing) -> bool:
    """Whether it was kept; else the form says why not."""
    told = form.cleaned_data
    try:
        kept = keeping.save(changed, request.user.email, base=told["base"], note=told["note"])
    except SavedMeanwhile:
        newest = saved.versions(changed.name)[0]
        said = _("%(who)s saved version %(version)d meanwhile. Your text is still here: look at theirs, and to put "
                 "yours on top press Save again.")  # fmt: skip
        form.add_error(None, said % {"who": newest.saved_by, "version": newest.version})
        form.data = {**form.data.dict(), "base": newest.version}  # type: ignore[attr-defined]  # they have now been told
    except Faulty:
        form.add_error(None, _("There are mistakes in it: they stand beside the text. Nothing was saved."))
    except BadInput as error:
        form.add_error(None, str(error))
    else:
        said = _("Saved as version %(version)d.") if kept.is_new else _("Nothing was changed.")
        messages.success(request, said % {"version": kept.version})
        return True
    return False


def _beside(request: Request, changed: Files, file: str) -> dict[str, Any]:
    """What stands beside the text: the mistakes of this file, how many others have, and how the message looks."""
    entry = library.judged(changed)
    tag = DEFAULT if file == ABOUT else file.removesuffix(".md")
    found: dict[str, Any] = {
        "faults": [fault for fault in entry.faults if fault.file.name == file],
        "elsewhere": [fault for fault in entry.errors if fault.file.name != file],
        "preview": None,
    }
    if entry.template is not None and not entry.errors and tag in entry.template.languages:
        found["preview"] = pictured(entry.template, tag)
        found["cell"] = cell(entry.template, tag)
        request.session[_PICTURE] = found["preview"].html
    return found


@no_page
@allowed(Act.EDIT_TEMPLATES)
@require_safe
def picture(request: Request) -> HttpResponse:
    """The mail of what somebody is typing: the inside of a frame."""
    return framed(request.session.get(_PICTURE, ""))


class Beginning(forms.Form):
    """A template of one's own, begun from another one."""

    like = forms.ChoiceField(label=gettext_lazy("Begin from"))
    title = forms.CharField(label=gettext_lazy("Title"), max_length=100)
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=100,
        help_text=gettext_lazy("Small letters, digits and -, such as snow-day. It stays."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.name, one.title) for one in library.load_all()]
        self.fields["like"].choices = choices  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        """A new one."""
        name: str = self.cleaned_data["name"]
        if name in library.all_files() or saved.newest_version(name):
            raise forms.ValidationError(_("There is a template of that name."))
        return name


@allowed(Act.EDIT_TEMPLATES)
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: Request) -> HttpResponse:
    """GET asks for a name and what to begin from; POST keeps the copy and goes on to its English."""
    form = Beginning(request.POST or None, initial={"like": request.GET.get("like", "")})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            copied = writing.with_words(library.find(told["like"]).files, {}, told["name"], told["title"])
            keeping.save(copied, request.user.email, base=0, note=_("Begun from %(name)s.") % {"name": told["like"]})
        except BadInput as error:
            form.add_error("name", str(error))
        else:
            return redirect("console:edit-template", told["name"], f"{DEFAULT}.md")
    return render(request, "console/template_beginning.html", {"form": form})


@allowed(Act.EDIT_TEMPLATES)
@require_POST
def add_language(request: Request, name: str) -> HttpResponse:
    """Go to the file of a language that the template does not have yet."""
    _present(name)
    tag = recognise(request.POST.get("language", ""))
    if not tag:
        said = _("“%(given)s” is no language that we know. Type its name or its tag, such as Somali or so.")
        messages.error(request, said % {"given": request.POST.get("language", "")})
        return redirect("console:template", name)
    return redirect("console:edit-template", name, f"{tag}.md")


@allowed(Act.EDIT_TEMPLATES)
@require_safe
def withdrawing(request: Request, name: str) -> HttpResponse:
    """Says what withdrawing means, and asks."""
    _present(name)
    context = {"name": name, "entry": library.find(name), "is_shipped": name in library.all_files(library.FOLDER)}
    return render(request, "console/template_withdrawing.html", context)


@allowed(Act.EDIT_TEMPLATES)
@require_POST
def withdraw(request: Request, name: str) -> HttpResponse:
    """Take a saved template out of use."""
    try:
        keeping.withdraw(name, request.user.email, request.POST.get("note", ""))
    except BadInput as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Withdrawn. Its versions are kept."))
    return redirect("console:template", name) if name in library.all_files() else redirect("console:library")


@allowed(Act.EDIT_TEMPLATES)
@require_POST
def take_up(request: Request, name: str, version: int) -> HttpResponse:
    """Make an earlier version the newest one again; 0 is the shipped one."""
    try:
        earlier = saved.at_version(name, version)
        note = _("Version %(version)d again.") % {"version": version}
        keeping.save(earlier, request.user.email, base=saved.newest_version(name), note=note)
    except BadInput as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Version %(version)d is in use again.") % {"version": version})
    return redirect("console:template", name)


def _present(name: str) -> Files:
    found = library.all_files().get(name)
    if found is None:
        raise Http404
    return found


def _begun(present: Files, file: str, translator: str) -> str:
    """What a translator begins from: the English, marked as a draft of the new language."""
    found = library.judged(present).template
    if file == ABOUT or found is None or DEFAULT not in found.languages:
        return ""
    today = clock.local(clock.now(), SETTINGS.district.district.time_zone).date()
    begun = replace(
        found.english,
        language=file.removesuffix(".md"),
        translation=TranslationStatus.DRAFT,
        by=translator,
        on=today,
        of=found.english.fingerprint,
    )
    return writing.language_file(begun)
