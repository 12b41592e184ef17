"""The library of wording: which template there is in which language; each with its fields, versions and pictures."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from broadcaster.broadcasts.composing import Composed
from broadcaster.broadcasts.preview import Preview
from broadcaster.console import words
from broadcaster.console.framing import framed
from broadcaster.console.guard import Request, allowed
from broadcaster.kinds import BadInput
from broadcaster.people.roles import Act, may
from broadcaster.settings import SETTINGS
from broadcaster.templating import library, saved
from broadcaster.templating.fields import missing, read_draft
from broadcaster.templating.library import Entry
from broadcaster.templating.template import Template
from broadcaster.text.languages import DEFAULT, english_name


@dataclass(frozen=True, slots=True)
class Cell:
    """A template in a language: the word for how far it may be trusted, and the mark of it."""

    language: str
    word: Any
    mark: str


@allowed(Act.REHEARSE)
@require_safe
def matrix(request: Request) -> HttpResponse:
    """Templates by languages."""
    entries = library.entries()
    found = {tag for entry in entries if entry.template for tag in entry.template.languages}
    tags = sorted(found, key=lambda tag: (tag != DEFAULT, english_name(tag)))
    rows = [(entry, [cell(entry.template, tag) for tag in tags] if entry.template else []) for entry in entries]
    context = {"tags": tags, "rows": rows, "may_edit": may(request.user.role, Act.EDIT_TEMPLATES)}
    return render(request, "console/library.html", context)


def cell(template: Template, tag: str) -> Cell:
    """How the template stands in a language."""
    wording = template.languages.get(tag)
    if wording is None:
        return Cell(tag, *words.TRANSLATIONS["missing"])
    return Cell(tag, *words.TRANSLATIONS["stale" if template.is_stale(tag) else wording.translation])


@allowed(Act.REHEARSE)
@require_safe
def template(request: Request, name: str) -> HttpResponse:
    """One template: of an earlier version where `version` says so, in the language that `language` names."""
    entry, asked = _asked_for(request, name)
    found = entry.template
    tag = request.GET.get("language", DEFAULT)
    context: dict[str, Any] = {
        "entry": entry,
        "template": found,
        "asked": asked,
        "versions": saved.versions(name),
        "is_shipped": name in library.all_files(library.FOLDER),
        "may_edit": may(request.user.role, Act.EDIT_TEMPLATES),
    }
    if found is not None:
        tag = tag if tag in found.languages else DEFAULT
        context |= {
            "tag": tag,
            "cells": [cell(found, one) for one in found.languages],
            "preview": None if entry.errors else pictured(found, tag),
            "wording": found.languages.get(tag),
        }
    return render(request, "console/template.html", context)


@allowed(Act.REHEARSE)
@require_safe
def mail(request: Request, name: str) -> HttpResponse:
    """The mail of a template in a language as a family sees it: the inside of a frame."""
    entry, _asked = _asked_for(request, name)
    tag = request.GET.get("language", DEFAULT)
    if entry.template is None or entry.errors or tag not in entry.template.languages:
        raise Http404
    return framed(pictured(entry.template, tag).html)


def pictured(found: Template, tag: str) -> Preview:
    """What a made-up family gets; a field without a value shows as its label."""
    values = read_draft(found, {}, SETTINGS.district.district.region)
    return Composed(found, values, missing(found, {})).preview(tag).filled()


def _asked_for(request: Request, name: str) -> tuple[Entry, int | None]:
    """The template, or the version of it that is asked for. Raises Http404."""
    asked = request.GET.get("version", "")
    try:
        if asked.isascii() and asked.isdigit() and len(asked) < 10:
            return library.judged(saved.at_version(name, int(asked))), int(asked)
        found = library.find(name)
    except BadInput:
        raise Http404 from None
    if found.name != name:
        raise Http404
    return found, None
