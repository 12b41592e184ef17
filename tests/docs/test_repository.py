"""What must stand in no file: addresses of package registries, people who could be real, work left undone."""

import re
from collections.abc import Callable, Iterator

import pytest

from .pages import files, named

# In pieces, so that this file does not hold what it looks for.
_REGISTRIES = ("pypi org", "pythonhosted org", "npmjs org", "npmjs com", "crates io", "ghcr io", "docker io", "quay io")
REGISTRY = re.compile("|".join(re.escape(name.replace(" ", ".")) for name in _REGISTRIES))
UNDONE = re.compile(r"\b(?:{}|{})\b".format("TO" + "DO", "FIX" + "ME"))

MAIL = re.compile(r"[\w.%+-]+@((?:[\w-]+\.)+[a-z]{2,})\b", re.IGNORECASE)
#: RFC 2606 and RFC 6761: nobody has mail there
RESERVED = re.compile(r"(?:.+\.)?(?:example\.(?:org|com|net)|test|invalid|example|localhost)", re.IGNORECASE)
#: no mail addresses, though they look like some: a user before a host, an umlaut, and how the wire spells it
NOT_MAIL = {"user@api.sendgrid.com", "a@exämple.org", "a@xn--exmple-cua.org"}

NORTH_AMERICAN = re.compile(r"(?<![\w.+-])(?:\+?1[ .-]?)?\(?[2-9]\d\d\)?[ .-]?[2-9]\d\d[ .-]?\d{4}(?![\w-])")
ABROAD = re.compile(r"(?<!\w)\+[2-9]\d{7,14}\b")
#: 555-01xx is kept for fiction; of the rest of 555-0xxx nobody is a subscriber
FICTIONAL = re.compile(r"1?\d{3}5550\d{3}")
#: Ofcom keeps 020 7946 0xxx for drama; the others stand in tests of what is no fictional or no American number
FICTIONAL_TOO = {
    "442079460958",
    "2079460958",
    "6125560180",
    "16125560180",
    "4915112345678",
    "441234550180",
    "252615550100",
}


def registries(text: str) -> Iterator[str]:
    return (match[0] for match in REGISTRY.finditer(text))


def undone(text: str) -> Iterator[str]:
    return (match[0] for match in UNDONE.finditer(text))


def real_mail(text: str) -> Iterator[str]:
    found = (match for match in MAIL.finditer(text) if not RESERVED.fullmatch(match[1]))
    return (match[0] for match in found if match[0] not in NOT_MAIL)


def real_phones(text: str) -> Iterator[str]:
    found = (match[0] for pattern in (NORTH_AMERICAN, ABROAD) for match in pattern.finditer(text))
    for number in found:
        digits = re.sub(r"\D", "", number)
        if not FICTIONAL.fullmatch(digits) and digits not in FICTIONAL_TOO:
            yield number


EVERY = (registries, undone, real_mail, real_phones)


@pytest.mark.parametrize("looks_for", EVERY, ids=lambda look: str(look.__name__))
def test_no_file_has(looks_for: Callable[[str], Iterator[str]]) -> None:
    assert [(named(path), found) for path in files() for found in looks_for(path.read_text(errors="replace"))] == []


@pytest.mark.parametrize(
    ("looks_for", "text"),
    [
        (registries, "https://" + "pypi" + ".org/simple"),
        (undone, "# " + "TO" + "DO: later"),
        (real_mail, "write to anna" + "@gmail.com"),
        (real_mail, "Anna" + "@MPLS.K12.MN.US"),
        (real_phones, "call 612-668" + "-0000"),
        (real_phones, "(612) 668" + "-0000."),
        (real_phones, '"+1612668' + '0000"'),
        (real_phones, "+4930123" + "45678"),
    ],
)
def test_it_would_be_found(looks_for: Callable[[str], Iterator[str]], text: str) -> None:
    assert list(looks_for(text))


def test_files_are_looked_at() -> None:
    seen = {named(path) for path in files()}
    assert {"Makefile", "pyproject.toml", "requirements.lock", "docs/operating.md", "broadcaster/settings.py"} <= seen
    assert any(name.startswith("templates/") for name in seen)
