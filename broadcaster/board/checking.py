"""Is this message real? By its code, by its words, or by both."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from broadcaster.board import notices
from broadcaster.board.differing import Piece, difference, likeness, plain, same, within
from broadcaster.board.notices import Notice, Words
from broadcaster.broadcasts.models import Broadcast
from broadcaster.text import codes

#: broadcasts, the newest, that a pasted message without a code of ours is compared with
_LOOKED_AT = 300
#: of their texts and mails so many are compared word by word
_CLOSE_LOOKS = 12
#: from this likeness on it is one of ours that somebody changed
_ALIKE = 0.6
#: a piece of a message has to have so many characters to be told for one of ours
_SHORTEST = 40
#: characters of a pasted message that are looked at: a mail of ours has 3,000
LONGEST = 20_000


class Verdict(StrEnum):
    """What a family is told."""

    OURS = "ours"
    #: a code of ours, and no words to compare: the notice shows them
    OURS_BY_CODE = "ours_by_code"
    #: the same, of one that is not public
    OURS_NOT_SHOWN = "ours_not_shown"
    #: it went out as a rehearsal only
    OURS_REHEARSAL = "ours_rehearsal"
    CHANGED = "changed"
    NOT_OURS = "not_ours"
    NOT_OURS_CODE = "not_ours_code"

    @property
    def mark(self) -> str:
        """Its sign: good, careful, or bad."""
        if self in (Verdict.CHANGED, Verdict.NOT_OURS, Verdict.NOT_OURS_CODE):
            return "bad" if self is not Verdict.CHANGED else "wait"
        return "good"


@dataclass(frozen=True, slots=True)
class Found:
    """The verdict; the notices it rests on, where they are public; and how the pasted words differ from the `words`."""

    verdict: Verdict
    notices: tuple[Notice, ...] = ()
    words: Words | None = None
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class _Near:
    broadcast: Broadcast
    words: Words
    ours: str
    likeness: float


def check(code: str, pasted: str) -> Found:
    """What we know of a message. `code` is as `codes.typed` gives it, or ""; one of the two has to be there.

    Of a broadcast that is not public nothing is shown: neither its words nor which of them are lacking.
    """
    text = plain(pasted[:LONGEST])
    code = code or codes.found_in(text)
    sent = list(notices.gone_out().filter(code=code)) if code else []
    if not text:
        return _by_code(code, sent)
    candidates = sent or list(notices.gone_out()[:_LOOKED_AT])
    near = _nearest(candidates, text)
    if near is None:
        return Found(Verdict.NOT_OURS)
    shown = tuple(notices.with_code(near.broadcast.code)) if near.broadcast.public else ()
    if near.likeness >= 1:
        return Found(Verdict.OURS, shown, near.words)
    if near.likeness < _ALIKE and not sent:
        return Found(Verdict.NOT_OURS)
    pieces = difference(near.ours, text) if near.broadcast.public else []
    return Found(Verdict.CHANGED, shown, near.words, tuple(pieces))


def _by_code(code: str, sent: list[Broadcast]) -> Found:
    if any(each.public for each in sent):
        return Found(Verdict.OURS_BY_CODE, tuple(notices.with_code(code)))
    if sent:
        return Found(Verdict.OURS_NOT_SHOWN)
    if Broadcast.objects.filter(code=code, drill=True, started_at__isnull=False).exists():
        return Found(Verdict.OURS_REHEARSAL)
    return Found(Verdict.NOT_OURS_CODE)


def _nearest(broadcasts: list[Broadcast], text: str) -> _Near | None:
    """The wording that is most like the text; a public one where two are alike. Sets of words say which are worth the
    slow look: it takes milliseconds each, and there may be thousands.
    """
    said = set(text.split())
    found: list[tuple[float, bool, int, Broadcast, Words, str]] = []
    for broadcast in broadcasts:
        for words in notices.words_of(broadcast.pk):
            for ours in _ways_to_read(words):
                own = _word_set(ours)
                shared = len(said & own)
                score = shared / max(len(said), 1) + shared / max(len(own), 1)
                found.append((score, broadcast.public, broadcast.pk, broadcast, words, ours))
    found.sort(key=lambda each: each[:3], reverse=True)
    near = [_Near(one[3], one[4], one[5], _how_like(one[5], text)) for one in found[:_CLOSE_LOOKS]]
    return max(near, key=lambda each: each.likeness, default=None)


@lru_cache(maxsize=4000)
def _word_set(ours: str) -> frozenset[str]:
    return frozenset(plain(ours).split())


def _ways_to_read(words: Words) -> Iterator[str]:
    """What somebody may have copied: the text, the mail with or without its subject and the lines under it."""
    if words.text:
        yield words.text
    yield f"{words.subject} {words.whole_mail}"
    yield f"{words.subject} {words.mail}"


def _how_like(ours: str, text: str) -> float:
    if same(ours, text) or (len(text) >= _SHORTEST and within(ours, text)):
        return 1.0
    return min(likeness(ours, text), 0.999)
