"""A template's files out to a folder to be edited, and from which version they were taken."""

from pathlib import Path

from broadcaster.kinds import BadInput
from broadcaster.templating.files import Files, in_folder

#: beside the files: the template's name and the newest version when they were taken
_MARK = ".taken"


class NotTaken(BadInput):
    """The folder has other work in it, or can't be written to. The message names the file."""


def take(files: Files, folder: Path, newest: int) -> None:
    """Write the files, and that the template's newest version is `newest`. Raises NotTaken: nothing is written then, as
    long as the disk takes what it is given.
    """
    present = in_folder(folder)
    for name in present.names():
        if name not in files.texts:
            raise NotTaken(f"{folder / name} is no file of {files.name}: give an empty folder")
        if present.texts.get(name) != files.texts[name]:
            raise NotTaken(f"{folder / name} is there already, with other words: give an empty folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.texts.items():
            (folder / name).write_text(text, encoding="utf-8")
        (folder / _MARK).write_text(f"{files.name} {newest}\n")
    except OSError as error:
        raise NotTaken(f"{error.filename} can't be written: {error.strerror}") from None


def taken_from(folder: Path, name: str) -> int:
    """The template's newest version when its files were taken to the folder; 0 where they were not."""
    try:
        of, _, version = (folder / _MARK).read_text().strip().rpartition(" ")
    except (OSError, UnicodeDecodeError):
        return 0
    return int(version) if of == name and version.isdecimal() else 0


def saved_as(folder: Path, name: str, version: int) -> None:
    """Files that were taken are now of that version: a later save from the folder begins there."""
    if (folder / _MARK).exists():
        (folder / _MARK).write_text(f"{name} {version}\n")
