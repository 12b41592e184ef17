"""Letters to families whom no message can reach: a file to print for each school, a sheet for each family, in the words
that were sent and in their language.

The roster has no postal addresses, so the address is the children's names and their school: the school sends the letter
home with them, or knows where they live.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from re import sub as replaced

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from broadcaster import clock
from broadcaster.broadcasts import wordings
from broadcaster.broadcasts.models import Broadcast, Wording
from broadcaster.delivery import sql
from broadcaster.kinds import BadInput
from broadcaster.reports import whole_file
from broadcaster.reports.lookup import find
from broadcaster.reports.unreached import Unreached, unreached
from broadcaster.roster.models import School
from broadcaster.settings import SETTINGS
from broadcaster.templating import colours, letterhead, phrases
from broadcaster.templating.formats import written
from broadcaster.templating.standing import lines_for
from broadcaster.templating.template import TranslationStatus
from broadcaster.text import tokens
from broadcaster.text.codes import SIGN
from broadcaster.text.languages import DEFAULT, is_right_to_left, resolve

_PAPER = "#ffffff"
#: the lines under every mail begin with this one
_FOOT = "\n--\n"
#: a message in one of these may still arrive: no letter yet
_MAY_ARRIVE = "('queued', 'sent', 'unknown')"


@dataclass(frozen=True, slots=True)
class Letter:
    """One sheet. `language` is that of the words; the lines around them are in the best one for the reader. `draft`
    says that nobody has reviewed the translation, "" where somebody has.
    """

    to: str
    students: tuple[str, ...]
    school: str
    language: str
    direction: str
    subject: str
    paragraphs: tuple[str, ...]
    sent: str
    why: str
    draft: str
    check: str


def write(folder: Path, broadcast_id: int, school: School | None = None) -> int:
    """Write a file for each school into a folder, and give the number of letters: with none, nothing is written. Raises
    UnknownBroadcast, BadInput and whole_file.Unwritable.
    """
    by_school: defaultdict[str, list[Letter]] = defaultdict(list)
    for letter in letters(broadcast_id, school):
        by_school[letter.school].append(letter)
    if not by_school:
        return 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"{folder}: {error.strerror}") from None
    for name, found in by_school.items():
        with whole_file.writing(folder / f"{_file_name(name)}.html") as file:
            file.write(html(find(broadcast_id), name, found))
    return sum(map(len, by_school.values()))


def letters(broadcast_id: int, school: School | None = None) -> Iterator[Letter]:
    """A letter for each family without an address that works, by school, then by name. Raises UnknownBroadcast."""
    broadcast = find(broadcast_id)
    words = {wording.language: wording for wording in wordings.of(broadcast)}
    may_arrive = _may_arrive(broadcast.pk)
    for family in unreached(broadcast.pk, school):
        if family.family_id is not None and family.family_id not in may_arrive and words:
            yield _letter(broadcast, words, family)


def html(broadcast: Broadcast, school: str, found: list[Letter]) -> str:
    """The letters of a school as one document to print, a sheet each."""
    district = SETTINGS.district.district
    head = letterhead.own(SETTINGS.district.school_called(school))
    return _frame().render(
        title=f"{broadcast.title}: {school}" if school else broadcast.title,
        letters=found,
        district=district.name,
        phone=head.phone,
        board=f"{head.public_url} {SIGN}{broadcast.code}" if broadcast.code else "",
        accent=colours.readable(district.colour, _PAPER),
        band="DRILL: do not send these letters" if broadcast.drill else "",
    )


def _letter(broadcast: Broadcast, words: dict[str, Wording], family: Unreached) -> Letter:
    reads = next(iter(family.languages), DEFAULT)
    wording = words[resolve(reads, words)] if resolve(reads, words) in words else next(iter(words.values()))
    names = [replaced(r" \([^()]*\)$", "", student) for student in family.students]
    own = {"student_names": ", ".join(names), "school": family.school, "grade": ""}
    head, region = letterhead.own(), SETTINGS.district.district.region
    day = clock.local(broadcast.started_at or broadcast.created_at, SETTINGS.district.district.time_zone).date()
    draft = wording.translation != TranslationStatus.REVIEWED and wording.language != DEFAULT
    said = phrases.said
    return Letter(
        to=said("letter_family", reads).format(students=written(names, reads, region)),
        students=family.students,
        school=family.school,
        language=wording.language,
        direction="rtl" if is_right_to_left(wording.language) else "ltr",
        subject=tokens.fill(wording.subject, own),
        paragraphs=tuple(_paragraphs(tokens.fill(wording.email_text or wording.sms, own))),
        sent=said("letter_sent", reads).format(when=written(day, reads, region)),
        why=said("letter_why", reads).format(phone=head.line(reads)),
        draft=said("draft_words", reads) if draft else "",
        check=lines_for(reads).check,
    )


def _paragraphs(text: str) -> Iterator[str]:
    body = text.partition(_FOOT)[0]
    for part in body.split("\n\n"):
        if part.strip() and not tokens.names(part) & tokens.LINKS:  # a link can't be tapped on paper
            yield part.strip()


def _may_arrive(broadcast_id: int) -> set[int]:
    rows = sql.rows(
        f"""SELECT family_id FROM delivery_delivery WHERE broadcast_id = %s AND status IN {_MAY_ARRIVE}
            UNION
            SELECT s.family_id FROM delivery_shareddelivery s JOIN delivery_delivery d ON d.id = s.delivery_id
            WHERE s.broadcast_id = %s AND d.status IN {_MAY_ARRIVE}""",
        [broadcast_id, broadcast_id],
    )
    return {family for (family,) in rows if family is not None}


def _file_name(school: str) -> str:
    """A school's name as a file's: letters and digits of any script, and single dashes."""
    return replaced(r"[^\w]+", "-", school.strip("()")).strip("-") or "school"


@cache
def _frame() -> Template:
    loader = FileSystemLoader(Path(__file__).parent / "paper")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("letters.html")
