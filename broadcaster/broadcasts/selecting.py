"""Picking an audience: boxes that somebody ticks, and the expression that they make."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """Whom somebody wants to write to."""

    DISTRICT = "district"
    SOME = "some"
    STAFF = "staff"
    SAVED = "saved"
    LIST = "list"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Selection:
    """What is picked. Of `SOME` and `STAFF` schools count, of `SOME` grades and languages too; an empty list is all.
    `SAVED` is the name of a saved audience, `LIST` a list as `list:` asks for it, `WORDS` an expression that somebody
    wrote.
    """

    kind: Kind = Kind.SOME
    schools: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    words: str = ""
    saved: str = ""
    listed: str = ""

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Selection":
        """What `kept` wrote."""
        if not kept:
            return cls()
        fields: dict[str, Any] = {name: tuple(kept.get(name, ())) for name in ("schools", "grades", "languages")}
        fields |= {name: kept.get(name, "") for name in ("words", "saved", "listed")}
        return cls(kind=Kind(kept.get("kind", Kind.SOME)), **fields)

    def kept(self) -> dict[str, Any]:
        """For a draft to keep."""
        return asdict(self)

    def expression(self, only: str | None = None) -> str:
        """The audience that it makes, "" while nothing is picked. `only` is the name of the school outside of which it
        means nobody, whatever is picked.
        """
        made = self._made()
        if only is None or not made:
            return made
        inside = _term("school", only)
        return inside if self.kind is Kind.DISTRICT else f"{inside} and ({made})"

    def _made(self) -> str:
        if self.kind is Kind.WORDS:
            return self.words.strip()
        if self.kind is Kind.DISTRICT:
            return "district"
        if self.kind is Kind.SAVED:
            return _term("saved", self.saved) if self.saved else ""
        if self.kind is Kind.LIST:
            return _term("list", self.listed) if self.listed else ""
        schools = _any_of("school", self.schools)
        if self.kind is Kind.STAFF:
            return " and ".join(filter(None, ("staff", schools)))
        parts = (schools, _any_of("grade", self.grades), _any_of("language", self.languages))
        return " and ".join(filter(None, parts))


def _any_of(name: str, values: Iterable[str]) -> str:
    terms = [_term(name, value) for value in values]
    return f"({' or '.join(terms)})" if len(terms) > 1 else "".join(terms)


def _term(name: str, value: str) -> str:
    return f"{name}:{value}" if re.fullmatch(r"[\w-]+", value) else f'{name}:"{value}"'
