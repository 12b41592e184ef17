"""An XML file as its records, one after the other: the elements right below the root. Only one is held at a time.

A document type is refused, and with it every entity (the way of "billion laughs" and of files read from the disk); so
are records that are larger or deeper than any real one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from broadcaster.roster.importing import files
from broadcaster.roster.importing.errors import ImportRefused
from broadcaster.roster.importing.files import File

_AT_ONCE: Final = 65_536  # bytes
_DEEPEST: Final = 30
_LARGEST: Final = 1_000_000  # characters and elements of one record


class _UnfitError(Exception):
    """The file can't be taken in; the message is the reason."""


@dataclass(slots=True)
class Node:
    """An element by its name without a namespace."""

    name: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: list["Node"] = field(default_factory=list)

    def all(self, name: str) -> Iterator["Node"]:
        """The children of a name."""
        return (child for child in self.children if child.name == name)

    def first(self, *names: str) -> "Node | None":
        """The first child of any of the names."""
        return next((child for child in self.children if child.name in names), None)

    def value(self, *path: str) -> str:
        """The text at the end of a path of names, empty where there is none."""
        node: Node | None = self
        for name in path:
            node = node and node.first(name)
        return node.text.strip() if node else ""


@dataclass
class _Builder:
    """Takes the parser's events; whole records wait in `done`."""

    parser: expat.XMLParserType
    root: str = ""
    done: list[Node] = field(default_factory=list)
    _open: list[Node] = field(default_factory=list)
    _size: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition("}")[2]
        if not self.root:
            self.root = name
            return
        self._grow(1)
        node = Node(name, self.parser.CurrentLineNumber, attributes)
        if self._open:
            self._open[-1].children.append(node)
        else:
            self._size = 0
        self._open.append(node)
        if len(self._open) > _DEEPEST:
            raise _UnfitError(f"line {node.line}: elements are nested more than {_DEEPEST} deep")

    def end(self, _name: str) -> None:
        if self._open:
            node = self._open.pop()
            if not self._open:
                self.done.append(node)

    def data(self, text: str) -> None:
        if self._open:
            self._grow(len(text))
            self._open[-1].text += text

    def doctype(self, *_: object) -> None:
        raise _UnfitError("has a document type (DTD), which no roster needs; export it without")

    def _grow(self, by: int) -> None:
        self._size += by
        if self._size > _LARGEST:
            raise _UnfitError(f"line {self.parser.CurrentLineNumber}: a record is larger than any real one")


def records(file: File) -> Iterator[Node]:
    """The records of a file. Raises ImportRefused if it is no well-formed XML, to its end, or holds what is refused."""
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    builder = _Builder(parser)
    parser.StartElementHandler, parser.EndElementHandler = builder.start, builder.end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = builder.data, builder.doctype
    try:
        with files.opened(file) as raw:
            while some := raw.read(_AT_ONCE):
                parser.Parse(some, False)
                yield from builder.done
                builder.done.clear()
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        reason = f"line {error.lineno}: {expat.ErrorString(error.code)}"
        raise ImportRefused(f"{file.where}: is no whole XML file ({reason}); export it again") from None
    except _UnfitError as unfit:
        raise ImportRefused(f"{file.where}: {unfit}") from None
