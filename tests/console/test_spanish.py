"""The pages in Spanish: no string is without, the compiled catalogue is that of the .po, and pages use it."""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.urls import reverse
from django.utils.translation.template import templatize

from broadcaster import console
from broadcaster.console.below import SENTENCES
from broadcaster.people.models import Person
from broadcaster.people.roles import Role
from broadcaster.providers.reasons import EXPLANATIONS
from tests.browser.people import signed_in

ROOM = Path(console.__file__).parent
CATALOGUE = ROOM / "locale" / "es" / "LC_MESSAGES"
_KEYWORDS = dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")) | {"ngettext": (1, 2)}
_TEXT = r"""((?:'(?:[^'\\]|\\.)*')|(?:"(?:[^"\\]|\\.)*"))"""
_IN_TEMPLATE = re.compile(rf"(?:gettext|_)\(u?{_TEXT}(?:,\s*u?{_TEXT})?")


def strings() -> Iterator[str]:
    """What the room's code and templates give to be translated; of a plural its first form."""
    for path in ROOM.rglob("*.py"):
        with path.open("rb") as file:
            for _line, found, _comments, _context in extract("python", file, keywords=_KEYWORDS):
                yield found if isinstance(found, str) else found[0]
    for path in ROOM.rglob("*.html"):
        for found in _IN_TEMPLATE.finditer(templatize(path.read_text())):
            yield ast.literal_eval(found[1])


def spanish() -> dict[object, str]:
    with (CATALOGUE / "django.mo").open("rb") as file:
        return dict(gettext.GNUTranslations(file)._catalog)  # type: ignore[attr-defined]  # no other way to look inside


def test_every_string_of_the_pages_has_spanish() -> None:
    known = spanish()
    found = set(strings())
    assert len(found) > 500
    assert sorted(text for text in found if not (known.get(text) or known.get((text, 0)))) == []


def test_what_became_of_a_message_is_said_in_spanish_too() -> None:
    said = {text for one in EXPLANATIONS.values() for text in (one.happened, one.do) if text}
    assert sorted(said - set(SENTENCES)) == []


def test_the_compiled_catalogue_is_that_of_the_one_people_edit() -> None:
    known = spanish()
    with (CATALOGUE / "django.po").open("rb") as file:
        for message in read_po(file, locale="es"):
            if message.id and isinstance(message.id, str):
                assert known.get(message.id) == message.string, "compile it: see docs/console.md"


@pytest.mark.django_db
def test_a_page_reads_spanish_to_whom_it_should() -> None:
    client = signed_in(Role.COMMUNICATIONS)
    Person.objects.update(language="es")
    page = client.get(reverse("console:home")).content.decode()
    assert "Últimos envíos" in page
    assert "Last broadcasts" not in page
