"""Links that let somebody in who has no password yet: the first administrator, somebody new, or who forgot theirs.

A link holds for a day and for one use: it is signed over the password it will replace.
"""

from dataclasses import dataclass

from django.core import signing

from broadcaster.people.models import Person
from broadcaster.settings import SETTINGS

#: where the page is that a link opens; who only makes one need not load the pages
PAGE = "/console/welcome/"
#: seconds
_HOLDS = 24 * 3600
_SALT = "welcome"
#: stands for the first administrator, who has no row yet
_FIRST = 0


@dataclass(frozen=True, slots=True)
class Invited:
    """Whom a link is for; None is the first administrator."""

    person: Person | None


def link(person: Person | None = None) -> str:
    """A link for this person to choose a password; for the first administrator without one."""
    told = [person.pk, person.password[-20:]] if person else [_FIRST, ""]
    return f"{SETTINGS.public_url}{PAGE}{signing.dumps(told, salt=_SALT)}"


def first_link() -> str | None:
    """The link for the first administrator; None once there is anybody."""
    return None if Person.objects.exists() else link()


def opened(token: str) -> Invited | None:
    """Whom the link is for, or None where it does not hold (any more)."""
    try:
        pk, fragment = signing.loads(token, salt=_SALT, max_age=_HOLDS)
    except (signing.BadSignature, ValueError):
        return None
    if pk == _FIRST:
        return None if Person.objects.exists() else Invited(None)
    person = Person.objects.filter(pk=pk, is_active=True).first()
    return Invited(person) if person and person.password[-20:] == fragment else None
