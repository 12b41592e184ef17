"""Addresses for made-up people: unique, fictional, and written as people write them.

Phones are 555-01xx numbers, which the North American Numbering Plan keeps for fiction, in every area code that could
exist: about 60,000. A district with more takes 555-0200 and up of the same exchange, where nobody is a subscriber.
About one address in fifty is a magic one of the sandbox, so that vendors' errors are seen.
"""

from collections.abc import Iterator
from itertools import count
from random import Random

from broadcaster.sandbox.magic import PLAIN_ENDINGS, MailFate

# Not 83 (the vendor's queue is full), 96 (no receipt ever) nor the sender's own faults: these are families' phones
_MAGIC_ENDINGS = ("0180", "0182", "0185", "0186", "0187", "0188", "0189", "0190", "0192")

_LOCAL = ("612", "763", "952", "651", "507", "320", "218")
_NOT_AREAS = frozenset({"500", "800", "833", "844", "855", "866", "877", "888", "900"})  # toll-free, premium, personal
_AREAS = (
    *_LOCAL,
    *(
        area
        for area in map(str, range(201, 990))
        if area not in _LOCAL and area not in _NOT_AREAS and not area.endswith("11")
    ),
)
_PHONE_STYLES = ("({}) {}-{}", "{}-{}-{}", "{}{}{}", "+1 {} {} {}", "{}.{}.{}")

WRONG_PHONES = ("n/a", "612-55", "none", "555-0142", "ask mother", "000-000-0000")
WRONG_EMAILS = ("n/a", "maria@@example.org", "none", "lee.example.org", "no email", "dahl@example")

# The first words of names in a mail address, in letters that every mail service takes
_PLAIN_LETTERS = str.maketrans("áéíóúüñÁÉÍÓÚÜÑ", "aeiouunaeiouun")


class Addresses:
    """Hands out addresses, none of them twice. The same dice give the same addresses."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._plain_phones = _plain_phones()
        self._magic_phones = (area + "555" + ending for area in _AREAS for ending in _MAGIC_ENDINGS)
        self._mail_number = count(1)
        self._fates = (fate.value for _ in count() for fate in MailFate)

    def phone(self) -> str:
        """A phone that texts reach, as E.164."""
        return f"+1{next(self._plain_phones)}"

    def magic_phone(self) -> str:
        """A phone that answers with a vendor error; a plain one when a district is so large that all are taken."""
        found = next(self._magic_phones, None)
        return f"+1{found}" if found else self.phone()

    def email(self, name: str, domain: str = "example.org") -> str:
        """A mail address for a name."""
        return f"{self._local_part(name)}@{domain}"

    def magic_email(self, name: str) -> str:
        """A mail address that bounces, is refused or the like."""
        return f"{next(self._fates)}.{self._local_part(name)}@example.org"

    def written(self, phone: str) -> str:
        """An E.164 phone as somebody in an office types it."""
        return self._dice.choice(_PHONE_STYLES).format(phone[2:5], phone[5:8], phone[8:])

    def _local_part(self, name: str) -> str:
        return f"{'.'.join(name.translate(_PLAIN_LETTERS).lower().split())}{next(self._mail_number)}"


def _plain_phones() -> Iterator[str]:
    yield from (area + "555" + ending for area in _AREAS for ending in PLAIN_ENDINGS)
    yield from (f"{area}555{line:04}" for line in range(200, 10_000) for area in _AREAS)
