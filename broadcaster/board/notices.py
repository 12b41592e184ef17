"""What was said in public: each public broadcast that went out, in every language, word for word."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import QuerySet

from broadcaster.broadcasts import threads
from broadcaster.broadcasts.models import Broadcast, Wording
from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.templating.phrases import all_phrases
from broadcaster.templating.template import TranslationStatus
from broadcaster.text.languages import DEFAULT, chain, english_name, is_right_to_left

#: the lines under every mail begin with this one
_FOOT = "\n--\n"
_OWN = re.compile(r"\[\[\w+]]")


@dataclass(frozen=True, slots=True)
class Words:
    """One language of a notice: what its text said, and its mail, without and with the lines under every mail.
    `[[name]]` stands where each family has its own.
    """

    language: str
    subject: str
    text: str
    mail: str
    whole_mail: str
    is_draft: bool

    @property
    def name(self) -> str:
        """What the language calls itself, as far as we know."""
        known = all_phrases()
        return next((known[tag].name for tag in (self.language,) if tag in known), english_name(self.language))

    @property
    def direction(self) -> str:
        """As HTML has it."""
        return "rtl" if is_right_to_left(self.language) else "ltr"

    def shown(self, text: str, own: str) -> str:
        """A text with `own` where each family has a value of its own."""
        return _OWN.sub(f"[{own}]", text)


@dataclass(frozen=True, slots=True)
class Notice:
    """A public broadcast. `at` is when it began to go out; `newer` the number of what follows it, 0 for nothing."""

    broadcast_id: int
    code: str
    at: float
    number: int
    corrects: bool
    newer: int
    was_wrong: bool
    stopped: bool
    in_thread: bool
    words: tuple[Words, ...]

    def words_for(self, language: str) -> Words:
        """The best of its languages for a reader of one."""
        by_tag = {each.language: each for each in self.words}
        return next(by_tag[tag] for tag in (*chain(language), self.words[0].language) if tag in by_tag)

    def others(self, words: Words) -> list[Words]:
        """Its other languages."""
        return [each for each in self.words if each != words]


def gone_out() -> QuerySet[Broadcast]:
    """Every broadcast that families may have got, public or not, the newest first. Drills are none."""
    return Broadcast.objects.filter(started_at__isnull=False, drill=False).order_by("-started_at", "-pk")


def public() -> QuerySet[Broadcast]:
    """Those that stand on the board."""
    return gone_out().filter(public=True)


def newest(count: int, skip: int = 0) -> list[Notice]:
    """So many notices, the newest first."""
    return _notices(public()[skip : skip + count])


def with_code(code: str) -> list[Notice]:
    """The notices of that code, the newest first: more than one where the same words went out again."""
    return _notices(public().filter(code=code)) if code else []


def thread_of(notice: Notice) -> list[Notice]:
    """All public notices of its thread, in order."""
    found = Broadcast.objects.get(pk=notice.broadcast_id)
    ids = threads.of(found.thread_id or found.pk).values("pk")
    return _notices(public().filter(pk__in=ids).order_by("number", "pk"))


def _notices(broadcasts: Iterable[Broadcast]) -> list[Notice]:
    found = list(broadcasts)
    following = {
        follows: (number, corrects)
        for follows, number, corrects in public()
        .filter(follows_id__in=[each.pk for each in found])
        .order_by("number")
        .values_list("follows_id", "number", "corrects")
    }
    return [_notice(each, *following.get(each.pk, (0, False))) for each in found]


def _notice(broadcast: Broadcast, newer: int, was_wrong: bool) -> Notice:
    return Notice(
        broadcast.pk,
        broadcast.code,
        broadcast.started_at or 0.0,
        broadcast.number,
        broadcast.corrects,
        newer,
        was_wrong,
        broadcast.status == BroadcastStatus.CANCELLED,
        bool(newer or broadcast.follows_id),
        words_of(broadcast.pk),
    )


@lru_cache(maxsize=500)  # an approved wording never changes
def words_of(broadcast_id: int) -> tuple[Words, ...]:
    """The words of a broadcast that went out, English first."""
    kept = Wording.objects.filter(broadcast_id=broadcast_id)
    return _english_first([_words(each) for each in kept])


def _english_first(words: Sequence[Words]) -> tuple[Words, ...]:
    return tuple(sorted(words, key=lambda each: (each.language != DEFAULT, each.language)))


def _words(wording: Wording) -> Words:
    body = wording.email_text.partition(_FOOT)[0].strip()
    draft = wording.translation != TranslationStatus.REVIEWED and wording.language != DEFAULT
    return Words(wording.language, wording.subject, wording.sms, body, wording.email_text, draft)
