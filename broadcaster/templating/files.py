"""A template's files as text, wherever they are kept: in a folder, on a screen, or saved in the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from broadcaster.templating.faults import Fault, Finding

#: the file that every template has, beside one per language
ABOUT = "template.toml"

WHAT_IT_IS = "a template is a folder with template.toml and en.md in it"


@dataclass(frozen=True, slots=True)
class Files:
    """One template's files. `place` is the folder that faults name, whether it is on a disk or not.

    `version` counts from 1 for what is saved in the ledger; 0 is a folder's. `unreadable`: why a file has no text.
    """

    name: str
    place: Path
    texts: Mapping[str, str]
    version: int = 0
    unreadable: Mapping[str, Fault] = field(default_factory=dict)

    def names(self) -> list[str]:
        """The names of all files, with or without text."""
        return sorted({*self.texts, *self.unreadable})

    def with_file(self, name: str, text: str) -> "Files":
        """The same with that text in that file."""
        return replace(self, texts={**self.texts, name: text})


def in_folder(folder: Path, name: str = "") -> Files:
    """The files of the template in a folder, which is called like the folder unless `name` says otherwise.

    A folder that is not there has no files: whoever reads the template finds that out.
    """
    texts, unreadable = {}, {}
    for path in sorted(path for path in folder.glob("*") if path.name == ABOUT or path.suffix == ".md"):
        finding = Finding(path)
        text = text_in(finding, WHAT_IT_IS)
        if text is None:
            unreadable[path.name] = finding.faults[0]
        else:
            texts[path.name] = text
    return Files(name or folder.name, folder, texts, unreadable=unreadable)


def typed(name: str, texts: Mapping[str, str]) -> Files:
    """The files of a template as somebody gives them, by file name. Line ends of any kind will do."""
    return Files(name, Path(name), {file: plain(text) for file, text in texts.items()})


def plain(text: str) -> str:
    """The text with line ends as they are in files, and without a byte order mark."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def text_in(finding: Finding, right: str) -> str | None:
    """The text of the finding's file; None, and a fault, where it can't be read. `right` is what to do about that."""
    try:
        return finding.file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = finding.file.read_bytes()[: error.start].count(b"\n") + 1
        finding.error(line, "this is not UTF-8 text", "save the file as UTF-8")
    except OSError as error:
        finding.error(1, f"can't be read: {error.strerror}", right)
    return None
