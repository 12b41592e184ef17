"""The roster: finding a family, how well families can be reached, and the imports so far."""

from collections.abc import Iterator

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from broadcaster.broadcasts import looks
from broadcaster.console import looking
from broadcaster.console.download import csv_file
from broadcaster.console.guard import Request, allowed, no_page
from broadcaster.console.scope import school_of
from broadcaster.people.roles import Act
from broadcaster.reports.sheet import Cell
from broadcaster.roster import contactability, lookup
from broadcaster.roster.contactability import Contactability
from broadcaster.roster.models import RosterImport
from broadcaster.roster.snapshot import snapshot

#: imports on the page
_IMPORTS = 20
_CALLS = ("school", "why", "students", "contacts", "phones", "emails")


@allowed(Act.SEE_FAMILIES)
@require_safe
def roster(request: Request) -> HttpResponse:
    """Search, what was found, and where to go from here."""
    asked, school = request.GET.get("q", "").strip()[:200], school_of(request.user)
    found = lookup.search(asked, [school.pk] if school else None) if asked else []
    looking.saw(
        request,
        looks.FOUND,
        [one.family_id for one in found if one.family_id is not None],
        [one.contact_id for one in found if one.family_id is None and one.contact_id is not None],
    )
    context = {
        "asked": asked,
        "found": found,
        "school": school,
        "snapshot": snapshot(),
        "share": _share(_last(), school.name if school else None),
    }
    return render(request, "console/roster.html", context)


@allowed(Act.SEE_FAMILIES)
@require_safe
def reachable(request: Request) -> HttpResponse:
    """How many families have a phone or an email that works: as of the last import, or now where that is asked for."""
    last, school = _last(), school_of(request.user)
    live = "now" in request.GET or last is None
    found = contactability.now() if live else last
    after = contactability.trend()
    context = {
        "live": live,
        "school": school,
        "share": _share(found, school.name if school else None),
        "schools": _worst_first(found, "schools") if found and not school else [],
        "languages": _worst_first(found, "languages") if found and not school else [],
        "imports": [(one, _share(one.contactability, school.name if school else None)) for one in reversed(after)],
    }
    return render(request, "console/reachable.html", context)


@no_page
@allowed(Act.SEE_FAMILIES)
@require_safe
def reachable_csv(request: Request) -> HttpResponseBase:
    """Whom to call because nobody reaches them, as CSV."""
    school = school_of(request.user)
    looking.took_along(request, "without-an-address.csv", school)
    return csv_file(request, "without-an-address.csv", _CALLS, _calls([school.name] if school else None))


@allowed(Act.SEE_FAMILIES)
@require_safe
def imports(request: Request) -> HttpResponse:
    """The imports so far, the newest first."""
    found = RosterImport.objects.defer("contactability").order_by("-pk")[:_IMPORTS]
    return render(request, "console/imports.html", {"imports": found})


def _calls(schools: list[str] | None) -> Iterator[tuple[Cell, ...]]:
    for call in contactability.call_list(schools=schools):
        family = call.family
        addresses = [address for person in family.people for address in person.addresses]
        yield (
            call.school,
            call.why,
            "; ".join(f"{child.name} ({child.grade})" for child in family.children),
            "; ".join(person.name for person in family.people),
            "; ".join(dict.fromkeys(one.address for one in addresses if one.channel == "sms")),
            "; ".join(dict.fromkeys(one.address for one in addresses if one.channel == "email")),
        )


def _last() -> Contactability | None:
    kept = contactability.trend(1)
    return kept[0].contactability if kept else None


def _share(found: Contactability | None, school: str | None) -> contactability.Share | None:
    if found is None:
        return None
    return found.schools.get(school, contactability.Share()) if school else found.district


def _worst_first(found: Contactability, part: str) -> list[tuple[str, contactability.Share]]:
    groups: dict[str, contactability.Share] = dict(getattr(found, part))
    return sorted(groups.items(), key=lambda one: (-one[1].neither / max(one[1].families, 1), one[0]))
