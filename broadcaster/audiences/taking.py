"""The files that an expression names, taken in: for who types it where the files are. Screens take uploads instead."""

from dataclasses import dataclass
from pathlib import Path

from broadcaster.audiences import lists, syntax
from broadcaster.audiences.lists import Taken
from broadcaster.roster.importing.files import File


@dataclass(frozen=True, slots=True)
class WithFiles:
    """The expression with each file by the number of its list, and what was taken in."""

    expression: str
    taken: tuple[Taken, ...]


def take_files(expression: str, *, by: str, folder: Path) -> WithFiles:
    """Take in the files of `list:` terms; a relative path is from `folder`. What is no file is left as it is.

    Raises AudienceError, BadInput and ImportRefused, with nothing taken in, as `lists.take_in` does.
    """
    text, taken = expression, list[Taken]()
    for term in reversed(list(syntax.terms(syntax.read(expression)))):
        if term.name.casefold() == "list" and term.value and (path := folder / term.value).is_file():
            one = lists.take_in(File.on_disk(path), by=by)
            taken.append(one)
            text = f'{text[: term.position - 1]}list:"{one.name}"{text[term.end - 1 :]}'
    return WithFiles(text, tuple(reversed(taken)))
