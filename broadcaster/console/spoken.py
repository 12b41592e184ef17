"""Sentences of the reports, and of files that are read, that have numbers and names in them, in the reader's language.

The rooms below word them in English, for commands and pages alike. Here stands each once more as a pattern; what is
found in its places is put into the translation. A test makes every one of them and sees that none is left in English.
"""

import re
from functools import lru_cache

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

#: of the year: what stands out, and what the numbers leave out; of doubts: what happened, and what is known; of lists:
#: what is wrong with a file, and with a row of it
PATTERNS = (
    _("%(name)s does not stand out: it was served as families elsewhere were."),
    _("Schools reached less often than families elsewhere in the same broadcasts: %(groups)s."),
    _("Languages reached less often than families elsewhere in the same broadcasts: %(groups)s."),
    _("Schools reached later than all families of the same broadcasts: %(groups)s."),
    _("Languages reached later than all families of the same broadcasts: %(groups)s."),
    _("%(count)s broadcast is not settled: the numbers are as of now."),
    _("%(count)s broadcasts are not settled: the numbers are as of now."),
    _("Left out: %(left)s."),
    _("* fewer than %(count)s families: chance alone can make such a share, so it is not judged."),
    _("The provider answered with an error (%(cause)s)."),
    _("The provider did not answer in time (%(cause)s)."),
    _("The line to the provider broke (%(cause)s)."),
    _("Events about %(count)s of this broadcast did come."),
    _("Asked %(count)s times at most; it goes on."),
    _("The provider does not answer the question about %(count)s."),
    _("The provider does not list %(count)s, and may still be at them."),
    _("For %(count)s the provider lists a text that reads the same, and may be another broadcast's."),
    _("%(file)s: the file is empty"),
    _("%(file)s: is not a CSV file but %(kind)s; save it as CSV first"),
    _("%(file)s: is not a CSV file: it holds binary data"),
    _("%(file)s: the header can't be read: %(why)s"),
    _("%(file)s: the header has no student_id, contact_id or staff_id, found %(cells)s"),
    _("%(file)s: has more than %(most)s rows"),
    _("%(who)s is on file as nobody who is here"),
    _("%(who)s is not of %(school)s"),
    _("is longer than %(most)s characters"),
    _("says something else than line %(line)s of the same person, which counts"),
    _("has %(number)s cells where the header has %(header)s"),
    _("ends after %(number)s of %(header)s cells"),
    _("%(cell)s is a spreadsheet's formula, no value"),
    _("the row has a line of more than %(most)s characters"),
    _("the row can't be read: %(error)s"),
)

#: those without places
WHOLE = (
    _("There is too little to compare: no school and no language can be judged yet."),
    _("No school and no language stands out: none was clearly served worse than the others."),
    _("The process that was sending died."),
    _("The provider's log was not asked: see `SendGrid account` in `broadcaster doctor`."),
    _("No event about any of them has come."),
    _("No event about any mail of this broadcast came: see `mail receipts` in `broadcaster doctor`."),
    _("Not asked yet."),
    _("names nobody"),
    _("is empty"),
    _("a quotation mark is opened and never closed"),
    _("never"),
)

#: words inside a place, the longer ones first; `) and ` since a school's own name may have an `and`
_INSIDE = {
    "groups": (_(", elsewhere "), _("(90 % after "), _(", of all after "), _(") and "), _(" more"), _("never")),
    "left": (
        _("cancelled broadcasts"),
        _("cancelled broadcast"),
        _("broadcasts not planned yet"),
        _("broadcast not planned yet"),
        _("drills"),
        _("drill"),
        _(" and "),
    ),
    "count": (_("one other mail"), _("other mails")),
    "kind": (_("a zip or an Excel workbook"), _("an old Excel workbook"), _("a PDF"), _("compressed with gzip")),
    "why": (_("there is none"), _("a quotation mark is opened and never closed")),
}


def spoken(sentence: str) -> str:
    """The sentence in the reader's language; as it is where it is none of ours."""
    whole = gettext(sentence)
    if whole != sentence:
        return whole
    for pattern in PATTERNS:
        found = _places(pattern).fullmatch(sentence)
        if found:
            return gettext(pattern) % {name: _inside(name, value) for name, value in found.groupdict().items()}
    return sentence


@lru_cache(maxsize=len(PATTERNS))
def _places(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"%\((\w+)\)s", pattern)
    text = "".join(f"(?P<{part}>.+)" if place % 2 else re.escape(part) for place, part in enumerate(parts))
    return re.compile(text, re.DOTALL)


def _inside(name: str, value: str) -> str:
    words = _INSIDE.get(name, ())
    if not words:
        return value
    return re.sub("|".join(map(re.escape, words)), lambda found: gettext(found[0]), value)
