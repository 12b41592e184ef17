"""Uploading a list of people: a file is looked at first, then kept, and written to."""

from io import BytesIO
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from broadcaster.audiences import list_file, lists, uploads
from broadcaster.audiences.models import PeopleList, Upload
from broadcaster.broadcasts import drafts
from broadcaster.broadcasts.models import Draft
from broadcaster.console.download import csv_file
from broadcaster.console.guard import Request, allowed, no_page
from broadcaster.console.scope import school_of
from broadcaster.console.spoken import spoken
from broadcaster.console.templatetags.console import thousands
from broadcaster.console.writing import keepsakes, step
from broadcaster.kinds import BadInput
from broadcaster.people.roles import Act
from broadcaster.roster.importing.files import File

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

#: bytes; a row for each of 200,000 students is 3 MB. The command takes larger ones.
_LARGEST = 5_000_000
_EXAMPLE = (("100231", "2026-11-24"), ("100232", "2026-11-24"), ("100417", "2026-11-23"))


class Uploading(forms.Form):
    """A file, and what its list is called."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv"}),
        error_messages={"required": gettext_lazy("Choose a file first."), "empty": gettext_lazy("The file is empty.")},
    )
    name = forms.CharField(
        label=gettext_lazy("Name of the list"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("Such as: absent on 24 November. Left empty, it is called as the file is."),
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        """Held to what a page takes."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > _LARGEST:
            told = {"size": _megabytes(file.size or 0), "most": _megabytes(_LARGEST)}
            raise forms.ValidationError(
                _("The file has %(size)s MB, and a list may have %(most)s here: the command line takes larger ones.")
                % told
            )
        return file


@allowed(Act.REHEARSE)
@require_http_methods(["GET", "HEAD", "POST"])
def people_lists(request: Request) -> HttpResponse:
    """GET asks for a file and shows what is kept, POST reads it and goes to what was found in it."""
    form = Uploading(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            laid_by = _read(request, form.cleaned_data["file"], form.cleaned_data["name"])
        except BadInput as error:
            form.add_error("file", spoken(str(error)))
        else:
            return redirect(_with_draft(request, reverse("console:looked-list", args=[laid_by.pk])))
    school = school_of(request.user)
    found = lists.newest(keepsakes.LISTS, school.pk if school else None)
    context = {
        "form": form,
        "school": school,
        "draft": _draft(request),
        "kept": [(one, _write_to(one), keepsakes.people_on(one)) for one in found],
        "example": _EXAMPLE,
    }
    return render(request, "console/lists.html", context)


@no_page
@allowed(Act.REHEARSE)
@require_safe
def example(request: Request) -> HttpResponseBase:
    """A small list to begin from."""
    return csv_file(request, "list-example.csv", ("student_id", "absence_date"), _EXAMPLE)


@allowed(Act.REHEARSE)
@require_http_methods(["GET", "HEAD", "POST"])
def looked(request: Request, pk: int) -> HttpResponse:
    """GET shows what was found in a file, POST keeps it."""
    laid_by = uploads.of(request.user.email, pk)
    kept = uploads.keep(laid_by) if laid_by and request.method == "POST" else None
    if kept is not None:
        return _go_on(request, kept)
    if laid_by is None or request.method == "POST":
        messages.info(request, _("That upload is not here any more: it was saved, or a later one took its place."))
        return redirect("console:lists")
    context = {
        "upload": laid_by,
        "draft": _draft(request),
        "people": laid_by.students + laid_by.contacts,
        "more": laid_by.left_out - len({row["line"] for row in laid_by.rejected}),
    }
    return render(request, "console/list_looked.html", context | _in_place_of(laid_by))


def _read(request: Request, upload: "UploadedFile[bytes]", name: str) -> Upload:
    content = upload.read()
    file = File(upload.name or "list", upload.name or "list", len(content), lambda: BytesIO(content))
    found = list_file.read(file, name=name, school=school_of(request.user))
    return uploads.lay_by(found, by=request.user.email)


def _in_place_of(upload: Upload) -> dict[str, Any]:
    """The list that is kept already and says the same, or the one whose name the new one takes."""
    same = lists.same(upload.name, upload.digest)
    earlier = same or lists.newest_called(upload.name)
    return {"same": same, "earlier": earlier, "earlier_people": keepsakes.people_on(earlier) if earlier else 0}


def _go_on(request: Request, kept: PeopleList) -> HttpResponse:
    """Back to the draft that the list is for, with it picked; else to the lists."""
    draft, number = _draft(request), keepsakes.people_on(kept)
    said = ngettext("“%(name)s” is saved, with %(n)s person.", "“%(name)s” is saved, with %(n)s people.", number)
    saved = said % {"name": kept.name, "n": thousands(number)}
    if draft is not None:
        drafts.pick_list(draft, lists.asked_for_by(kept), request.user.email)
        messages.success(request, saved + " " + _("It is picked here."))
        return redirect("console:draft-who", draft.pk)
    link = format_html('<a href="{}">{}</a>', _write_to(kept), _("Write a broadcast to it"))
    messages.success(request, format_html("{} {}", saved, link))
    return redirect("console:lists")


def _write_to(one: PeopleList) -> str:
    return reverse("console:new", query={"list": lists.asked_for_by(one)})


def _draft(request: Request) -> Draft | None:
    """The draft that somebody came from, while it is open."""
    number = request.GET.get("draft", "")
    if not number.isdecimal() or len(number) > 18:
        return None
    found = step.draft_of(request, int(number))
    return found if found.handed_in_at is None else None


def _with_draft(request: Request, address: str) -> str:
    draft = _draft(request)
    return f"{address}?draft={draft.pk}" if draft else address


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f}"
