"""The short code at the end of each message, by which a family looks it up: made from its words, read as people type
it.
"""

import hashlib
import re

#: no vowels, so that no code is a word; nothing that is taken for something else (0 O, 1 I L)
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
LENGTH = 6
#: what stands before it in a message
SIGN = "#"

_IN_TEXT = re.compile(rf"{SIGN}\s?([{ALPHABET}]{{{LENGTH}}})\b", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s#.\-\N{HYPHEN}\N{EN DASH}\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}]+")


def made_of(words: str) -> str:
    """The code of these words: the same words have the same one, others almost surely another (1 of 480 million)."""
    number = int.from_bytes(hashlib.sha256(words.encode()).digest()[:8])
    letters = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


def typed(given: str) -> str:
    """The code that somebody typed, with or without its sign, dashes and capitals; "" where it can't be one."""
    bare = _BETWEEN.sub("", given).upper()
    return bare if len(bare) == LENGTH and set(bare) <= set(ALPHABET) else ""


def found_in(text: str) -> str:
    """The last code in a whole message, "" where it has none."""
    found = _IN_TEXT.findall(text)
    return found[-1].upper() if found else ""
