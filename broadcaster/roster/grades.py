"""Grades as rosters write them, to one spelling each, in the order that children pass through them.

The names follow the CEDS "Entry Grade Level" codes (IT, PR, PK, TK, KG, 01 to 13) in their everyday form.
"""

import re

ORDER: tuple[str, ...] = ("IT", "PR", "PK", "TK", "K", *(str(year) for year in range(1, 14)))

_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth",
    "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
)  # fmt: skip
_BY_WORD = {
    **dict.fromkeys(("infant", "toddler", "infanttoddler"), "IT"),
    **dict.fromkeys(("preschool", "ps"), "PR"),
    **dict.fromkeys(("prek", "prekindergarten", "prekg", "p", "pk3", "pk4", "pk-3", "pk-4"), "PK"),
    **dict.fromkeys(("transitionalkindergarten",), "TK"),
    **dict.fromkeys(("kg", "kindergarten", "kinder", "kdg", "kn", "0", "00"), "K"),
    **{word: str(year) for year, word in enumerate(_ORDINALS, start=1)},  # Ed-Fi's "Ninth grade"
    **dict.fromkeys(("earlyeducation", "infant/toddler"), "IT"),
    **dict.fromkeys(("preschool/prekindergarten",), "PK"),
    **dict.fromkeys(("freshman",), "9"),
    **dict.fromkeys(("sophomore",), "10"),
    **dict.fromkeys(("junior",), "11"),
    **dict.fromkeys(("senior",), "12"),
}
_NUMBER = re.compile(r"0*([1-9]\d?)(?:st|nd|rd|th)?")
_AROUND = re.compile(r"^gr(?:ade)?|grade$|[\s._]|-(?!\d)")  # a range such as 1-2 is no grade 12


def canonical(raw: str) -> str:
    """The one spelling of a grade ("09", "9th", "Grade 9" are "9"; "Kindergarten" is "K").

    A grade that is none of ours is kept as given, in capitals, so that it can still be asked for.
    """
    given = " ".join(raw.split()).upper()
    word = _AROUND.sub("", given.casefold())
    number = _NUMBER.fullmatch(word)
    name = number[1] if number else _BY_WORD.get(word, word.upper())
    return name if name in ORDER else given


def between(first: str, last: str) -> tuple[str, ...]:
    """The grades from `first` to `last`, both included; empty where one is none of ours or comes later."""
    if first not in ORDER or last not in ORDER:
        return ()
    return ORDER[ORDER.index(first) : ORDER.index(last) + 1]
