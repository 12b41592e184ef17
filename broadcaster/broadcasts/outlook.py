"""What approving a broadcast would mean, language by language: for the eyes of who approves it."""

from collections.abc import Collection
from dataclasses import dataclass

from broadcaster.broadcasts import readers, wordings
from broadcaster.broadcasts.languages import Decision, Mark
from broadcaster.broadcasts.models import Wording
from broadcaster.kinds import Purpose
from broadcaster.text.languages import DEFAULT, english_name


@dataclass(frozen=True, slots=True)
class Outlook:
    """A language. `families` (of staff: people) of the audience read it; `words` and `line` say how far its own words
    and its standing line may be trusted, None where it has none.
    """

    name: str
    families: int
    words: Mark | None
    line: Mark | None
    decision: Decision

    @property
    def language(self) -> str:
        """Its tag."""
        return self.decision.language


def outlook(
    drafted: Collection[Wording], purpose: Purpose, audience: str, overrides: Collection[str] = ()
) -> list[Outlook]:
    """Every language but English that has words, or that somebody of the audience reads; the most read first.

    `overrides` as in `languages.decide`. Raises AudienceError, NeedlessOverride.
    """
    words, lines = wordings.marks(drafted), wordings.marks(drafted, stand_ins=True)
    families = readers.families(audience, words.keys() | lines.keys())
    decisions = wordings.decided(drafted, purpose, overrides, asked=families)
    found = [
        Outlook(english_name(tag), families.get(tag, 0), words.get(tag), lines.get(tag), decision)
        for tag, decision in decisions.items()
        if tag != DEFAULT
    ]
    return sorted(found, key=lambda one: (-one.families, one.name))
