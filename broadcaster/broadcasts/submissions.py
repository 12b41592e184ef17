"""What was handed in, and what has changed since somebody last looked at it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from typing import Any

from broadcaster import clock
from broadcaster.audiences import Counts
from broadcaster.broadcasts.models import Broadcast, Submission
from broadcaster.text.languages import DEFAULT, english_name

#: a wording's parts as a second person reads them
_PARTS = ("subject", "sms", "email_text")
#: behind the language of a stand-in, which may stand beside the language's own words
_STAND_IN = "+"


def record(broadcast: Broadcast, actor: str, counts: Counts) -> Submission:
    """Keep what is handed in now."""
    return Submission.objects.create(
        broadcast=broadcast, at=clock.now(), by=actor, content=content(broadcast, asdict(counts))
    )


def newest(broadcast: Broadcast) -> Submission | None:
    """The last time that it was handed in."""
    return broadcast.submissions.order_by("-id").first()


def before(submission: Submission) -> Submission | None:
    """The time before that."""
    return submission.broadcast.submissions.filter(pk__lt=submission.pk).order_by("-id").first()


def content(broadcast: Broadcast, counts: Mapping[str, Any]) -> dict[str, Any]:
    """All of a broadcast that a second person decides on, as plain values."""
    return {
        "audience": broadcast.audience,
        "channels": list(broadcast.channels),
        "due_at": broadcast.due_at,
        "drill": broadcast.drill,
        "counts": {name: counts[name] for name in ("families", "students", "contacts", "email", "sms", "unreachable")},
        "wordings": {
            f"{wording.language}{_STAND_IN if wording.stand_in else ''}": {
                part: getattr(wording, part) for part in _PARTS
            }
            for wording in broadcast.wordings.order_by("language", "stand_in")
        },
    }


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words: `kept`, `gone` or `new`."""

    how: str
    text: str


@dataclass(frozen=True, slots=True)
class Changed:
    """Something that is no longer as it was. `language` is "" for what is no wording: `audience`, a count."""

    what: str
    language: str
    pieces: tuple[Piece, ...]

    @property
    def language_name(self) -> str:
        """In English."""
        return english_name(self.language.removesuffix(_STAND_IN))

    @property
    def stands_in(self) -> bool:
        """Whether it is English under a line in the language."""
        return self.language.endswith(_STAND_IN)


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Changed]:
    """What differs between two contents, the audience first, then the words, language by language."""
    return list(_changes(old, new))


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Changed]:
    for what in ("audience", "channels", "due_at", "drill"):
        if old[what] != new[what]:
            yield Changed(what, "", _swapped(_plain(old[what]), _plain(new[what])))
    for what, number in new["counts"].items():
        if old["counts"][what] != number:
            yield Changed(what, "", _swapped(f"{old['counts'][what]:,}", f"{number:,}"))
    languages = sorted({*old["wordings"], *new["wordings"]}, key=lambda tag: (tag != DEFAULT, tag))
    for language in languages:
        was, now = old["wordings"].get(language, {}), new["wordings"].get(language, {})
        for part in _PARTS:
            if was.get(part, "") != now.get(part, ""):
                yield Changed(part, language, word_by_word(was.get(part, ""), now.get(part, "")))


def _plain(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str("" if value is None else value)


def _swapped(old: str, new: str) -> tuple[Piece, ...]:
    return tuple(piece for piece in (Piece("gone", old), Piece("new", new)) if piece.text)


def word_by_word(old: str, new: str) -> tuple[Piece, ...]:
    """Word by word. Line breaks are kept with the word before them."""
    was, now = re.findall(r"\S+\s*", old), re.findall(r"\S+\s*", new)
    found: list[Piece] = []
    for how, i, j, k, n in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if how == "equal":
            found.append(Piece("kept", "".join(was[i:j])))
            continue
        found += [Piece("gone", "".join(was[i:j])), Piece("new", "".join(now[k:n]))]
    return tuple(piece for piece in found if piece.text)
