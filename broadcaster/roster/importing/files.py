"""From the path on the command line to the files of a roster, and from a file to open text, whatever its encoding."""

import codecs
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TextIO

from broadcaster.roster.importing.errors import ImportRefused

TABLES = (".csv", ".tsv")
SUFFIXES = (*TABLES, ".xml")
LARGEST = 2_000_000_000  # bytes of one file; a district of 300,000 students has a twentieth of it
_LOOKED_AT = 4096  # bytes that decide what a file is
_NEVER_IN_TEXT = bytes([*range(9), *range(14, 32)])  # a stray one is forgiven

# First bytes of what people send instead of a CSV file.
_OTHER_KINDS = (
    (b"PK\x03\x04", "a zip or an Excel workbook"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "compressed with gzip"),
)
_MARKS = (  # the longer first: the UTF-32 mark begins with the UTF-16 one
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def _windows_letter(error: UnicodeError) -> tuple[str, int]:
    """Read the bytes that are no UTF-8 as Windows-1252: many exports are that, and some are a mix of both."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return "".join(_WINDOWS[byte] for byte in bad), error.end


# Five bytes mean nothing in Windows-1252; they become the sign for a lost letter.
_WINDOWS = [bytes([byte]).decode("cp1252", errors="replace") for byte in range(256)]
codecs.register_error("broadcaster-windows-letters", _windows_letter)


@dataclass(frozen=True)
class File:
    """One file of a roster, in a folder or in a zip. `name` is its own name, `where` the one for messages."""

    name: str
    where: str
    size: int
    open: Callable[[], IO[bytes]]

    @classmethod
    def on_disk(cls, path: Path) -> "File":
        """The file at a path."""
        return cls(path.name, str(path), path.stat().st_size, lambda: path.open("rb"))

    def ends_with(self, *suffixes: str) -> bool:
        """Whether the name ends so, in capitals or not."""
        return self.name.lower().endswith(suffixes)


def inside(folder: Path) -> list[File]:
    """The files of a folder that may hold a roster, by name. Raises ImportRefused if there is none."""
    paths = [path for path in sorted(folder.iterdir()) if path.is_file() and not path.name.startswith(".")]
    files = [file for file in map(File.on_disk, paths) if file.ends_with(*SUFFIXES)]
    if not files:
        raise ImportRefused(f"{folder}: the folder holds no .csv file (nor .tsv or .xml)")
    return files


@contextmanager
def opened(file: File) -> Iterator[IO[bytes]]:
    """The file's bytes. Raises ImportRefused if it is too large or can't be read to its end."""
    if file.size > LARGEST:
        raise ImportRefused(f"{file.where}: has {file.size:,} bytes; a file of a roster may have {LARGEST:,}")
    try:
        with file.open() as raw:
            yield raw
    except OSError as error:
        raise ImportRefused(f"{file.where}: {error.strerror or error}") from None
    except (zipfile.BadZipFile, zlib.error, EOFError):
        raise ImportRefused(f"{file.where}: is damaged or cut off inside the zip; make the zip again") from None


def start(file: File) -> bytes:
    """The first bytes of a file: enough to tell what it is. Raises ImportRefused as `opened` does."""
    with opened(file) as raw:
        return raw.read(_LOOKED_AT)


@contextmanager
def text_of(file: File) -> Iterator[TextIO]:
    """The file as text, line ends untouched. Raises ImportRefused if it can't be read or is no text."""
    encoding = _encoding(file.where, start(file))
    errors = "broadcaster-windows-letters" if encoding == "utf-8-sig" else "replace"
    with opened(file) as raw:
        yield io.TextIOWrapper(raw, encoding=encoding, errors=errors, newline="")


def _encoding(where: str, start: bytes) -> str:
    if not start.strip():
        raise ImportRefused(f"{where}: the file is empty")
    for first, kind in _OTHER_KINDS:
        if start.startswith(first):
            raise ImportRefused(f"{where}: is not a CSV file but {kind}; save it as CSV first")
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    even, odd = start[0::2].count(0), start[1::2].count(0)
    # Without a mark, UTF-16 shows by its empty halves: a header is plain ASCII
    if odd > len(start) * 0.35 and even * 10 < odd:
        return "utf-16-le"
    if even > len(start) * 0.35 and odd * 10 < even:
        return "utf-16-be"
    if len(start) - len(start.translate(None, _NEVER_IN_TEXT)) > len(start) * 0.01:
        raise ImportRefused(f"{where}: is not a CSV file: it holds binary data")
    return "utf-8-sig"
