"""What stands where a family's own values go for somebody without a child in the audience: staff, guests, copies, and
where the roster has no name. `Dear family of ,` is no greeting, and `at  on Monday` no sentence.
"""

from broadcaster.settings import SETTINGS
from broadcaster.templating import phrases


def students(language: str) -> str:
    """In place of the children's names, in the language of the words around it."""
    return phrases.said("our_students", language)


def school() -> str:
    """In place of the children's school."""
    return SETTINGS.district.district.name


def values(language: str) -> dict[str, str]:
    """All that the roster gives for a family."""
    return {"student_names": students(language), "school": school(), "grade": ""}
