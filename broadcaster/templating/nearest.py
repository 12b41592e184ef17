"""For error messages: the right names nearest to a wrong one."""

import difflib
from collections.abc import Collection


def nearest(wrong: str, right: Collection[str]) -> str:
    """`did you mean a or b?`, or all right names where none is near."""
    close = difflib.get_close_matches(wrong.casefold(), right, n=3, cutoff=0.5)
    if close:
        return f"did you mean {' or '.join(close)}?"
    return f"there are: {', '.join(right)}" if right else "there are none"
